// Months of a log: why the key of one is not destroyed now, and how it is told that one was. One word each in the database, the interface and here.
export const hindrances = {
  recent: 'The present month and the one before are kept; only what is older can be destroyed.',
  unsealed: 'Values of this month are not sealed yet; the worker does that in one of its next rounds. Try again later.',
  flag: 'A flag of this month is not decided on yet.',
  review: 'A search of this month waits for its review.',
  opening: 'An opening of a grant for emergencies in this month is not reviewed yet.',
} as const;

export type Hindrance = keyof typeof hindrances;
export const hindranceNames = Object.keys(hindrances) as [Hindrance, ...Hindrance[]];

/** What of an entry's personal fields can be had: all; none, because it has none; none any more; none, because what is kept was changed. */
export const valueStates = ['open', 'none', 'destroyed', 'damaged'] as const;
export type ValueState = (typeof valueStates)[number];

/** In words, what an answer tells of a month whose personal values are gone. */
export const destroyedSentence = (told: {
  readonly period: string;
  readonly entry: number;
  readonly at: Date | string;
  readonly by: readonly string[];
}): string =>
  `The personal values of ${told.period} were destroyed by ${told.by.join(' and ')} on ${new Date(told.at).toISOString().slice(0, 10)}, entry ${told.entry}.`;
