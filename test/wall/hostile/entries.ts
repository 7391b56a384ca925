// Single entries: edited, taken out, put in, put elsewhere, each also with as many of the hashes mended as the operator likes.
import { all, type Family } from './kind.js';

const at = (entry: number | string, log = ':owner'): string => `agency_id = ${log} and entry = ${entry}`;
const newest = '(select max(entry) from log_entries where agency_id = :owner)';
const first = (kind: string): string =>
  `(select min(entry) from log_entries where agency_id = :owner and body::jsonb ->> 'kind' = '${kind}')`;
const edit = (expression: string, entry: number | string = 100): string =>
  `update log_entries set body = ${expression} where ${at(entry)}`;
const said = (from: string, to: string): string => `replace(body, '${from}', '${to}')`;
const rehash = (where: string): string =>
  `update log_entries set hash = sha256('\\x00'::bytea || uuid_send(agency_id) || int8send(entry) || int8send((extract(epoch from at) * 1000000)::bigint)
    || prev_hash || sha256(convert_to(body, 'UTF8'))) where ${where}`;
/** Mends every link from an entry to the end, and the head's. */
const rechain = (from: number): string => `do $x$ declare each record; before bytea; begin
  select hash into before from log_entries where agency_id = :owner and entry = ${from} - 1;
  for each in select entry from log_entries where agency_id = :owner and entry >= ${from} order by entry loop
    update log_entries set prev_hash = before where agency_id = :owner and entry = each.entry;
    ${rehash('agency_id = :owner and entry = each.entry')} returning hash into before;
  end loop;
  update log_heads set hash = before where agency_id = :owner; end $x$`;
const shift = (from: number, by: number): string =>
  `update log_entries set entry = entry + 1000000 where agency_id = :owner and entry >= ${from};
  update log_entries set entry = entry - 1000000 + ${by} where agency_id = :owner and entry >= 1000000`;
const size = (value: string): string => `update log_heads set size = ${value} where agency_id = :owner`;
const copyOf = (entry: number, to: number | string, log = ':owner'): string =>
  `insert into log_entries (agency_id, entry, at, body, opened, prev_hash, hash)
    select agency_id, ${to}, at, body, opened, prev_hash, hash from log_entries where ${at(entry, log)}`;
const opening = (field: string, value: string): string =>
  `update log_entries set opened = jsonb_set(opened, '{${field},value}', to_jsonb('${value}'::text)) where agency_id = :owner and opened ? '${field}'`;
const gone = (entry: number): string =>
  `delete from log_entries where ${at(entry)}; ${shift(entry, -1)}; ${size('size - 1')}`;

