// `plateward sharing`: what canaries found of the wall, whether all sharing of an agency is stopped, and that it goes on.
import { Command } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer, say } from './say.js';

const sharing = z.object({
  stoppedAt: z.string().nullable(),
  canary: z.object({ at: z.string(), tried: z.int(), crossed: z.int() }).nullable(),
});

interface Options extends AsMember {
  readonly resume?: string;
  readonly json?: true;
}

const run = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    if (options.resume !== undefined) {
      await client.post('/api/v1/sharing/resumption', { note: options.resume }, z.unknown());
      return say(`Sharing of the data of ${client.agencyName} goes on; so says its log, by ${options.as}.`);
    }
    const { stoppedAt, canary } = await client.get('/api/v1/sharing', sharing);
    if (options.json) return answer(JSON.stringify({ stoppedAt, canary }));
    answer(
      canary
        ? `${canary.at.slice(0, 19)}Z  canaries tried ${canary.tried} ways across the wall; ${canary.crossed === 0 ? 'none led across' : `${canary.crossed} LED ACROSS: see the entry canary.run of that time`}`
        : 'No canary has tried the wall yet: does a worker run, and does it reach the web process (CANARY_URL)?',
    );
    answer(
      stoppedAt
        ? `Nothing of ${client.agencyName} is shared since ${stoppedAt.slice(0, 19)}Z. When the cause is mended and a run crosses nothing: --resume "<what it was>"`
        : `Sharing of the data of ${client.agencyName} is not stopped: its grants open what they give.`,
    );
  });

export const sharingCommand = (): Command =>
  signingIn(
    new Command('sharing').description('what canaries found of the wall, and whether all sharing is stopped'),
    'a member of that agency; --resume: an administrator',
  )
    .option('--resume <note>', 'let grants open again what they give; say what was found and mended')
    .option('--json', 'one JSON object')
    .action(run);
