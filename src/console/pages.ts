// The pages of the console and the ability that each needs. The first one that a member may open is where he begins. The search page
// is here from the start; the others are fetched when they are opened.
import { lazy, type ComponentType } from 'react';
import { SearchPage } from './search/search-page.js';

export interface Page {
  /** Last part of its address; empty for the search. */
  readonly name: string;
  readonly title: string;
  /** The action that the member's role must allow; undefined: everyone. */
  readonly needs?: string;
  readonly body: ComponentType;
}

export const allPages: readonly Page[] = [
  { name: '', title: 'Search', needs: 'read.search', body: SearchPage },
  {
    ...{ name: 'sharing', title: 'Sharing', needs: 'grant.list' },
    body: lazy(() => import('./grants/sharing-page.js')),
  },
  { name: 'flags', title: 'Flags', needs: 'flag.list', body: lazy(() => import('./flags/flags-page.js')) },
  {
    ...{ name: 'reviews', title: 'Reviews', needs: 'review.figures' },
    body: lazy(() => import('./reviews/reviews-page.js')),
  },
  { name: 'alerts', title: 'Alerts', needs: 'alert.list', body: lazy(() => import('./alerts/alerts-page.js')) },
  {
    ...{ name: 'cameras', title: 'Cameras', needs: 'camera.list' },
    body: lazy(() => import('./cameras/cameras-page.js')),
  },
  {
    ...{ name: 'members', title: 'Members', needs: 'member.list' },
    body: lazy(() => import('./members/members-page.js')),
  },
  { name: 'account', title: 'Account', body: lazy(() => import('./session/account-page.js')) },
];
