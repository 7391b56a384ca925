// Whether the window has room for two columns, the same as in search.css.

const columns = window.matchMedia('(min-width: 60rem)');

/** Whether form and outcome stand beside each other just now. */
export const wide = (): boolean => columns.matches;
