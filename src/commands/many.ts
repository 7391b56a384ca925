// How many of something are wanted, as an option.
import { InvalidArgumentError } from 'commander';

/** @throws InvalidArgumentError when it is no whole number from 1 to 999,999 */
export const many = (text: string): number => {
  if (!/^[1-9][0-9]{0,5}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return Number(text);
};
