// Takes one check out of a source file and sees that it is missed.
import { expect } from 'vitest';
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
