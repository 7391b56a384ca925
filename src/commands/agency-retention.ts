// `plateward agency retention`: shows how long an agency keeps reads and pictures, and by whose word; or sets it.
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const shown = z.object({
  days: z.int().nullable(),
  lawMinutes: z.int().nullable(),
  keptMinutes: z.int().nullable(),
});

interface Options extends AsMember {
  readonly days?: number | 'none';
}

/** Minutes as people say them. */
const span = (minutes: number): string => {
  if (minutes % 1440 === 0) return minutes === 1440 ? '1 day' : `${minutes / 1440} days`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
};

const run = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const path = '/api/v1/agencies/current/retention';
    const { days, lawMinutes, keptMinutes } =
      options.days === undefined
        ? await client.get(path, shown)
        : await client.put(path, { days: options.days === 'none' ? null : options.days }, shown);
    answer(
      keptMinutes === null
        ? `${client.agencyName} keeps reads and pictures without an end.`
        : `${client.agencyName} keeps reads and pictures for ${span(keptMinutes)}, and removes them within an hour after.`,
    );
    answer(
      `Its law ${lawMinutes === null ? 'names no end' : `lets it keep them for ${span(lawMinutes)}`}; it has set ${days === null ? 'nothing' : span(days * 1440)}.`,
    );
  });

const daysOf = (text: string): number | 'none' => {
  if (text === 'none') return text;
  if (!/^[1-9][0-9]{0,3}$/.test(text) || Number(text) > 1095)
    throw new InvalidArgumentError('It must be a whole number of days from 1 to 1095, or none.');
  return Number(text);
};

export const agencyRetentionCommand = (): Command =>
  signingIn(
    new Command('retention').description('how long reads and pictures are kept; what is past it is removed'),
    'a member of that agency; an administrator to set it',
  )
    .option('--days <days>', "set it, from capture; none: only the law's end holds", daysOf)
    .action(run);