export const entries: readonly Family[] = [
  {
    name: 'What an entry says',
    kinds: all('verify', {
      'the purpose of a search': edit(said('stolen-vehicle', 'missing-person')),
      'a refusal becomes something done': edit(
        said('"outcome":"refused"', '"outcome":"done"'),
        `(select max(entry) from log_entries where agency_id = :owner and body like '%"outcome":"refused"%')`,
      ),
      'the rule that refused': edit(
        `regexp_replace(body, '"rule":"[a-z_]+"', '"rule":"role"')`,
        `(select max(entry) from log_entries where agency_id = :owner and body like '%"outcome":"refused"%')`,
      ),
      'the agency that asked': edit(
        `replace(body, :third, :searcher)`,
        `(select max(entry) from log_entries where agency_id = :owner and body like '%' || :third || '%')`,
      ),
      'the role of who acted': edit(said('"role":"officer"', '"role":"supervisor"')),
      'the kind of an act': edit(said('member.add', 'member.change'), first('member.add')),
      'who stands committed to': edit(
        `regexp_replace(body, '"member":"[0-9a-f]{64}"', '"member":"' || repeat('ab', 32) || '"')`,
      ),
      'the reason that is committed to': edit(
        `regexp_replace(body, '"reason":"[0-9a-f]{64}"', '"reason":"' || repeat('ab', 32) || '"')`,
      ),
      'a commitment taken out': edit(`regexp_replace(body, ',"reason":"[0-9a-f]{64}"', '')`),
      'the rows that were shown': edit(
        `regexp_replace(body, '"rows":[0-9]+', '"rows":0')`,
        `(select max(entry) from log_entries where agency_id = :owner and body like '%"rows":1%')`,
      ),
      'the search that it belongs to': edit(`regexp_replace(body, '"searchId":"[0-9a-f]{8}', '"searchId":"00000000')`),
      'the time that was searched': edit(`regexp_replace(body, '"from":"[0-9]{4}', '"from":"2020')`),
      'the grant that was approved': edit(`replace(body, :revoked, :live)`, first('grant.approve')),
      'a revocation becomes an approval': edit(said('grant.revoke', 'grant.approve'), first('grant.revoke')),
      'the enrolment': edit(said('Shelbyville', 'Shelbyvale'), 1),
      'the schema of entries': edit(said('stolen', 'stollen') + ` || ' '`, 0),
      'the key that signs': edit(`regexp_replace(body, '\\+[0-9a-f]{8}\\+', '+00000000+')`, first('log.key')),
      'the newest entry': edit(said('stolen-vehicle', 'robbery'), newest),
      'an entry is emptied': edit(`'{}'`),
      'an entry is no longer JSON': `alter table log_entries alter column ends_grant drop expression, alter column suspends_grant drop expression, alter column tells_opening drop expression; ${edit(`'gone'`)}`,
      'a further member': edit(`left(body, length(body) - 1) || ',"note":"x"}'`),
      'spaces only': edit(said('"done"', '"done" ')),
      'the body of another entry': edit(
        `(select e.body from log_entries e where e.agency_id = :owner and e.entry = 101)`,
      ),
      'every purpose at once': `update log_entries set body = ${said('stolen-vehicle', 'robbery')} where agency_id = :owner`,
      'older bodies are made to look withheld': `update log_entries set body = regexp_replace(body, '"schema":"[0-9a-f]{64}"', '"schema":1') where ${at(100)}`,
    }),
  },
  {
    name: 'What is opened beside an entry',
    kinds: all('verify', {
      'another reason': opening('reason', 'routine'),
      'another case number': opening('caseNumber', '26-999'),
      'another login': opening('person', 'nobody'),
      'another member': opening('member', '00000000-0000-4000-8000-000000000000'),
      'another salt': `update log_entries set opened = jsonb_set(opened, '{reason,salt}', to_jsonb(repeat('00', 16))) where agency_id = :owner and opened ? 'reason'`,
      'the values of another entry': `update log_entries set opened = (select e.opened from log_entries e where ${at(100).replaceAll('agency_id', 'e.agency_id').replace('and entry', 'and e.entry')}) where ${at(102)}`,
      'a value for what was never said': `update log_entries set opened = opened || '{"accomplice": {"salt": "00000000000000000000000000000000", "value": "x"}}' where ${at(100)}`,
    }),
  },
  {
    name: 'An entry and its hashes',
    kinds: all('verify', {
      'edited, its hash mended': `${edit(said('stolen-vehicle', 'robbery'))}; ${rehash(at(100))}`,
      'edited, every later link mended': `${edit(said('stolen-vehicle', 'robbery'))}; ${rechain(100)}`,
      'the newest edited, its hash and the head mended': `${edit(said('stolen-vehicle', 'robbery'), newest)}; ${rehash(at(newest))};
        update log_heads set hash = (select hash from log_entries where ${at(newest)}) where agency_id = :owner`,
      'another hash': `update log_entries set hash = sha256('another') where ${at(280)}`,
      'another hash of the newest': `update log_entries set hash = sha256('another') where ${at(newest)}`,
      'another link': `update log_entries set prev_hash = sha256('another') where ${at(100)}`,
      'the first link': `update log_entries set prev_hash = sha256('another') where ${at(0)}`,
    }),
  },
  {
    name: 'When it was',
    kinds: all('verify', {
      'an hour earlier': `update log_entries set at = at - interval '1 hour' where ${at(100)}`,
      'a microsecond later': `update log_entries set at = at + interval '1 microsecond' where ${at(100)}`,
      'a day later, its hash mended': `update log_entries set at = at + interval '1 day' where ${at(100)}; ${rehash(at(100))}`,
      'the whole log a year earlier': `update log_entries set at = at - interval '1 year' where agency_id = :owner`,
      'the whole log a year earlier, every link mended': `update log_entries set at = at - interval '1 year' where agency_id = :owner and entry > 0; ${rechain(1)}`,
    }),
  },
  {
    name: 'Entries taken out',
    kinds: all('verify', {
      'the first': `delete from log_entries where ${at(0)}`,
      'one in the middle': `delete from log_entries where ${at(100)}`,
      'one in the middle, the gap closed': gone(100),
      'one in the middle, the gap closed, every link mended': `${gone(100)}; ${rechain(100)}`,
      'the last of a tile': `delete from log_entries where ${at(255)}`,
      'the first of a tile': `delete from log_entries where ${at(256)}`,
      'the newest': `delete from log_entries where ${at(newest)}`,
      'the newest, and the head set back': `delete from log_entries where ${at(newest)}; ${size('size - 1')}`,
      'the last fifty, and the head set back': `delete from log_entries where agency_id = :owner and entry >= (select size - 50 from log_heads where agency_id = :owner); ${size('size - 50')}`,
      'the revocation': `delete from log_entries where ${at(first('grant.revoke'))}`,
      'the revocation in the log of the other side': `delete from log_entries where agency_id = :searcher and body like '%grant.revoke%'`,
      'every refusal': `delete from log_entries where agency_id = :owner and body like '%"outcome":"refused"%'`,
      all: 'delete from log_entries where agency_id = :owner',
      'all, and the head set to nothing': `delete from log_entries where agency_id = :owner; ${size('0')}`,
      'all logs emptied': 'truncate log_entries; update log_heads set size = 0',
      'all but the schema': 'delete from log_entries where agency_id = :owner and entry > 0',
    }),
  },
  {
    name: 'Entries put in or elsewhere',
    kinds: all('verify', {
      'one twice, at the end': `${copyOf(100, `(select size from log_heads where agency_id = :owner)`)}; ${size('size + 1')}`,
      'one slipped in': `${shift(101, 1)}; ${copyOf(100, 101)}; ${size('size + 1')}`,
      'one slipped in, every link mended': `${shift(101, 1)}; ${copyOf(100, 101)}; ${size('size + 1')}; ${rechain(101)}`,
      'one beyond the head': `${copyOf(100, 100_000)}; update log_entries set entry = (select size from log_heads where agency_id = :owner) where agency_id = :owner and entry = 100000; ${size('size + 1')}`,
      'two neighbours exchanged': `update log_entries set entry = -1 where ${at(100)}; update log_entries set entry = 100 where ${at(101)}; update log_entries set entry = 101 where ${at(-1)}`,
      'two far from each other exchanged': `update log_entries set entry = -1 where ${at(20)}; update log_entries set entry = 20 where ${at(270)}; update log_entries set entry = 270 where ${at(-1)}`,
      'two exchanged, every link mended': `update log_entries set entry = -1 where ${at(100)}; update log_entries set entry = 100 where ${at(101)}; update log_entries set entry = 101 where ${at(-1)}; ${rechain(100)}`,
      'the order turned round': `update log_entries set entry = 1000000 + entry where agency_id = :owner; update log_entries set entry = (select size - 1 from log_heads where agency_id = :owner) - (entry - 1000000) where agency_id = :owner`,
      'one of another log': `delete from log_entries where ${at(100)}; update log_entries set agency_id = :owner where ${at(100, ':searcher')}`,
      'two logs exchanged': `update log_entries set entry = entry + 1000000 where agency_id = :searcher; update log_entries set agency_id = :searcher where agency_id = :owner; update log_entries set agency_id = :owner, entry = entry - 1000000 where agency_id = :searcher and entry >= 1000000`,
    }),
  },
];
