// `plateward reviews`: searches drawn for an agency's auditor to look over, what came of it, and how many searches say nothing.
import { Command, Option } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { many } from './many.js';
import { answer, say } from './say.js';

const member = z.object({ login: z.string(), name: z.string() });
const page = z.object({
  reviews: z.array(
    z.object({
      ...{ searchId: z.string(), member, drawn: z.string(), drawnAt: z.string(), purpose: z.string() },
      ...{ caseNumber: z.string(), reason: z.string(), plate: z.string().nullable() },
      ...{ decision: z.string().nullable(), note: z.string().nullable() },
    }),
  ),
  next: z.string().nullable(),
});
type Review = z.output<typeof page>['reviews'][number];
const figures = z.object({
  figures: z.array(
    z.object({
      ...{
        month: z.string(),
        member,
        searches: z.int(),
        vague: z.int(),
        drawn: z.int(),
        reviewed: z.int(),
        concerns: z.int(),
      },
    }),
  ),
});

const line = (each: Review): string =>
  [
    `${each.drawnAt.slice(0, 19)}Z`,
    each.searchId,
    `${each.member.name} (${each.member.login})`,
    `${each.purpose}, case ${JSON.stringify(each.caseNumber)}, ${JSON.stringify(each.reason)}${each.plate === null ? '' : `, plate ${each.plate}`}`,
    each.drawn === 'vague' ? 'drawn because it says nothing' : 'drawn by lot',
    ...(each.decision === null
      ? []
      : [`${each.decision === 'in_order' ? 'in order' : each.decision}: ${each.note ?? ''}`]),
  ].join('  ');

interface Listing extends AsMember {
  readonly all?: true;
  readonly json?: true;
  readonly limit: number;
}

/** Reviews of one page. */
const pageMax = 200;

const list = ({ all, json, limit, ...options }: Listing): Promise<void> =>
  asMember(options, async (client) => {
    let shown = 0;
    for (let before: string | null | undefined; before !== null && shown < limit;) {
      const query = new URLSearchParams({ limit: String(Math.min(pageMax, limit - shown)), open: String(!all) });
      if (before !== undefined) query.set('before', before);
      const { reviews, next } = await client.get(`/api/v1/reviews?${query}`, page);
      for (const each of reviews) answer(json ? JSON.stringify(each) : line(each));
      shown += reviews.length;
      before = next;
    }
    if (shown === 0) say(`${client.agencyName} has no search ${all ? 'that was drawn for review' : 'to look over'}.`);
  });

const tell = ({ months, json, ...options }: AsMember & { months: number; json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const found = (await client.get(`/api/v1/reviews/figures?months=${months}`, figures)).figures;
    if (json) return answer(JSON.stringify(found));
    for (const {
      month,
      member: { name, login },
      searches,
      vague,
      drawn,
      reviewed,
      concerns,
    } of found)
      answer(
        `${month}  ${name} (${login})  ${searches} searches, ${vague} say nothing (${Math.round((100 * vague) / searches)} %), ${drawn} drawn, ${reviewed} looked over, ${concerns} of concern`,
      );
    if (found.length === 0) say(`No member of ${client.agencyName} has searched in that time.`);
  });

const part = (name: string, says: string, who = 'an auditor of that agency'): Command =>
  signingIn(new Command(name).description(says), who);

export const reviewsCommand = (): Command =>
  new Command('reviews')
    .description("searches drawn for an agency's auditor to look over, and how many say nothing")
    .addCommand(
      part('list', 'those that wait, newest first')
        .option('--all', 'also those that were decided on')
        .option('--limit <count>', 'so many at most', many, 50)
        .option('--json', 'one JSON object a line')
        .action(list),
    )
    .addCommand(
      part('decide', 'say what came of looking a search over')
        .argument('<search>', 'its id')
        .addOption(
          new Option('--decision <word>', 'what it was').choices(['in_order', 'concern']).makeOptionMandatory(),
        )
        .requiredOption('--note <text>', 'why; the log commits to it')
        .action((id: string, { decision, note, ...options }: AsMember & { decision: string; note: string }) =>
          asMember(options, async (client) => {
            await client.post(`/api/v1/reviews/${encodeURIComponent(id)}/decision`, { decision, note }, z.unknown());
            say('On record.');
          }),
        ),
    )
    .addCommand(
      part(
        'figures',
        'searches of each member by month, and how many say nothing',
        'an administrator, auditor or supervisor',
      )
        .option('--months <count>', 'of so many months', many, 3)
        .option('--json', 'one JSON object')
        .action(tell),
    );
