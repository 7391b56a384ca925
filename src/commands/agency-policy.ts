// `plateward agency policy`: shows the agency's usage and privacy policy, as JSON that may be changed and handed back; or replaces it by such
// a file. The file is looked at here too, so that a slip is told before anybody signs in.
import { Command } from 'commander';
import { z } from 'zod';
import { readPolicyFile } from '../config/policy-file.js';
import { policyItems, usagePolicy, type PolicyItem } from '../core/usage-policy.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer, say } from './say.js';

const shown = z.object({
  policy: usagePolicy,
  missing: z.array(z.string()),
  needed: z.array(z.string()),
  revision: z.int(),
});

interface Options extends AsMember {
  readonly set?: string;
}

const run = async (options: Options): Promise<void> => {
  const change = options.set === undefined ? undefined : await readPolicyFile(options.set);
  await asMember(options, async (client) => {
    const path = '/api/v1/agencies/current/policy';
    const now = change ? await client.put(path, change, shown) : await client.get(path, shown);
    if (change) say(`The policy of ${client.agencyName} stands (change ${now.revision}), and its text is in the log.`);
    for (const item of now.missing) {
      const { letter, title } = policyItems[item as PolicyItem];
      say(`Missing: ${item}, "${title}" (Cal. Civ. Code 1798.90.51 (b)(2)(${letter})).`);
    }
    if (now.needed.length > 0)
      say(
        `Until ${now.needed.join(', ')} ${now.needed.length === 1 ? 'is' : 'are'} there, nothing of or by ${client.agencyName} is searched and no grant is asked for or approved: its law asks for that.`,
      );
    answer(JSON.stringify(now.policy, null, 2));
  });
};

export const agencyPolicyCommand = (): Command =>
  signingIn(
    new Command('policy').description(
      'show or replace the usage and privacy policy; the public page shows its text (docs/transparency.md)',
    ),
    'a member of that agency; an administrator to replace it',
  )
    .option('--set <file.json>', `replace it by this file, an object of ${Object.keys(policyItems).join(', ')}`)
    .action(run);
