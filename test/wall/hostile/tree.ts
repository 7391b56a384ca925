// The tree, its head and its keys; whole histories: begun anew, set back, two of them; and the function that writes entries.
import { all, type Family, type Kind } from './kind.js';
import type { Hands } from './scene.js';

const head = (set: string): string => `update log_heads set ${set} where agency_id = :owner`;

/** Writes the log again from its first entry, through the house's own trigger, with bodies as an expression makes them of old ones. */
const again = (log: string, body: string, where = 'true'): string => `
  create temp table old as select * from log_entries where agency_id = ${log} order by entry;
  delete from log_tiles where agency_id = ${log}; delete from log_entries where agency_id = ${log};
  update log_heads set size = 0, hash = decode(repeat('00', 32), 'hex'), root = sha256(''), frontier = '', path = '' where agency_id = ${log};
  alter table log_entries enable always trigger log_append; alter table log_entries enable always trigger log_integrate;
  do $x$ declare each record; begin for each in select * from old where ${where} order by entry loop
    insert into log_entries (agency_id, body, opened) values (each.agency_id, ${body}, each.opened); end loop; end $x$;
  alter table log_entries enable trigger log_append; alter table log_entries enable trigger log_integrate`;

const entryColumns = 'agency_id, entry, at, body, opened, prev_hash, hash';
const columnsOf = (table: string): string => (table === 'log_entries' ? entryColumns : '*');
const restore = (tables: readonly string[]): string =>
  tables
    .map(
      (table) =>
        `delete from public.${table}; insert into public.${table}${table === 'log_entries' ? ` (${entryColumns})` : ''} select ${columnsOf(table)} from yesterday.${table}`,
    )
    .join('; ');
const logTables = ['log_entries', 'log_heads', 'log_tiles'];

/** A function that writes entries, or moves the head past them, with a piece of its text replaced; then the house goes on over it. */
const rewritten =
  (piece: string, instead: string, name: 'log_append' | 'log_move' = 'log_append'): Kind['act'] =>
  async (hands: Hands) => {
    const { rows } = await hands.admin.query<{ text: string }>(`select pg_get_functiondef('${name}'::regproc) as text`);
    const text = rows[0]!.text;
    if (!text.includes(piece)) throw new Error(`the function does not hold ${piece}`);
    await hands.sql(text.replace(piece, instead));
    await hands.goesOn();
  };

const newKey = `update log_keys set public_key = sha256('another') where agency_id = :owner`;

