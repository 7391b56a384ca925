// `plateward policy status|propose|adopt|withdraw|simulate`: the law that one agency's data is under, changed over HTTP by two of its own
// administrators. No command changes it past them.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { parse } from 'yaml';
import { z } from 'zod';
import { invalid, messageOf } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const change = z.object({
  id: z.string(),
  packId: z.string(),
  packVersion: z.int(),
  packHash: z.string(),
  state: z.string(),
  proposedAt: z.string(),
});
const status = z.object({
  inForce: z.object({ id: z.string(), version: z.int(), title: z.string(), sha256: z.string() }).nullable(),
  changes: z.array(change),
});
const usage = z.object({ needed: z.array(z.string()) });
const proposed = z.object({ id: z.string(), sha256: z.string() });
const decided = z.object({ change });
const simulation = z.object({
  pack: z.object({ id: z.string(), version: z.int(), title: z.string() }),
  liveGrants: z.int(),
  grants: z.array(
    z.object({
      grantId: z.string(),
      rule: z.string().optional(),
      because: z.string().optional(),
      purposesClosed: z.array(z.string()),
    }),
  ),
  searches: z.int(),
  searchesRefused: z.record(z.string(), z.int()),
  readsClosed: z.int(),
  policyNeeded: z.array(z.string()),
});

/** A pack's id, or a file with a pack of one's own. @throws PlatewardError `options` */
const packOf = async (named: string): Promise<unknown> => {
  if (!/\.(ya?ml|json)$/.test(named)) return named;
  try {
    return parse(await readFile(named, 'utf8'));
  } catch (error) {
    throw invalid('options', `${named} cannot be read as a pack: ${messageOf(error)}`);
  }
};

const show = async (options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { inForce, changes } = await client.get('/api/v1/packs', status);
    answer(
      inForce
        ? `${client.agencyName} is under ${inForce.id}, version ${inForce.version} (${inForce.title}), ${inForce.sha256.slice(0, 12)}.`
        : `${client.agencyName} has adopted no law: nothing of it is shared until it does.`,
    );
    const { needed } = await client.get('/api/v1/agencies/current/policy', usage);
    if (needed.length > 0)
      answer(
        `Not live: its usage and privacy policy lacks ${needed.join(', ')}, and until they are there nothing of or by it is searched. An administrator sets them: npm run plateward -- agency policy --agency ${options.agency} --as <login> --set policy.json`,
      );
    for (const each of changes)
      answer(
        `${each.id}  ${each.state.padEnd(9)}  ${each.packId}, version ${each.packVersion}  ${each.packHash.slice(0, 12)}  ${each.proposedAt.slice(0, 16)}Z`,
      );
  });

const propose = async (named: string, options: AsMember): Promise<void> => {
  const pack = await packOf(named);
  await asMember(options, async (client) => {
    const { id, sha256 } = await client.post('/api/v1/packs', { pack }, proposed);
    answer(
      `Proposed (${sha256.slice(0, 12)}). Nothing has changed yet; another administrator of ${client.agencyName} adopts it with:`,
    );
    answer(`  npm run plateward -- policy adopt ${id} --agency ${options.agency} --as <login>`);
  });
};

const decide =
  (step: 'adoption' | 'withdrawal') =>
  async (id: string, options: AsMember): Promise<void> =>
    asMember(options, async (client) => {
      const done = await client.post(`/api/v1/packs/${encodeURIComponent(id)}/${step}`, {}, decided);
      const { packId, packVersion } = done.change;
      answer(
        step === 'adoption'
          ? `${client.agencyName} is under ${packId}, version ${packVersion}, from now on, also for searches that are running.`
          : `The proposal of ${packId}, version ${packVersion}, is taken back.`,
      );
    });

const simulate = async (named: string, options: AsMember & { days: string; json?: boolean }): Promise<void> => {
  const days = z.coerce.number().int().min(1).max(366).safeParse(options.days);
  if (!days.success) throw invalid('options', '--days must be a whole number from 1 to 366.');
  const pack = await packOf(named);
  await asMember(options, async (client) => {
    const told = await client.post('/api/v1/packs/simulations', { pack, days: days.data }, simulation);
    if (options.json) return answer(JSON.stringify(told, null, 2));
    answer(
      `Under ${told.pack.id}, version ${told.pack.version} (${told.pack.title}), ${client.agencyName} would see this change:`,
    );
    answer(`- ${told.grants.length} of ${told.liveGrants} live grants of its data`);
    for (const { grantId, because, purposesClosed } of told.grants) {
      if (because) answer(`    ${grantId} would open nothing. ${because}`);
      else answer(`    ${grantId} would no longer open for ${purposesClosed.join(', ')}`);
    }
    const refused = Object.entries(told.searchesRefused);
    const sum = refused.reduce((all, [, count]) => all + count, 0);
    answer(`- ${sum} of ${told.searches} of its own searches in ${days.data} days would have been refused`);
    for (const [rule, count] of refused) answer(`    ${count} by ${rule}`);
    if (told.policyNeeded.length > 0)
      answer(`- it would not be live: its usage and privacy policy lacks ${told.policyNeeded.join(', ')}`);
    answer(`- ${told.readsClosed} reads could no longer be looked at`);
  });
};

/** The commands of one agency's law, to stand beside those that only read packs. */
export const agencyPolicyCommands = (): Command[] => [
  signingIn(
    new Command('status').description('the law that an agency is under, and what was proposed'),
    'a member of that agency',
  ).action(show),
  signingIn(
    new Command('propose')
      .description('propose another pack; nothing changes until another administrator adopts it')
      .argument('<pack>', 'its id, or a .yaml or .json file'),
  ).action(propose),
  signingIn(
    new Command('adopt')
      .description('bring a proposal into force, at once; not by the one who proposed it')
      .argument('<proposal>', 'its id, as `status` shows it'),
  ).action(decide('adoption')),
  signingIn(
    new Command('withdraw').description('take a proposal back').argument('<proposal>', 'its id, as `status` shows it'),
  ).action(decide('withdrawal')),
  signingIn(
    new Command('simulate')
      .description('what a pack would change: live grants, own searches, reads past its retention; changes nothing')
      .argument('<pack>', 'its id, or a .yaml or .json file'),
    'an administrator or auditor of that agency',
  )
    .option('--days <days>', 'so many days of own searches are looked at', '30')
    .option('--json', 'the whole answer as JSON')
    .action(simulate),
];
