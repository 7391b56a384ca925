// The pages of the console, by the groups in which they stand beside every page, and the ability that each needs. The search page is
// here from the start; the others are fetched when they are opened.
import { lazy, type ComponentType } from 'react';
import { SearchPage } from './search/search-page.js';

/** In the order in which they stand. */
export const groups = ['Search', 'Live', 'Sharing', 'Oversight', 'Settings'] as const;
export type Group = (typeof groups)[number];

export interface Page {
  /** Last part of its address; empty for the search. */
  readonly name: string;
  readonly title: string;
  readonly group: Group;
  /** The action that the member's role must allow; undefined: everyone. */
  readonly needs?: string;
  readonly body: ComponentType;
}

/** Where a member begins: the first of these that he may open, else his first page. */
export const beginsWith: readonly string[] = ['', 'sharing'];

export const allPages: readonly Page[] = [
  { name: '', title: 'Search', group: 'Search', needs: 'read.search', body: SearchPage },
  {
    ...{ name: 'live', title: 'Live reads', group: 'Live', needs: 'read.watch' },
    body: lazy(() => import('./live/live-page.js')),
  },
  {
    ...{ name: 'cameras', title: 'Cameras', group: 'Live', needs: 'camera.list' },
    body: lazy(() => import('./cameras/cameras-page.js')),
  },
  {
    ...{ name: 'sharing', title: 'Sharing', group: 'Sharing', needs: 'grant.list' },
    body: lazy(() => import('./grants/sharing-page.js')),
  },
  {
    ...{ name: 'alerts', title: 'Alerts', group: 'Oversight', needs: 'alert.list' },
    body: lazy(() => import('./alerts/alerts-page.js')),
  },
  {
    ...{ name: 'flags', title: 'Flags', group: 'Oversight', needs: 'flag.list' },
    body: lazy(() => import('./flags/flags-page.js')),
  },
  {
    ...{ name: 'reviews', title: 'Reviews', group: 'Oversight', needs: 'review.figures' },
    body: lazy(() => import('./reviews/reviews-page.js')),
  },
  {
    ...{ name: 'log', title: 'Log', group: 'Oversight', needs: 'audit.read' },
    body: lazy(() => import('./log/log-page.js')),
  },
  {
    ...{ name: 'asked', title: 'Who asked', group: 'Oversight', needs: 'audit.read' },
    body: lazy(() => import('./asked/asked-page.js')),
  },
  {
    ...{ name: 'records', title: 'Records requests', group: 'Oversight', needs: 'audit.disclose' },
    body: lazy(() => import('./records/records-page.js')),
  },
  {
    ...{ name: 'first-steps', title: 'First steps', group: 'Settings', needs: 'camera.add' },
    body: lazy(() => import('./first-steps/first-steps-page.js')),
  },
  {
    ...{ name: 'members', title: 'Members', group: 'Settings', needs: 'member.list' },
    body: lazy(() => import('./members/members-page.js')),
  },
  {
    ...{ name: 'settings', title: 'Agency settings', group: 'Settings', needs: 'witnesses.propose' },
    body: lazy(() => import('./settings/settings-page.js')),
  },
  {
    ...{ name: 'policy', title: 'Usage policy', group: 'Settings', needs: 'policy.get' },
    body: lazy(() => import('./settings/policy-page.js')),
  },
  {
    ...{ name: 'law', title: 'Law', group: 'Settings', needs: 'pack.list' },
    body: lazy(() => import('./law/law-page.js')),
  },
  {
    ...{ name: 'account', title: 'Account', group: 'Settings' },
    body: lazy(() => import('./session/account-page.js')),
  },
];
