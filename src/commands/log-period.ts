// `plateward log-period list|destroy|confirm|withdraw`: the months of an agency's log, whose personal values are sealed under a key each. One administrator
// proposes to destroy the key of a month, and another does it.
import { Command } from 'commander';
import { z } from 'zod';
import { destroyedSentence, hindranceNames, hindrances } from '../core/log-period.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { answer } from './say.js';

const listed = z.object({
  periods: z.array(
    z.object({
      period: z.string(),
      entries: z.int(),
      hindered: z.enum(hindranceNames).nullable(),
      proposal: z.object({ id: z.string(), by: z.string(), reason: z.string(), at: z.string() }).nullable(),
      destroyed: z.object({ entry: z.int(), at: z.string(), by: z.array(z.string()) }).nullable(),
    }),
  ),
});

interface Options extends AsMember {
  readonly json?: true;
}

const list = async ({ json, ...who }: Options): Promise<void> =>
  asMember(who, async (client) => {
    const found = await client.get('/api/v1/log-periods', listed);
    if (json) return answer(JSON.stringify(found));
    if (found.periods.length === 0) answer('No values of the log are sealed yet; the worker does that.');
    for (const { period, entries, hindered, proposal, destroyed } of found.periods) {
      if (destroyed) {
        answer(`${period}  ${destroyedSentence({ period, ...destroyed })}`);
        continue;
      }
      answer(
        `${period}  ${entries} entries with sealed values. ${hindered ? hindrances[hindered] : 'Their key can be destroyed.'}`,
      );
      if (proposal)
        answer(
          `  Proposed to destroy it (${proposal.reason}); another administrator: log-period confirm ${period} ${proposal.id}`,
        );
    }
  });

const of = (period: string, id?: string): string =>
  `/api/v1/log-periods/${encodeURIComponent(period)}/proposals${id === undefined ? '' : `/${encodeURIComponent(id)}`}`;

const destroy = async (period: string, { reason, ...who }: AsMember & { readonly reason: string }): Promise<void> =>
  asMember(who, async (client) => {
    const { id } = await client.post(of(period), { reason }, z.object({ id: z.string() }));
    answer(`Proposed. Another administrator does it: log-period confirm ${period} ${id}`);
  });

const confirm = async (period: string, id: string, who: AsMember): Promise<void> =>
  asMember(who, async (client) => {
    const done = z.object({ entries: z.int(), receipt: z.object({ entry: z.int() }) });
    const { entries, receipt } = await client.post(`${of(period, id)}/adoption`, {}, done);
    answer(
      `Since entry ${receipt.entry} the personal values of ${period} are gone, in ${entries} entries. The entries stay, and the log still verifies.`,
    );
    answer('A backup of the database from before, together with the key ring, still holds them: see docs/log.md.');
  });

const withdraw = async (period: string, id: string, who: AsMember): Promise<void> =>
  asMember(who, async (client) => {
    await client.post(`${of(period, id)}/withdrawal`, {}, z.looseObject({}));
    answer('Withdrawn; nothing was destroyed.');
  });

export const logPeriodCommand = (): Command =>
  new Command('log-period')
    .addCommand(
      signingIn(
        new Command('list').description('the months of the log, and whose personal values are destroyed'),
        'a member of that agency',
      )
        .option('--json', 'one JSON object')
        .action(list),
    )
    .addCommand(
      signingIn(
        new Command('destroy')
          .argument('<month>', 'such as 2026-09, UTC')
          .description("propose to destroy the key of a month's personal values"),
        'an administrator',
      )
        .requiredOption('--reason <text>', 'why; the log commits to it')
        .action(destroy),
    )
    .addCommand(
      signingIn(
        new Command('confirm')
          .argument('<month>', 'such as 2026-09, UTC')
          .argument('<id>', 'what `log-period destroy` printed')
          .description('destroy it for good, as another administrator proposed'),
        'another administrator',
      ).action(confirm),
    )
    .addCommand(
      signingIn(
        new Command('withdraw')
          .argument('<month>', 'such as 2026-09, UTC')
          .argument('<id>', 'what `log-period destroy` printed')
          .description('end such a proposal'),
        'an administrator',
      ).action(withdraw),
    );
