// `plateward agency retention`: shows how long an agency keeps reads and pictures, and by whose word; sets it, where nothing is removed by it; proposes a
// shorter time, and adopts or withdraws what another has proposed.
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import type { MemberClient } from './api-client.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const shown = z.object({
  days: z.int().nullable(),
  lawMinutes: z.int().nullable(),
  keptMinutes: z.int().nullable(),
  proposal: z.object({ id: z.string(), days: z.int(), at: z.string() }).nullable(),
});

const simulated = z.object({ keptMinutes: z.int().nullable(), frames: z.int(), reads: z.int() });

interface Options extends AsMember {
  readonly simulate?: boolean;
  readonly days?: number | 'none';
  readonly propose?: boolean;
  readonly adopt?: string;
  readonly withdraw?: string;
}

/** Minutes as people say them. */
const span = (minutes: number): string => {
  if (minutes % 1440 === 0) return minutes === 1440 ? '1 day' : `${minutes / 1440} days`;
  return minutes === 1 ? '1 minute' : `${minutes} minutes`;
};

const path = '/api/v1/agencies/current/retention';

const simulate = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    if (options.days === undefined) throw invalid('options', '--simulate needs --days: what is to be tried.');
    const days = options.days === 'none' ? null : options.days;
    const { keptMinutes, frames, reads } = await client.post(`${path}/simulations`, { days }, simulated);
    answer(
      `${client.agencyName} would keep reads and pictures ${keptMinutes === null ? 'without an end' : `for ${span(keptMinutes)}`}; ${reads} reads and ${frames} frames would be removed. Nothing has changed.`,
    );
  });

const propose = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    if (typeof options.days !== 'number') throw invalid('options', '--propose needs --days: a number of days.');
    const { id } = await client.post(`${path}/proposals`, { days: options.days }, z.object({ id: z.string() }));
    answer(`Proposed as ${id}. Nothing is removed until another administrator adopts it:`);
    answer(`  npm run plateward -- agency retention --adopt ${id} --agency ${options.agency} --as <administrator>`);
  });

const withdraw = async (id: string, options: Options): Promise<void> =>
  asMember(options, async (client) => {
    await client.post(`${path}/proposals/${encodeURIComponent(id)}/withdrawal`, {}, z.unknown());
    answer('Withdrawn; nothing has changed.');
  });

const run = async (options: Options): Promise<void> => {
  if (options.withdraw !== undefined) return withdraw(options.withdraw, options);
  if (options.propose) return propose(options);
  return options.simulate ? simulate(options) : setOrShow(options);
};

const changed = (client: MemberClient, { days, adopt }: Options): Promise<z.output<typeof shown>> => {
  if (adopt !== undefined) return client.post(`${path}/proposals/${encodeURIComponent(adopt)}/adoption`, {}, shown);
  if (days === undefined) return client.get(path, shown);
  return client.put(path, { days: days === 'none' ? null : days }, shown);
};

const setOrShow = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const { days, lawMinutes, keptMinutes, proposal } = await changed(client, options);
    answer(
      keptMinutes === null
        ? `${client.agencyName} keeps reads and pictures without an end.`
        : `${client.agencyName} keeps reads and pictures for ${span(keptMinutes)}, and removes them within an hour after.`,
    );
    answer(
      `Its law ${lawMinutes === null ? 'names no end' : `lets it keep them for ${span(lawMinutes)}`}; it has set ${days === null ? 'nothing' : span(days * 1440)}.`,
    );
    if (proposal)
      answer(
        `Proposed and not in force: ${span(proposal.days * 1440)}, as ${proposal.id}; another administrator adopts it.`,
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
    .option('--simulate', 'with --days: only say what would be removed')
    .option('--propose', 'with --days: propose a shorter time, which another administrator adopts')
    .option('--adopt <id>', 'keep reads for the shorter time that another administrator proposed')
    .option('--withdraw <id>', 'end a proposal')
    .action(run);
