// `plateward read-review`: an officer confirms, corrects or rejects a read of his agency that a search showed him.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { say } from './say.js';

interface Options extends AsMember {
  readonly search: string;
  readonly confirm?: true;
  readonly correct?: string;
  readonly reject?: true;
  readonly reason: string;
}

const told = z.object({ receipt: z.object({ entry: z.int() }) });

const review = async (
  readId: string,
  { search, confirm, correct, reject, reason, ...options }: Options,
  command: Command,
): Promise<void> => {
  const verdict = confirm ? 'confirm' : correct !== undefined ? 'correct' : reject ? 'reject' : undefined;
  if (!verdict) return command.error('error: say what the read is: --confirm, --correct <plate> or --reject');
  await asMember(options, async (client) => {
    const body = { searchId: search, verdict, corrected: correct, reason };
    const { receipt } = await client.post(`/api/v1/reads/${encodeURIComponent(readId)}/reviews`, body, told);
    say(`On record as entry ${receipt.entry}. What was observed stays beside it.`);
  });
};

export const readReviewCommand = (): Command =>
  signingIn(
    new Command('read-review').description('confirm, correct or reject a read of the own agency that a search showed'),
    'an officer or supervisor of that agency',
  )
    .argument('<read>', 'its id, as `search --json` gives it')
    .requiredOption('--search <id>', 'the search that showed it')
    .requiredOption('--reason <text>', 'why; the log commits to it')
    .addOption(new Option('--confirm', 'the observed text is right').conflicts(['correct', 'reject']))
    .addOption(new Option('--correct <plate>', 'what the plate is').conflicts('reject'))
    .option('--reject', 'there is no such plate')
    .action(review);
