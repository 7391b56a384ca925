// `plateward log-key list|rotate|adopt`: the keys with which an agency's log is signed. One administrator proposes to replace the present one, and
// another does it; the house makes the new key, and nobody is handed one.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { logKeyCauses } from '../core/log-key.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const listed = z.object({
  keys: z.array(
    z.object({
      number: z.int(),
      key: z.string(),
      fingerprint: z.string(),
      since: z.string(),
      entry: z.int().nullable(),
      until: z.string().nullable(),
      destroyed: z.boolean(),
    }),
  ),
  proposal: z.object({ id: z.string(), by: z.string(), cause: z.string(), at: z.string() }).nullable(),
});

interface Options extends AsMember {
  readonly json?: true;
}

const list = async ({ json, ...who }: Options): Promise<void> =>
  asMember(who, async (client) => {
    const found = await client.get('/api/v1/log-keys', listed);
    if (json) return answer(JSON.stringify(found));
    for (const { key, fingerprint, since, entry, until, destroyed } of found.keys) {
      answer(key);
      answer(`  SHA-256 ${fingerprint}`);
      answer(
        `  ${until === null ? 'signs' : 'signed'} from ${since.slice(0, 19)}Z${entry === null ? '' : ` (entry ${entry})`}${until === null ? '' : ` until ${until.slice(0, 19)}Z${destroyed ? '; destroyed' : ''}`}`,
      );
    }
    const { proposal } = found;
    if (proposal)
      answer(`Proposed to replace it (${proposal.cause}); another administrator: log-key adopt ${proposal.id}`);
  });

const rotate = async ({ cause, ...who }: AsMember & { readonly cause: string }): Promise<void> =>
  asMember(who, async (client) => {
    const { id } = await client.post('/api/v1/log-keys/rotations', { cause }, z.object({ id: z.string() }));
    answer(`Proposed. Another administrator does it: log-key adopt ${id}`);
  });

const adopt = async (id: string, who: AsMember): Promise<void> =>
  asMember(who, async (client) => {
    const done = z.object({ key: z.string(), receipt: z.object({ entry: z.int() }) });
    const { key, receipt } = await client.post(
      `/api/v1/log-keys/rotations/${encodeURIComponent(id)}/adoption`,
      {},
      done,
    );
    answer(
      `Since entry ${receipt.entry} the log is signed with another key; the one before signed its last head and is destroyed:`,
    );
    answer(key);
    answer('Publish it where you published the one before. Whoever knows that one is led to this one by the log.');
  });

export const logKeyCommand = (): Command =>
  new Command('log-key')
    .addCommand(
      signingIn(
        new Command('list').description('which keys signed the log, and from when until when'),
        'a member of that agency',
      )
        .option('--json', 'one JSON object')
        .action(list),
    )
    .addCommand(
      signingIn(new Command('rotate').description('propose to replace the key that signs the log'), 'an administrator')
        .addOption(
          new Option('--cause <cause>', 'why; it stands in the log for everybody')
            .choices(logKeyCauses)
            .default('scheduled'),
        )
        .action(rotate),
    )
    .addCommand(
      signingIn(
        new Command('adopt')
          .argument('<id>', 'what `log-key rotate` printed')
          .description('replace the key as another administrator proposed'),
        'another administrator',
      ).action(adopt),
    );
