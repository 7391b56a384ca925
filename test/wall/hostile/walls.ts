// The database's own walls: policies, rights, functions, triggers, roles, where names are looked up; and the pictures and keys beside it.
import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { all, type Family, type Kind } from './kind.js';
import type { Hands } from './scene.js';

const opensAll = `create or replace function granted(owner uuid, camera uuid, captured timestamptz, field text, seen text, open open_grant[]) returns boolean language sql stable begin atomic select true; end`;
const down = (table: string): string => `alter table ${table} disable row level security`;

/** The house's own role, of this server; put back afterwards, because roles are shared by all databases. */
const roles =
  (power: string, back: string): Kind['act'] =>
  async (hands: Hands) => {
    await hands.admin.query(`alter role plateward_app ${power}`);
    hands.afterwards(() => hands.admin.query(`alter role plateward_app ${back}`));
  };
const shadow = (text: string, search = 'evil, public'): string =>
  `create schema evil; grant usage on schema evil to plateward_app; ${text}; do $x$ begin execute format('alter role plateward_app in database %I set search_path = ${search}', current_database()); end $x$`;

const blobs = (folder: string): string => path.join(folder, 'blobs');
const filesOf = async (folder: string): Promise<string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((each) => each.isFile())
    .map((each) => path.join(each.parentPath, each.name));
const change =
  (which: RegExp, to: (bytes: Buffer, file: string) => Buffer): Kind['act'] =>
  async ({ folder }) => {
    const files = (await filesOf(folder)).filter((file) => which.test(file));
    if (files.length === 0) throw new Error('there is no such file');
    for (const file of files) await writeFile(file, to(await readFile(file), file));
  };

export const walls: readonly Family[] = [
  {
    name: 'The walls of the database',
    kinds: [
      ...all('linter', {
        'row-level security of reads is off': down('reads'),
        'row-level security of grants, searches and reads is off': [
          down('reads'),
          down('grants'),
          down('searches'),
        ].join('; '),
        'row-level security of all tables is off': `do $x$ declare each record; begin for each in select relname from pg_class where relnamespace = 'public'::regnamespace and relrowsecurity loop
          execute format('alter table %I disable row level security', each.relname); end loop; end $x$`,
        'it no longer binds the owner': 'alter table reads no force row level security',
        'the policy of reads says true': 'alter policy granted on reads using (true)',
        'what a log says has ended is forgotten': `alter table log_entries alter column ends_grant drop expression; update log_entries set ends_grant = null;
          update grants set state = 'approved' where id = :revoked`,
        'a further policy on reads': 'create policy evil on reads for select to plateward_app using (true)',
        'a policy for everybody': 'create policy evil on reads for select to public using (true)',
        'the trigger that chains is asleep': 'alter table log_entries disable trigger log_append',
        'the trigger that keeps entries is gone': 'drop trigger log_keep on log_entries',
        'the steps of grants are not kept': 'drop trigger grants_step on grants',
        'the app may change entries': 'grant update, delete on log_entries to plateward_app',
        'the app may read passwords': 'grant select on members to plateward_app',
        'the front door may read reads':
          'grant select on reads to plateward_door; create policy evil on reads for select to plateward_door using (true)',
        'a function that runs with its owner’s rights': `create function evil() returns setof reads language sql security definer set search_path = pg_catalog, pg_temp as 'select * from public.reads'; grant execute on function evil() to plateward_app`,
        'a view over all reads':
          'create view everything as select * from reads; grant select on everything to plateward_app',
        'the app owns reads': 'alter table reads owner to plateward_app',
        'the app passes by row-level security': roles('bypassrls', 'nobypassrls'),
        'the app is a superuser': roles('superuser', 'nosuperuser'),
      }),
      ...all('shut', {
        'the function of grants says true': opensAll,
      }),
      ...all('linter', {
        'the app looks into another schema first, which has everything': shadow(
          `create view evil.reads as select :searcher::uuid as agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, recognised_at, plate, confidence, chars, candidates,
            region, region_confidence, corners, crop_key, model_id, model_hash, state, state_confidence from public.reads; grant select on evil.reads to plateward_app`,
        ),
        'the clock of the app stands in the past': shadow(
          `create function evil.now() returns timestamptz language sql stable as $$ select pg_catalog.now() - interval '1 hour' $$; grant execute on function evil.now() to public; update public.grants set state = 'approved' where id = :over`,
          'evil, pg_catalog, public',
        ),
      }),
    ],
  },
  {
    name: 'Pictures and keys',
    kinds: [
      ...all('shut', {
        'a picture is edited': change(/blobs.*frames/, (bytes) =>
          Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])]),
        ),
        'a picture is cut short': change(/blobs.*frames/, (bytes) => bytes.subarray(0, -20)),
        'pictures are taken out': async ({ folder }) => {
          for (const file of await filesOf(blobs(folder))) if (/frames/.test(file)) await rm(file);
        },
        'a picture of the owner is put in the searcher’s place': async ({ folder, scene }) => {
          const [from, to] = [scene.owner, scene.searcher].map((each) =>
            path.join(blobs(folder), each.agencyId, scene.picture),
          );
          await writeFile(to!, await readFile(from!));
        },
      }),
      ...all('verify', {
        'the key ring is taken out': async ({ folder }) => rm(path.join(folder, 'keyring.json')),
        'the key ring is cut short': change(/keyring/, (bytes) => bytes.subarray(0, bytes.length - 30)),
        'the keys of two agencies are exchanged': async ({ folder, scene }) => {
          const file = path.join(folder, 'keyring.json');
          const text = await readFile(file, 'utf8');
          const [one, two] = [scene.owner.agencyId, scene.searcher.agencyId];
          await writeFile(file, text.replaceAll(one, '#').replaceAll(two, one).replaceAll('#', two));
        },
      }),
    ],
  },
];
