// `plateward audit entries`: an agency's own log, newest first, a sentence a line; or only what is asked for, such as everything that can widen who sees
// what. To read it is itself an entry, one for each page that is fetched.
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { destroyedSentence, valueStates, type ValueState } from '../core/log-period.js';
import { logGroups } from '../core/log-groups.js';
import { hundredthsOf, saidIn, sentenceOf } from '../core/log-sentence.js';
import { sayRule } from '../core/rule-sentence.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import type { MemberClient } from './api-client.js';
import { moment } from './moments.js';
import { answer, say } from './say.js';

const page = z.object({
  entries: z.array(
    z.object({
      entry: z.int(),
      atMicros: z.string(),
      body: z.string(),
      opened: z.record(z.string(), z.object({ salt: z.string(), value: z.string() })),
      values: z.enum(valueStates),
    }),
  ),
  destroyed: z.array(z.object({ period: z.string(), entry: z.int(), at: z.string(), by: z.array(z.string()) })),
  next: z.int().nullable(),
});
const directory = z.object({ agencies: z.array(z.object({ id: z.string(), name: z.string() })) });
const members = z.object({ members: z.array(z.object({ id: z.string(), login: z.string() })) });
const cameraNames = z.object({ cameras: z.array(z.object({ id: z.string(), name: z.string() })) });

interface Options extends AsMember {
  readonly about?: string;
  readonly kind?: string;
  readonly from?: string;
  readonly to?: string;
  readonly member?: string;
  readonly limit: number;
  readonly json?: true;
}

/** What is said of an entry whose personal values cannot be shown. */
const kept: Readonly<Record<ValueState, string>> = {
  open: '',
  none: '',
  destroyed: ' (personal values destroyed)',
  damaged: ' (PERSONAL VALUES CHANGED IN THE DATABASE: they do not open)',
};

/** Most entries of one page. */
const pageMax = 500;

const count = (text: string): number => {
  if (!/^[1-9][0-9]{0,6}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
};

const list = async (client: MemberClient, { about, kind, from, to, member, limit, json }: Options): Promise<void> => {
  const [{ agencies }, people, { cameras }] = await Promise.all([
    client.get('/api/v1/agencies', directory),
    client.get('/api/v1/members', members),
    client.get('/api/v1/cameras', cameraNames),
  ]);
  const names = new Map(agencies.map(({ id, name }) => [id, name]));
  const logins = new Map(people.members.map(({ id, login }) => [id, login]));
  const places = new Map(cameras.map(({ id, name }) => [id, name]));
  const who = member && people.members.find(({ login, id }) => login === member || id === member)?.id;
  if (member !== undefined && who === undefined) {
    say(`${client.agencyName} has no member ${member}.`);
    process.exitCode = 1;
    return;
  }
  const wanted = Object.entries({ about, kind, from, to, member: who });
  const gone = new Map<string, string>();
  let shown = 0;
  for (let before: number | null | undefined; before !== null && shown < limit;) {
    const query = new URLSearchParams({ limit: String(Math.min(pageMax, limit - shown)) });
    for (const [name, value] of wanted) if (value !== undefined) query.set(name, value);
    if (before !== undefined) query.set('before', String(before));
    const { entries, destroyed, next } = await client.get(`/api/v1/audit/entries?${query}`, page);
    for (const each of entries) {
      const said = saidIn(each.body);
      const sentence = said
        ? sentenceOf(said, each.opened, {
            agency: (id) => names.get(id) ?? id,
            member: (id) => logins.get(id),
            camera: (id) => places.get(id),
            rule: sayRule,
          })
        : 'An entry of an older form.';
      answer(
        json ? JSON.stringify(each) : `${hundredthsOf(each.atMicros)}  ${each.entry}  ${sentence}${kept[each.values]}`,
      );
    }
    for (const each of destroyed) gone.set(each.period, destroyedSentence(each));
    shown += entries.length;
    before = next;
  }
  for (const sentence of gone.values()) say(sentence);
  if (shown === 0) say(`${client.agencyName} has no such entry.`);
};

export const auditEntriesCommand = (): Command =>
  signingIn(
    new Command('entries').description('an agency’s own log, newest first, in sentences; reading it is an entry'),
    'an auditor, administrator or supervisor of that agency',
  )
    .addOption(
      new Option('--about <part>', 'only a part; access: everything that can widen who sees what').choices(logGroups),
    )
    .option('--kind <kind>', 'only entries of this kind, such as grant.approve')
    .option('--from <day or time>', 'entries from then on, UTC', moment)
    .option('--to <day or time>', 'entries before then, UTC', moment)
    .option('--member <login or id>', 'only acts of this member')
    .option('--limit <count>', 'how many at most', count, 50)
    .option('--json', 'one JSON object a line, as the interface answers it')
    .action((options: Options) => asMember(options, (client) => list(client, options)));
