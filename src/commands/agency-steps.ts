// `plateward agency steps`: what a fresh agency does first, and how far it is; the same as the console's page.
import { Command } from 'commander';
import { z } from 'zod';
import { firstSteps } from '../core/first-steps.js';
import { policyItemNames } from '../core/usage-policy.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const policy = z.looseObject({ missing: z.array(z.string()) });
const packs = z.looseObject({
  inForce: z.looseObject({ title: z.string() }).nullable(),
  changes: z.array(z.looseObject({ state: z.string() })),
});
const members = z.looseObject({ members: z.array(z.looseObject({ role: z.string(), status: z.string() })) });
const health = z.looseObject({
  cameras: z.array(z.looseObject({ standing: z.string(), lastFrame: z.unknown() })),
});

const steps = (options: AsMember & { readonly json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const [said, law, people, cameras] = [
      await client.get('/api/v1/agencies/current/policy', policy),
      await client.get('/api/v1/packs', packs),
      await client.get('/api/v1/members', members),
      await client.get('/api/v1/cameras/health', health),
    ];
    const taken = firstSteps({
      ...{ policyMissing: said.missing.length, policyItems: policyItemNames.length },
      ...{ law: law.inForce?.title ?? null, lawProposed: law.changes.some(({ state }) => state === 'proposed') },
      members: people.members.map(({ role, status }) => ({ role, active: status === 'active' })),
      cameras: cameras.cameras.map(({ standing, lastFrame }) => ({
        ...{ ended: standing === 'ended', mayFrame: standing !== 'no_credential', hasFrame: lastFrame !== null },
      })),
    });
    for (const step of taken)
      answer(
        options.json
          ? JSON.stringify(step)
          : `${step.done ? 'done   ' : 'missing'}  ${step.name.padEnd(8)} ${step.says}`,
      );
  });

export const agencyStepsCommand = (): Command =>
  signingIn(new Command('steps').description('what a fresh agency does first, and how far it is'))
    .option('--json', 'one JSON object a line')
    .action(steps);
