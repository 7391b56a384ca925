// Where the next page of a search begins. A cursor says up to which read each agency's answer was shown, and of which question; it opens
// nothing: whoever writes his own one only makes his answer shorter, and each page is a search with its purpose, case and entry.
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { agencyId, readId, type AgencyId, type ReadId } from '../core/ids.js';
import type { Rank } from '../core/plate-match.js';
import type { Window } from './window.js';

/** A read, or of a passage its evidence by when it was last seen; what is shown comes before it in the order of time. */
export interface Position {
  readonly at: Date;
  readonly readId: ReadId;
}

export interface Cursor extends Window {
  readonly positions: ReadonlyMap<AgencyId, Position>;
  /** Of a search for misread plates, which is ordered by likeness over all its agencies: up to where it was shown. It has no `positions`. */
  readonly rank?: Rank | undefined;
}

const millis = z.int().min(0).max(8.64e15);
const form = z.strictObject({
  q: z.string(),
  from: millis,
  to: millis,
  at: z.array(z.tuple([agencyId, millis, readId])).max(50),
  rank: z.tuple([z.int().min(0).max(20), z.number().min(0).max(1), millis, readId]).optional(),
});

/** What decides which rows a question has, without its time; always made in the same order. */
export type Question = readonly unknown[];

/** A question in short. */
const questionHash = (question: Question): string =>
  createHash('sha256').update(JSON.stringify(question)).digest('base64url').slice(0, 22);

export const cursorText = (question: Question, { from, to, positions, rank }: Cursor): string =>
  Buffer.from(
    JSON.stringify({
      q: questionHash(question),
      from: from.getTime(),
      to: to.getTime(),
      at: [...positions].map(([agency, { at, readId: id }]) => [agency, at.getTime(), id]),
      ...(rank && { rank: [rank.tier, rank.likelihood, rank.at.getTime(), rank.readId] }),
    }),
  ).toString('base64url');

/**
 * @param ranked whether the question is ordered by likeness
 * @throws PlatewardError `cursor` when it is none, `cursor_question` when it is of another question
 */
export const readCursor = (question: Question, text: string, ranked: boolean): Cursor => {
  let told: z.output<typeof form>;
  try {
    told = form
      .refine(({ at, rank }) => (rank ? ranked && at.length === 0 : !ranked && at.length > 0))
      .parse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
  } catch {
    throw invalid('cursor', 'after is not the next of a search.');
  }
  if (told.q !== questionHash(question))
    throw invalid('cursor_question', 'after belongs to another question; ask the same one with it, or leave it out.');
  return {
    from: new Date(told.from),
    to: new Date(told.to),
    positions: new Map(told.at.map(([agency, at, id]) => [agency, { at: new Date(at), readId: id }])),
    rank: told.rank && {
      ...{ tier: told.rank[0], likelihood: told.rank[1] },
      ...{ at: new Date(told.rank[2]), readId: told.rank[3] },
    },
  };
};

interface Shown {
  readonly agencyId: AgencyId;
  readonly at: Date;
  readonly readId: ReadId;
}

/**
 * Where each agency's answer goes on after what was shown, newest first. An agency of which nothing was shown goes on after the last of all.
 * @returns undefined when nothing was shown, and so nothing is known of what comes next
 */
export const positionsAfter = (
  shown: readonly Shown[],
  agencies: readonly AgencyId[],
  before: ReadonlyMap<AgencyId, Position> | undefined,
): ReadonlyMap<AgencyId, Position> | undefined => {
  const last = shown.at(-1);
  if (!last) return undefined;
  return new Map(
    agencies.map((agency) => {
      const own = shown.findLast((each) => each.agencyId === agency);
      const known = before?.get(agency);
      const next = own ?? (known && known.at <= last.at ? known : last);
      return [agency, { at: next.at, readId: next.readId }];
    }),
  );
};
