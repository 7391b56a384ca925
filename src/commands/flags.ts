// `plateward flags`: what looks like misuse by an agency's own members, for its auditor: to list it, to say what it turned out to be, and to
// keep the list of plates of households and colleagues.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { many } from './many.js';
import { answer, say } from './say.js';

const flag = z.object({
  id: z.string(),
  pattern: z.string(),
  member: z.object({ login: z.string(), name: z.string() }),
  count: z.int(),
  cases: z.int(),
  lastAt: z.string(),
  decision: z.string().nullable(),
  note: z.string().nullable(),
});
type Flag = z.output<typeof flag>;
const page = z.object({ flags: z.array(flag), next: z.string().nullable() });
const plates = z.object({ plates: z.array(z.object({ id: z.string(), label: z.string(), listedAt: z.string() })) });
const changed = z.object({ id: z.string() });

const patterns: Readonly<Record<string, (each: Flag) => string>> = {
  plate_repeated: ({ count, cases }) =>
    `one plate ${count} times in 30 days, under ${cases} case number${cases === 1 ? '' : 's'}`,
  burst: ({ count }) => `${count} searches in ten minutes`,
  unusual_hour: ({ count }) => `${count} at an hour when this member hardly ever searches`,
  after_refusal: ({ count }) => `${count} for a plate that had just been refused`,
  listed_plate: ({ count }) => `${count} for a plate of a household or colleague`,
};

const line = (each: Flag): string =>
  [
    `${each.lastAt.slice(0, 19)}Z`,
    each.id,
    `${each.member.name} (${each.member.login})`,
    patterns[each.pattern]?.(each) ?? `${each.pattern}, ${each.count}`,
    ...(each.decision === null ? [] : [`${each.decision}: ${each.note ?? ''}`]),
  ].join('  ');

interface Listing extends AsMember {
  readonly all?: true;
  readonly json?: true;
  readonly limit: number;
}

/** Flags of one page. */
const pageMax = 200;

const list = async (client: MemberClient, { all, json, limit }: Listing): Promise<void> => {
  let shown = 0;
  for (let before: string | null | undefined; before !== null && shown < limit;) {
    const query = new URLSearchParams({ limit: String(Math.min(pageMax, limit - shown)), open: String(!all) });
    if (before !== undefined) query.set('before', before);
    const { flags, next } = await client.get(`/api/v1/flags?${query}`, page);
    for (const each of flags) answer(json ? JSON.stringify(each) : line(each));
    shown += flags.length;
    before = next;
  }
  if (shown === 0) say(`${client.agencyName} has no ${all ? '' : 'open '}flag.`);
};

const decide = async (client: MemberClient, id: string, decision: string, note: string): Promise<void> => {
  await client.post(`/api/v1/flags/${encodeURIComponent(id)}/decision`, { decision, note }, changed);
  say(`On record as ${decision}.`);
};

const part = (name: string, says: string): Command =>
  signingIn(new Command(name).description(says), 'an auditor of that agency');

export const flagsCommand = (): Command =>
  new Command('flags')
    .description("what looks like misuse by an agency's own members, for its auditor")
    .addCommand(
      part('list', 'the flags, newest first')
        .option('--all', 'also those that were decided on')
        .option('--limit <count>', 'so many at most', many, 50)
        .option('--json', 'one JSON object a line')
        .action((options: Listing) => asMember(options, (client) => list(client, options))),
    )
    .addCommand(
      part('decide', 'say what a flag turned out to be')
        .argument('<flag>', 'its id')
        .addOption(
          new Option('--decision <word>', 'what it was').choices(['explained', 'misuse']).makeOptionMandatory(),
        )
        .requiredOption('--note <text>', 'why; the log commits to it')
        .action((id: string, options: AsMember & { decision: string; note: string }) =>
          asMember(options, (client) => decide(client, id, options.decision, options.note)),
        ),
    )
    .addCommand(
      part('plates', 'the plates of households and colleagues, by their labels').action((options: AsMember) =>
        asMember(options, async (client) => {
          const listed = await client.get('/api/v1/listed-plates', plates);
          for (const { id, label, listedAt } of listed.plates) answer(`${listedAt.slice(0, 10)}  ${id}  ${label}`);
          if (listed.plates.length === 0) say('No plate is listed.');
        }),
      ),
    )
    .addCommand(
      part('enlist', 'flag each search for a plate from now on')
        .argument('<plate>', 'of a household or colleague; only a keyed hash of it is kept')
        .requiredOption('--label <text>', 'what you will know it by; not the plate')
        .action((plate: string, options: AsMember & { label: string }) =>
          asMember(options, async (client) => {
            const { id } = await client.post('/api/v1/listed-plates', { plate, label: options.label }, changed);
            say(`Listed as ${id}.`);
          }),
        ),
    )
    .addCommand(
      part('delist', 'take a plate off that list')
        .argument('<id>', 'as `flags plates` shows it')
        .action((id: string, options: AsMember) =>
          asMember(options, async (client) => {
            await client.delete(`/api/v1/listed-plates/${encodeURIComponent(id)}`, changed);
            say('Taken off the list.');
          }),
        ),
    );
