// `plateward alerts-to …`: where an agency is told of its alerts outside the console: to list it, add a webhook or an address of e-mail, send a
// test and see what came of it, and end it. `plateward flags-to …`: the same for flags, at destinations of the auditor himself.
import { Command, Option } from 'commander';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { many } from './many.js';
import { answer, say } from './say.js';

const destination = z.object({
  id: z.string(),
  channel: z.string(),
  address: z.string(),
  toldAt: z.string().nullable(),
  waiting: z.int(),
  failed: z.int(),
  fault: z.string().nullable(),
});
const listing = z.object({ destinations: z.array(destination) });
const added = z.object({ id: z.string(), secret: z.string().optional() });
const tested = z.object({ deliveryId: z.string() });
const delivery = z.object({
  id: z.string(),
  alertId: z.string().nullable(),
  digestId: z.string().nullable(),
  flagId: z.string().nullable(),
  notice: z.string().nullable(),
  channel: z.string(),
  address: z.string(),
  state: z.enum(['waiting', 'told', 'failed']),
  told: z.int(),
  wanted: z.int(),
  attempts: z.int(),
  fault: z.string().nullable(),
  addedAt: z.string(),
});
const page = z.object({ deliveries: z.array(delivery), next: z.string().nullable() });

/** What is told, and where its destinations are set. */
interface Told {
  readonly of: 'alerts' | 'flags';
  readonly at: string;
  readonly deliveries: string;
}
const alerts: Told = { of: 'alerts', at: '/api/v1/alert-destinations', deliveries: '/api/v1/alert-deliveries' };
const flags: Told = { of: 'flags', at: '/api/v1/flag-destinations', deliveries: '/api/v1/flag-deliveries' };

/** How often and how long a test is asked after, in milliseconds. */
const askMs = 500;
const patienceMs = 30_000;

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const list = ({ of, at }: Told, options: AsMember & { readonly json?: true }): Promise<void> =>
  asMember(options, async (client) => {
    const { destinations } = await client.get(at, listing);
    for (const each of destinations) {
      const { id, channel, address, toldAt, waiting, failed, fault } = each;
      answer(
        options.json
          ? JSON.stringify(each)
          : [
              id,
              `${channel} ${address}`,
              toldAt === null ? 'never told' : `told ${toldAt.slice(0, 19)}Z`,
              ...(waiting > 0 ? [`${waiting} waiting`] : []),
              ...(failed > 0 ? [`${failed} given up`] : []),
              ...(fault === null ? [] : [fault]),
            ].join('  '),
      );
    }
    if (destinations.length === 0)
      say(`${of === 'alerts' ? `${client.agencyName} is` : 'You are'} told of ${of} in the console alone.`);
  });

const add = ({ of, at }: Told, channel: string, address: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { id, secret } = await client.post(at, { channel, address }, added);
    say(`${of === 'alerts' ? 'Alerts' : 'Flags'} of ${client.agencyName} are told there from now on, as ${id}.`);
    if (secret === undefined) return;
    say('The secret with which its messages are signed, shown this once:');
    answer(secret);
  });

const test = ({ at, deliveries }: Told, id: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    const { deliveryId } = await client.post(`${at}/${encodeURIComponent(id)}/tests`, {}, tested);
    const ends = Date.now() + patienceMs;
    while (Date.now() < ends) {
      const { state, fault } = await client.get(`${deliveries}/${deliveryId}`, delivery);
      if (state === 'told') return say('It has arrived.');
      if (state === 'failed') throw invalid('test_failed', `It did not arrive. ${fault ?? ''}`.trim());
      await wait(askMs);
    }
    throw invalid('test_waits', 'It was not sent within 30 seconds. Is a worker running?');
  });

const remove = ({ at }: Told, id: string, options: AsMember): Promise<void> =>
  asMember(options, async (client) => {
    await client.delete(`${at}/${encodeURIComponent(id)}`, z.unknown());
    say('Nothing more is told there.');
  });

interface Listing extends AsMember {
  readonly json?: true;
  readonly limit: number;
}

/** Deliveries of one page. */
const pageMax = 200;

const whatOf = ({ alertId, digestId, flagId, notice, wanted }: z.output<typeof delivery>): string => {
  if (notice !== null) return notice === 'role' ? 'the end of your role' : 'a new password of yours';
  if (flagId !== null) return `a flag of ${plural(wanted, 'search', 'searches')}`;
  if (digestId !== null) return 'a digest';
  return alertId === null ? 'a test' : plural(wanted, 'refusal', 'refusals');
};

const told = ({ deliveries }: Told, options: Listing): Promise<void> =>
  asMember(options, async (client: MemberClient) => {
    let shown = 0;
    for (let before: string | null = ''; before !== null && shown < options.limit;) {
      const query = new URLSearchParams({ limit: String(Math.min(pageMax, options.limit - shown)) });
      if (before !== '') query.set('before', before);
      const found: z.output<typeof page> = await client.get(`${deliveries}?${query}`, page);
      for (const each of found.deliveries) {
        const { addedAt, channel, address, state, attempts, fault } = each;
        answer(
          options.json
            ? JSON.stringify(each)
            : [
                `${addedAt.slice(0, 19)}Z`,
                `${channel} ${address}`,
                whatOf(each),
                state === 'waiting' && attempts > 0 ? `tried ${plural(attempts, 'time', 'times')}` : state,
                ...(fault === null ? [] : [fault]),
              ].join('  '),
        );
      }
      shown += found.deliveries.length;
      before = found.next;
    }
    if (shown === 0) say('Nothing was told yet.');
  });

const json = (): Option => new Option('--json', 'one JSON object a line');

/** @param setters who adds, tests and removes; seers: who may look */
const destinationCommands = (command: Command, about: Told, setters: string, seers: string): Command => {
  const part = (name: string, says: string, who = setters): Command =>
    signingIn(new Command(name).description(says), who);
  const { of } = about;
  const shown = `as \`${of}-to list\` shows it`;
  return command
    .addCommand(
      part('list', 'the destinations, and whether messages arrive', seers)
        .addOption(json())
        .action((options: AsMember) => list(about, options)),
    )
    .addCommand(
      part('webhook', `tell ${of} to a program, signed; its secret is shown this once`)
        .argument('<address>', 'beginning with https://')
        .action((address: string, options: AsMember) => add(about, 'webhook', address, options)),
    )
    .addCommand(
      part('email', `tell ${of} by e-mail`)
        .argument('<address>', 'such as chief@example.org')
        .action((address: string, options: AsMember) => add(about, 'email', address, options)),
    )
    .addCommand(
      part('test', 'send a test and see whether it arrives')
        .argument('<id>', shown)
        .action((id: string, options: AsMember) => test(about, id, options)),
    )
    .addCommand(
      part('remove', 'tell nothing more there')
        .argument('<id>', shown)
        .action((id: string, options: AsMember) => remove(about, id, options)),
    )
    .addCommand(
      part('deliveries', 'what was told and what waits, newest first', seers)
        .option('--limit <count>', 'so many at most', many, 50)
        .addOption(json())
        .action((options: Listing) => told(about, options)),
    );
};

export const alertsToCommand = (): Command =>
  destinationCommands(
    new Command('alerts-to').description('where alerts are told outside the console'),
    alerts,
    'an administrator of that agency',
    'an administrator or auditor of that agency',
  );

export const flagsToCommand = (): Command =>
  destinationCommands(
    new Command('flags-to').description('where you, an auditor, are told of flags outside the console'),
    flags,
    'an auditor of that agency; his own',
    'an auditor of that agency; his own',
  );
