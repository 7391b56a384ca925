// `plateward grant openings|open|confirm|close|review`: a grant for emergencies, opened by two members of the one agency, ended and reviewed by the other.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const opening = z.object({
  id: z.string(),
  state: z.string(),
  purpose: z.string(),
  caseNumber: z.string().nullable(),
  reason: z.string().nullable(),
  askedAt: z.string(),
  openedAt: z.string().nullable(),
  until: z.string().nullable(),
  endedAt: z.string().nullable(),
  searches: z.int(),
  decision: z.string().nullable(),
  note: z.string().nullable(),
});
const list = z.object({ openings: z.array(opening) });
const stepped = z.object({ id: z.string(), receipt: z.object({ entry: z.int() }) });

const routeOf = (grant: string, id?: string, what?: string): string =>
  [
    '/api/v1/grants',
    encodeURIComponent(grant),
    'openings',
    ...(id === undefined ? [] : [encodeURIComponent(id), what]),
  ].join('/');

const minute = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

const told = (each: z.infer<typeof opening>): string[] => [
  `${each.id}  ${each.state}`,
  `  for ${each.purpose}${each.caseNumber === null ? '' : `, case ${each.caseNumber}: ${each.reason ?? ''}`}`,
  `  asked for ${minute(each.askedAt)}${each.openedAt === null ? '' : `, open from ${minute(each.openedAt)} until ${minute(each.endedAt ?? each.until ?? each.openedAt)}; ${each.searches} searches`}`,
  ...(each.decision === null ? [] : [`  found ${each.decision}: ${each.note ?? ''}`]),
];

const show = async (grant: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { openings } = await client.get(routeOf(grant), list);
    if (openings.length === 0) answer('Nobody has asked for an opening of it.');
    for (const each of openings) told(each).forEach((line) => answer(line));
  });

interface Asking extends AsMember {
  readonly purpose: string;
  readonly case: string;
  readonly reason: string;
}

const open = async (grant: string, { purpose, case: caseNumber, reason, ...options }: Asking): Promise<void> =>
  asMember(options, async (client) => {
    const { id, receipt } = await client.post(routeOf(grant), { purpose, caseNumber, reason }, stepped);
    answer(
      `Asked for ${id}, entry ${receipt.entry} of your log; the owner was told. It opens nothing until another member confirms it, within the hour:`,
    );
    answer(
      `  npm run plateward -- grant confirm ${grant} ${id} --agency ${options.agency} --as <supervisor or administrator>`,
    );
  });

const step =
  (what: 'confirmation' | 'end', says: string) =>
  async (grant: string, id: string, options: AsMember): Promise<void> =>
    asMember(options, async (client) => {
      const { receipt } = await client.post(routeOf(grant, id, what), {}, stepped);
      answer(`${says} Entry ${receipt.entry} of your log.`);
    });

interface Reviewing extends AsMember {
  readonly justified?: true;
  readonly unjustified?: true;
  readonly note: string;
}

const review = async (
  grant: string,
  id: string,
  { justified, unjustified, note, ...options }: Reviewing,
): Promise<void> => {
  const body = { decision: unjustified ? 'unjustified' : justified ? 'justified' : undefined, note };
  await asMember(options, async (client) => {
    const { receipt } = await client.post(routeOf(grant, id, 'review'), body, stepped);
    answer(`Reviewed; it can be opened again. Entry ${receipt.entry} of your log.`);
  });
};

const ofGrant = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<grant>', 'its id, as `list` shows it');
const ofOpening = (name: string, description: string): Command =>
  ofGrant(name, description).argument('<opening>', 'its id, as `openings` shows it');

export const openingCommands = (): Command[] => [
  signingIn(ofGrant('openings', 'when a grant for emergencies was opened, by whom and why'), 'a member').action(show),
  signingIn(ofGrant('open', 'ask to open a grant for emergencies; another member confirms'), 'a member')
    .requiredOption('--purpose <purpose>', 'one of the grant’s; only searches for it are opened')
    .requiredOption('--case <number>', 'the case number')
    .requiredOption('--reason <text>', 'what the emergency is')
    .action(open),
  signingIn(
    ofOpening('confirm', 'open it, as another member than the one who asked'),
    'a supervisor or administrator',
  ).action(step('confirmation', 'It is open from now on.')),
  signingIn(ofOpening('close', 'end an opening at once, also for searches that run'), 'a member of either side').action(
    step('end', 'It is closed, as of now.'),
  ),
  signingIn(ofOpening('review', 'say what the owner found of an opening that is over'), 'an auditor or administrator')
    .addOption(new Option('--justified', 'it was an emergency').conflicts('unjustified'))
    .option('--unjustified', 'it was none')
    .requiredOption('--note <text>', 'why')
    .action(review),
];
