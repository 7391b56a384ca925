// One kind of tampering and what must come of it.
import type { Hands } from './scene.js';

/**
 * What gives it away, or makes it useless.
 * `verify`: a log no longer holds for whoever kept its key and a signed head. `linter`: the linter of the schema names it (`doctor`, every
 * start). `shut`: no search shows a row that it did not show before. `open`: none of them; it stands in the list of what is open.
 */
export type Shows = 'verify' | 'linter' | 'shut' | 'open';

export interface Kind {
  readonly what: string;
  readonly shows: Shows;
  /** Statements of a superuser (see `Hands.sql`), which must change something; or more than that. */
  readonly act: string | ((hands: Hands) => Promise<void>);
}

export interface Family {
  readonly name: string;
  readonly kinds: readonly Kind[];
}

/** A family of statements that all come to the same. */
export const all = (shows: Shows, kinds: Readonly<Record<string, Kind['act']>>): Kind[] =>
  Object.entries(kinds).map(([what, act]) => ({ what, shows, act }));
