// Which page is open, as the address says it. Links are real links, so that a new tab and the history work as everywhere.
import { useSyncExternalStore } from 'react';

/** Where the console lies on its origin. */
export const base = '/console';

const listeners = new Set<() => void>();
const tell = (): void => listeners.forEach((each) => each());
window.addEventListener('popstate', tell);

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Opens a page of the console, such as `grants`; the empty name is the first page. */
export const openPage = (name: string): void => {
  window.history.pushState(null, '', name === '' ? base : `${base}/${name}`);
  tell();
  window.scrollTo(0, 0);
};

const pageNow = (): string => window.location.pathname.slice(base.length).replace(/^\/|\/$/g, '');

/** Name of the open page; empty for the first. */
export const usePage = (): string => useSyncExternalStore(subscribe, pageNow);
