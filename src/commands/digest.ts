// `plateward digest …`: what others did with an agency's data, by period: to list them, read one, see what the next would say, make one now, and say how
// often they come.
import { Argument, Command } from 'commander';
import { z } from 'zod';
import { digestIntervals } from '../core/digest.js';
import { digestSpan } from '../core/digest-span.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { many } from './many.js';
import { answer, say } from './say.js';

const at = '/api/v1/digests';
const totals = z.object({ inForce: z.int(), searches: z.int(), rows: z.int(), refused: z.int(), openings: z.int() });
const page = z.object({
  digests: z.array(z.object({ id: z.string(), from: z.string(), to: z.string(), totals })),
  schedule: z.object({ every: z.string(), nextAt: z.string().nullable() }),
});
const told = z.object({ channel: z.string(), address: z.string(), state: z.string(), fault: z.string().nullable() });
const whole = z.looseObject({ sentences: z.array(z.string()), told: z.array(told).default([]) });
const made = z.object({ id: z.string(), sha256: z.string(), receipt: z.object({ entry: z.int() }) });

interface Options extends AsMember {
  readonly json?: true;
}

const list = (options: Options & { readonly limit: number }): Promise<void> =>
  asMember(options, async (client) => {
    const { digests, schedule } = await client.get(`${at}?limit=${Math.min(100, options.limit)}`, page);
    if (options.json) return answer(JSON.stringify({ digests, schedule }));
    for (const { id, from, to, totals: of } of digests)
      answer(
        `${digestSpan({ from, to })}  ${id}  ${of.searches} searches, ${of.rows} reads shown, ${of.refused} refused`,
      );
    if (digests.length === 0) say('None was made yet.');
    say(
      schedule.nextAt === null
        ? 'None is made by itself: no grant is in force, and the agency wants none.'
        : `One is made every ${schedule.every === 'month' ? 'month' : 'week'}, the next on ${schedule.nextAt.slice(0, 10)}.`,
    );
  });

const show = (id: string | undefined, options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const found = await client.get(`${at}/${id === undefined ? 'preview' : encodeURIComponent(id)}`, whole);
    if (options.json) return answer(JSON.stringify(found));
    if (id === undefined) say('So far; nothing of it is made or told yet.');
    found.sentences.forEach((sentence) => answer(sentence));
    for (const { channel, address, state, fault } of found.told)
      answer(`To ${address} (${channel}): ${state}${fault === null ? '' : `. ${fault}`}`);
  });

const make = (options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { id, receipt } = await client.post(at, {}, made);
    say(`Made as ${id}, and on its way to the destinations of alerts. Entry ${receipt.entry} of your agency’s log.`);
  });

const every = (interval: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    await client.put(`${at}/schedule`, { every: interval }, z.unknown());
    say(
      interval === 'off'
        ? 'None is made by itself any more, until a grant is in force.'
        : `One is made every ${interval}.`,
    );
  });

const part = (name: string, says: string, who = 'an administrator or auditor of that agency'): Command =>
  signingIn(new Command(name).description(says), who);

export const digestCommand = (): Command =>
  new Command('digest')
    .description("what others did with an agency's data, by period")
    .addCommand(
      part('list', 'those that were made, newest first, and when the next one is due')
        .option('--limit <count>', 'so many at most, up to 100', many, 20)
        .option('--json', 'one JSON object')
        .action(list),
    )
    .addCommand(
      part('show', 'one of them in sentences, and where it was told')
        .argument('[id]', 'as `digest list` shows it; left out: what the next one would say by now')
        .option('--json', 'one JSON object')
        .action(show),
    )
    .addCommand(part('make', 'make one now and tell it to every destination of alerts').action(make))
    .addCommand(
      part('every', 'how often one is made; off only while no grant is in force', 'an administrator of that agency')
        .addArgument(new Argument('<interval>', 'week, month or off').choices(digestIntervals))
        .action(every),
    );