export const tree: readonly Family[] = [
  {
    name: 'The head of a log',
    kinds: all('verify', {
      'another root': head(`root = sha256('another')`),
      'the root of yesterday': head(
        'root = (select root from yesterday.log_heads h where h.agency_id = log_heads.agency_id)',
      ),
      'the root of another log': head('root = (select h.root from log_heads h where h.agency_id = :searcher)'),
      'one entry less': head('size = size - 1'),
      'one entry more': head('size = size + 1'),
      nothing: head('size = 0'),
      'another last hash, then the house goes on': async (hands) => {
        await hands.sql(head(`hash = sha256('another')`));
        await hands.goesOn();
      },
      'another right edge, then the house goes on': async (hands) => {
        await hands.sql(head(`frontier = overlay(frontier placing sha256('another') from 1)`));
        await hands.goesOn();
      },
      'an empty right edge, then the house goes on': async (hands) => {
        await hands.sql(head(`frontier = ''`));
        await hands.goesOn();
      },
      'the head is gone': 'delete from log_heads where agency_id = :owner',
      'the heads of two logs exchanged': `create temp table h as select * from log_heads where agency_id in (:owner, :searcher); delete from log_heads where agency_id in (:owner, :searcher);
        update h set agency_id = case when agency_id = :owner then :searcher::uuid else :owner::uuid end; insert into log_heads select * from h`,
    }),
  },
  {
    name: 'The tiles of a log',
    kinds: all('verify', {
      'a hash in a tile': `update log_tiles set hashes = overlay(hashes placing sha256('another') from 33) where agency_id = :owner`,
      'the root of a tile': `update log_tiles set root = sha256('another') where agency_id = :owner`,
      'the tile of another log': `update log_tiles set hashes = (select t.hashes from log_tiles t where t.agency_id = :searcher and t.tile = 0 and t.level = 0) where agency_id = :owner`,
      'the tile, its root and the root of the log': `update log_tiles set hashes = overlay(hashes placing sha256('another') from 33), root = sha256('x') where agency_id = :owner; ${head(`root = sha256('another')`)}`,
    }),
  },
  {
    name: 'Histories',
    kinds: [
      ...all('verify', {
        'begun anew, with other purposes': again(':owner', `replace(each.body, 'stolen-vehicle', 'robbery')`),
        'begun anew, without the refusals': again(':owner', 'each.body', `body not like '%"outcome":"refused"%'`),
        'begun anew, without the revocation': again(':owner', 'each.body', `body not like '%grant.revoke%'`),
        'begun anew, word for word': again(':owner', 'each.body'),
        'begun anew and grown past what readers kept': async (hands) => {
          await hands.sql(again(':owner', `replace(each.body, 'stolen-vehicle', 'robbery')`));
          await hands.goesOn();
        },
        'both sides begun anew': `${again(':owner', 'each.body', `body not like '%grant.revoke%'`)}; drop table old; ${again(':searcher', 'each.body', `body not like '%grant.revoke%'`)}`,
        'set back to yesterday’s backup': restore(logTables),
        'set back to yesterday’s backup, grants too': restore([...logTables, 'grants', 'grant_uses']),
        'set back, and grown again': async (hands) => {
          await hands.sql(restore(logTables));
          await hands.goesOn();
        },
        'only the head set back': restore(['log_heads']),
        'two logs for two readers, one after the other': async (hands) => {
          await hands.sql(
            'create schema before; create table before.e as table log_entries; create table before.h as table log_heads; create table before.t as table log_tiles',
          );
          await hands.goesOn();
          await hands.sql(
            `delete from log_entries; delete from log_heads; delete from log_tiles; insert into log_entries (${entryColumns}) select ${entryColumns} from before.e; insert into log_heads select * from before.h; insert into log_tiles select * from before.t`,
          );
          await hands.goesOn();
        },
      }),
    ],
  },
  {
    name: 'Keys of logs',
    kinds: all('verify', {
      'another public key': newKey,
      'the keys of two logs exchanged': `create temp table k as select * from log_keys where agency_id in (:owner, :searcher); delete from log_keys where agency_id in (:owner, :searcher);
        update k set agency_id = case when agency_id = :owner then :searcher::uuid else :owner::uuid end; insert into log_keys select * from k`,
      'the sealed half of another log': `update log_keys set sealed_key = (select k.sealed_key from log_keys k where k.agency_id = :searcher) where agency_id = :owner`,
      'the sealed half damaged': `update log_keys set sealed_key = overlay(sealed_key placing '\\x00000000' from 30) where agency_id = :owner`,
      'a second key': `insert into log_keys (agency_id, number, public_key, sealed_key) select agency_id, 1, sha256('x'), sealed_key from log_keys where agency_id = :owner; ${newKey} and number = 0`,
      'a key typed in that takes the place of the one before': `insert into log_keys (agency_id, number, public_key, sealed_key, entry, root, path, handover)
        select k.agency_id, 1, sha256('x'), k.sealed_key, h.size - 1, h.root, h.path, 'a head' from log_keys k join log_heads h using (agency_id) where k.agency_id = :owner;
        update log_heads set key_number = 1 where agency_id = :owner`,
      'the key taken out, so that a new one is made': 'delete from log_keys where agency_id = :owner',
    }),
  },
  {
    name: 'The function that writes entries',
    kinds: [
      ...all('verify', {
        'it forgets to chain': rewritten('new.prev_hash := head.hash', `new.prev_hash := sha256('x')`),
        'it writes another body than it hashes': rewritten(
          'return new;',
          `new.body := replace(new.body, 'stolen-vehicle', 'robbery'); return new;`,
        ),
        'it does not grow the tree': rewritten('root = grown.root', 'root = log_heads.root', 'log_move'),
        'it numbers twice': rewritten('size = last + 1', 'size = last', 'log_move'),
        'it gives everything the same hash': rewritten('return new;', `new.hash := sha256('x'); return new;`),
        'it takes out commitments': rewritten(
          'new.entry := head.size;',
          `new.entry := head.size; new.body := regexp_replace(new.body, ',"reason":"[0-9a-f]{64}"', '');`,
        ),
        'it puts everything into one log': rewritten(
          'new.entry := head.size;',
          `new.entry := head.size; new.body := replace(new.body, '"outcome":"done"', '"outcome":"refused" ');`,
        ),
      }),
      ...all('shut', {
        'it leaves out searches': rewritten(
          'new.entry := head.size;',
          `if new.body like '%read.search%' then return null; end if; new.entry := head.size;`,
        ),
      }),
    ],
  },
];
