// `plateward alerts`: what other agencies asked of an agency's data and were refused; to follow it as it happens, and to say that one
// was seen.
import { Command } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { alertSentence, alertTitle } from '../core/alert-sentence.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { many } from './many.js';
import { answer, say } from './say.js';

const alert = z.object({
  id: z.string(),
  asker: z.object({ slug: z.string(), name: z.string() }),
  kind: z.string(),
  rule: z.string(),
  count: z.int(),
  firstEntry: z.int(),
  lastEntry: z.int(),
  firstAt: z.string(),
  lastAt: z.string(),
  acknowledgedAt: z.string().nullable(),
});
type Alert = z.output<typeof alert>;
const page = z.object({ alerts: z.array(alert), next: z.int().nullable() });

interface Options extends AsMember {
  readonly all?: true;
  readonly json?: true;
  readonly follow?: true;
  readonly limit: number;
  readonly acknowledge?: string;
}

/** How often a command that follows asks, in milliseconds. */
const askMs = 2000;
/** Alerts of one page. */
const pageMax = 200;

const line = ({ id, asker, kind, rule, count, firstEntry, lastEntry, lastAt, acknowledgedAt }: Alert): string =>
  [
    `${lastAt.slice(0, 19)}Z`,
    id,
    `${alertTitle(rule, `${asker.name} (${asker.slug})`, count)}. ${alertSentence(rule, kind)}`,
    firstEntry === lastEntry ? `Entry ${lastEntry}` : `Entries ${firstEntry} to ${lastEntry}`,
    ...(acknowledgedAt ? ['Seen'] : []),
  ].join('  ');

const show = (alerts: readonly Alert[], json: boolean | undefined): void => {
  for (const each of alerts) answer(json ? JSON.stringify(each) : line(each));
};

const newest = async (client: MemberClient, { all, limit }: Options): Promise<Alert[]> => {
  const found: Alert[] = [];
  for (let before: number | null | undefined; before !== null && found.length < limit;) {
    const query = new URLSearchParams({ limit: String(Math.min(pageMax, limit - found.length)), open: String(!all) });
    if (before !== undefined) query.set('before', String(before));
    const { alerts, next } = await client.get(`/api/v1/alerts?${query}`, page);
    found.push(...alerts);
    before = next;
  }
  return found;
};

const run = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    if (options.acknowledge !== undefined) {
      await client.post(`/api/v1/alerts/${encodeURIComponent(options.acknowledge)}/acknowledgement`, {}, z.unknown());
      return say(`Seen by ${options.as}, and in the log. The next refusal of its kind raises a new alert.`);
    }
    const alerts = await newest(client, options);
    if (alerts.length === 0 && !options.follow) say(`${client.agencyName} has no ${options.all ? '' : 'open '}alert.`);
    show(alerts, options.json);
    if (!options.follow) return;
    let heard = alerts[0]?.lastEntry ?? -1;
    let stopped = false;
    const stop = new AbortController();
    process.once('SIGINT', () => {
      stopped = true;
      stop.abort();
    });
    while (!stopped) {
      const fresh = (await newest(client, options)).filter(({ lastEntry }) => lastEntry > heard).reverse();
      show(fresh, options.json);
      heard = fresh.at(-1)?.lastEntry ?? heard;
      await wait(askMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  });

export const alertsCommand = (): Command =>
  signingIn(
    new Command('alerts').description("what other agencies asked of an agency's data and were refused"),
    'an administrator or auditor of that agency',
  )
    .option('--all', 'also those that somebody has acknowledged')
    .option('--limit <count>', 'so many at most', many, 50)
    .option('--follow', 'go on and show each as it is raised, until Ctrl+C')
    .option('--acknowledge <alert>', 'say that this one was seen, by its id')
    .option('--json', 'one JSON object a line')
    .action(run);
