// Takes one check out of a source file and sees that it is missed.
import { afterAll, expect } from 'vitest';
import { mutation } from './mutants-plugin.js';

const load = async <M>(file: string, piece: string, instead: string): Promise<M> =>
  (await import(/* @vite-ignore */ `../../src/${file}${mutation([piece, instead])}`)) as M;

/** `holds` answers true while the wall stands. */
export const fallsWithout = async <M>(
  real: M,
  file: string,
  piece: string,
  instead: string,
  holds: (module: M) => boolean | Promise<boolean>,
): Promise<void> => {
  expect(await holds(real), 'while the wall stands').toBe(true);
  expect(await holds(await load<M>(file, piece, instead)), 'once it is gone').toBe(false);
};

/** The same, which says at the end of a file's tests how many of `what` were left out. */
export const countedFalls = (what: string): typeof fallsWithout => {
  let taken = 0;
  afterAll(() => void process.stderr.write(`  ${what} in turn: ${taken}\n`));
  return async (real, file, piece, instead, holds) => {
    await fallsWithout(real, file, piece, instead, holds);
    taken += 1;
  };
};
