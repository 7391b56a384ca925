// `plateward witnesses`: which witnesses an agency requires of its log, and whether enough of them have cosigned.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const rule = z.object({
  needed: z.int(),
  seconds: z.int(),
  witnesses: z.array(z.object({ key: z.string(), name: z.string(), url: z.string() })),
});
const shown = z.object({
  rule: rule.nullable(),
  proposal: z.object({ id: z.string(), by: z.string(), rule }).nullable(),
  cosigned: z.array(z.object({ key: z.string(), at: z.string(), size: z.int() })),
  until: z.string().nullable(),
  away: z.boolean(),
});

interface Options extends AsMember {
  readonly propose?: string;
  readonly adopt?: string;
  readonly json?: true;
}

/** @throws Error with a sentence, when there is no such file or it is no JSON */
const ruleFrom = async (file: string): Promise<unknown> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new Error(`There is no file ${file} that can be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${file} is no JSON; it must hold {"needed", "seconds", "witnesses"}.`);
  }
};

const run = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    if (options.propose !== undefined) {
      const body = await ruleFrom(options.propose);
      const { id } = await client.post('/api/v1/witnesses/proposals', body, z.object({ id: z.string() }));
      return answer(`Proposed. Another administrator brings it into force: --adopt ${id}`);
    }
    if (options.adopt !== undefined) {
      await client.post(`/api/v1/witnesses/proposals/${encodeURIComponent(options.adopt)}/adoption`, {}, z.unknown());
      return answer('In force. Where witnesses are required, searching goes on as soon as enough have cosigned.');
    }
    const found = await client.get('/api/v1/witnesses', shown);
    if (options.json) return answer(JSON.stringify(found));
    const { rule: inForce, proposal, cosigned, until, away } = found;
    if (!inForce) answer(`${client.agencyName} requires no witnesses of its log.`);
    else {
      answer(`${inForce.needed} of ${inForce.witnesses.length} must have cosigned in the last ${inForce.seconds} s:`);
      for (const { key, name, url } of inForce.witnesses) {
        const last = cosigned.find((each) => each.key === key);
        answer(
          `  ${name}  ${url}  ${last ? `${last.size} entries at ${last.at.slice(0, 19)}Z` : 'has never cosigned'}`,
        );
      }
      answer(away ? 'Too few have: NOTHING IS SEARCHED.' : `Enough have; until ${until?.slice(0, 19)}Z at least.`);
    }
    if (proposal) answer(`Proposed: ${proposal.id}  ${JSON.stringify(proposal.rule)}`);
  });

export const witnessesCommand = (): Command =>
  signingIn(
    new Command('witnesses').description('which witnesses an agency requires of its log, and whether enough cosign'),
    'a member of that agency; --propose, --adopt: an administrator',
  )
    .option(
      '--propose <file>',
      'JSON: {"needed": 2, "seconds": 3600, "witnesses": [{"key", "name", "url"}, …]}; "needed": 0 ends it',
    )
    .option('--adopt <id>', 'bring what another administrator proposed into force')
    .option('--json', 'one JSON object')
    .action(run);
