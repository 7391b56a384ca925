// The schema linter: green over our own migrations, and red, by name, over each pitfall when it is put in.
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectWalls, lintSchema } from '../../src/vault/lint/lint.js';
import { isWrapped } from '../../src/vault/lint/policies.js';
import { versionFault } from '../../src/vault/lint/server.js';
import { ensureQueueTables } from '../../src/vault/database/queue-tables.js';
import { withClient } from '../../src/vault/database/roles.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { undone } from '../support/walls.js';

let database: FreshDatabase;
let client: pg.Client;
let schema: string;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  schema = await readFile('prisma/schema.prisma', 'utf8');
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

const who = `(select nullif(current_setting('plateward.agency_id', true), '')::uuid)`;
const asOwner = (sql: string): string => `set local role plateward_owner; ${sql}; reset role`;

/** A pitfall: what is done to the schema, and the rule and object that the linter must name. */
const pitfalls: readonly (readonly [what: string, sql: string, rule: string, object: string])[] = [
  ['the app is a superuser', 'alter role plateward_app superuser', 'role.superuser', 'plateward_app'],
  ['the door bypasses row-level security', 'alter role plateward_door bypassrls', 'role.bypassrls', 'plateward_door'],
  [
    'the owner bypasses row-level security',
    'alter role plateward_owner bypassrls',
    'role.bypassrls',
    'plateward_owner',
  ],
  ['the queue may make roles', 'alter role plateward_queue createrole', 'role.createrole', 'plateward_queue'],
  ['the app may make databases', 'alter role plateward_app createdb', 'role.createdb', 'plateward_app'],
  ['the app may replicate', 'alter role plateward_app replication', 'role.replication', 'plateward_app'],
  ['the owner can log in', 'alter role plateward_owner login', 'role.login', 'plateward_owner'],
  ['the app is a member of the owner', 'grant plateward_owner to plateward_app', 'role.member', 'plateward_app'],
  [
    'the door is a member of a built-in role',
    'grant pg_read_all_data to plateward_door',
    'role.member',
    'plateward_door',
  ],
  [
    'the app looks elsewhere first',
    `do $$ begin execute format('alter role plateward_app in database %I set search_path = pg_temp', current_database()); end $$`,
    'role.setting',
    'plateward_app',
  ],
  ['the app owns a table', 'alter table frames owner to plateward_app', 'role.owner', 'plateward_app'],
  ['the app owns a function', 'alter function grants_step() owner to plateward_app', 'role.owner', 'plateward_app'],
  [
    'the queue owns something outside its schema',
    'create schema other authorization plateward_queue',
    'role.owner',
    'plateward_queue',
  ],
  [
    'the app may make things in the schema',
    'grant create on schema public to plateward_app',
    'role.place',
    'schema public',
  ],
  ['everybody may use the schema', 'grant usage on schema public to public', 'role.place', 'schema public'],
  ['the queue sees the schema', 'grant usage on schema public to plateward_queue', 'role.place', 'schema public'],
  ['a table belongs to somebody else', 'alter table sessions owner to current_user', 'table.owner', 'sessions'],
  ['row-level security is off', 'alter table members disable row level security', 'table.open', 'members'],
  [
    'row-level security does not bind the owner',
    'alter table cameras no force row level security',
    'table.not_forced',
    'cameras',
  ],
  ['a new tenant table has no wall', asOwner('create table notes (agency_id uuid)'), 'table.open', 'notes'],
  ['a table has no policy', 'drop policy own on read_counts', 'table.no_policy', 'read_counts'],
  [
    'a table of no agency is granted',
    `${asOwner('create table notes (id int)')}; grant select on notes to plateward_app`,
    'table.no_agency',
    'notes',
  ],
  [
    'the record of migrations is granted',
    'grant select on _prisma_migrations to plateward_door',
    'table.no_agency',
    '_prisma_migrations',
  ],
  ['a rule rewrites statements', 'create rule sly as on insert to frames do also nothing', 'table.rule', 'frames'],
  [
    'a policy is for everybody',
    `create policy wide on frames for select using (agency_id = ${who})`,
    'policy.public',
    'frames.wide',
  ],
  [
    'a policy is for an unexpected role',
    'create policy wide on reads for select to plateward_door using (true)',
    'policy.role',
    'reads.wide',
  ],
  [
    'a policy lets the app see all',
    'create policy wide on searches for select to plateward_app using (true)',
    'policy.true',
    'searches.wide',
  ],
  [
    'a policy lets the app write all',
    'create policy wide on searches for insert to plateward_app with check (true)',
    'policy.true',
    'searches.wide',
  ],
  [
    'a policy does not ask who asks',
    'create policy wide on frames for select to plateward_app using (width > 0)',
    'policy.indifferent',
    'frames.wide',
  ],
  [
    'a policy asks once a row',
    `create policy slow on frames for select to plateward_app using (agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid)`,
    'policy.per_row',
    'frames.slow',
  ],
  [
    'a policy asks once a row inside a sub-select with rows',
    `create policy slow on frames for select to plateward_app using (agency_id in (select a.agency_id from agencies a where a.agency_id::text = current_setting('plateward.agency_id', true)))`,
    'policy.per_row',
    'frames.slow',
  ],
  [
    'a view shows what its owner sees',
    asOwner('create view all_reads as select * from reads'),
    'view.definer',
    'all_reads',
  ],
  [
    'a materialised view keeps copies',
    asOwner('create materialized view all_reads as select * from reads'),
    'view.materialised',
    'all_reads',
  ],
  ['a partition is granted', 'grant select on reads_default to plateward_app', 'partition.granted', 'reads_default'],
  [
    'a column of a partition is granted',
    'grant select (plate) on reads_default to plateward_door',
    'partition.granted',
    'reads_default',
  ],
  ['a partition is open', 'alter table reads_default disable row level security', 'partition.open', 'reads_default'],
  [
    'a partition does not bind its owner',
    'alter table reads_default no force row level security',
    'partition.not_forced',
    'reads_default',
  ],
  [
    'a month is missing',
    `do $$ begin execute format('drop table %I', to_char((now() at time zone 'utc') + interval '1 month', '"reads_"YYYY_MM')); end $$`,
    'partition.missing',
    '',
  ],
  [
    'a unique key spans agencies',
    'alter table cameras add constraint names unique (id, agency_id)',
    'key.unique',
    'cameras.names',
  ],
  [
    'a unique index spans agencies',
    'create unique index plates on sessions (token_hash)',
    'key.unique',
    'sessions.plates',
  ],
  [
    'a unique index begins with an expression',
    'create unique index odd on members ((lower(login)), agency_id)',
    'key.unique',
    'members.odd',
  ],
  [
    'a foreign key spans agencies',
    'alter table members add constraint ids unique (id); alter table sessions add constraint loose foreign key (member_id) references members (id)',
    'key.foreign',
    'sessions.loose',
  ],
  ['everybody may read a table', 'grant select on frames to public', 'grant.public', 'frames'],
  ['everybody may read a column', 'grant select (plate) on reads to public', 'grant.public', 'reads.plate'],
  ['the app may truncate', 'grant truncate on reads to plateward_app', 'grant.uncovered', 'reads'],
  ['the app may reference', 'grant references on reads to plateward_app', 'grant.uncovered', 'reads'],
  ['the app may set triggers', 'grant trigger on reads to plateward_app', 'grant.uncovered', 'reads'],
  ['the app may hand rights on', 'grant select on reads to plateward_app with grant option', 'grant.option', 'reads'],
  ['the queue holds rights on a table', 'grant select on agencies to plateward_queue', 'grant.queue', 'agencies'],
  ['the app may change the log', 'grant update on log_entries to plateward_app', 'grant.log', 'log_entries'],
  ['the app may delete from the log', 'grant delete on log_entries to plateward_app', 'grant.log', 'log_entries'],
  ['the app may truncate the log', 'grant truncate on log_entries to plateward_app', 'grant.log', 'log_entries'],
  ['the app may move a head', 'grant update (size) on log_heads to plateward_app', 'grant.log', 'log_heads.size'],
  [
    'the app may set an entry’s number',
    'grant insert (entry) on log_entries to plateward_app',
    'grant.column',
    'log_entries.entry',
  ],
  [
    'the app may say when a search was recorded',
    'grant insert (recorded_in) on searches to plateward_app',
    'grant.column',
    'searches.recorded_in',
  ],
  [
    'the app may make an approved grant',
    'grant insert (state) on grants to plateward_app',
    'grant.column',
    'grants.state',
  ],
  [
    'the app may read passwords',
    'grant select (password_hash) on members to plateward_app',
    'grant.column',
    'members.password_hash',
  ],
  [
    'the app may read sealed secrets',
    'grant select on camera_credentials to plateward_app',
    'grant.column',
    'camera_credentials.sealed_secret',
  ],
  [
    'the app may use a sequence',
    'create sequence counter; grant usage on sequence counter to plateward_app',
    'grant.other',
    'sequence counter',
  ],
  [
    'the app may read a large object',
    'select lo_create(4711); grant select on large object 4711 to plateward_app',
    'grant.other',
    'large object 4711',
  ],
  [
    'new tables are granted by default',
    'alter default privileges for role plateward_owner in schema public grant select on tables to plateward_app',
    'grant.other',
    'default privileges public r',
  ],
  [
    'the app may put triggers to sleep',
    'grant set on parameter session_replication_role to plateward_app',
    'grant.other',
    'parameter session_replication_role',
  ],
  [
    'a function runs with its owner’s rights',
    asOwner(
      `create function sly() returns bigint language sql security definer set search_path = pg_catalog, pg_temp as 'select count(*) from public.reads'`,
    ),
    'function.definer',
    'sly()',
  ],
  [
    'the ledger’s function belongs to another',
    'alter function log_append() owner to plateward_owner',
    'function.owner',
    'log_append()',
  ],
  [
    'the ledger’s function looks names up anywhere',
    'alter function log_append() reset search_path',
    'function.search_path',
    'log_append()',
  ],
  [
    'the ledger’s function looks names up in public',
    'alter function log_append() set search_path = public',
    'function.search_path',
    'log_append()',
  ],
  [
    'a policy’s function looks names up anywhere',
    `create or replace function granted(owner uuid, camera uuid, captured timestamptz, field text, seen text, open open_grant[]) returns boolean language sql stable as 'select false'`,
    'function.search_path',
    'granted(uuid,uuid,timestamp with time zone,text,text,open_grant[])',
  ],
  [
    'everybody may call a function',
    'grant execute on function log_append() to public',
    'function.public',
    'log_append()',
  ],
  [
    'the app may call another function',
    'grant execute on function log_append() to plateward_app',
    'function.callable',
    'log_append()',
  ],
  [
    'a function calls itself leakproof',
    'alter function granted(uuid, uuid, timestamptz, text, text, open_grant[]) leakproof',
    'function.leakproof',
    'granted(uuid,uuid,timestamp with time zone,text,text,open_grant[])',
  ],
  [
    'a policy’s function is volatile',
    'alter function granted(uuid, uuid, timestamptz, text, text, open_grant[]) volatile',
    'function.volatile',
    'granted(uuid,uuid,timestamp with time zone,text,text,open_grant[])',
  ],
  [
    'a policy’s function asks once a row',
    `create or replace function search_on_record(owner uuid) returns boolean language sql stable begin atomic select exists (select 1 from searches s where s.agency_id = current_setting('plateward.agency_id', true)::uuid and owner = any (s.asked)); end`,
    'function.per_row',
    'search_on_record(uuid)',
  ],
  ['a trigger is gone', 'drop trigger log_keep on log_entries', 'trigger.missing', 'log_entries.log_keep'],
  ['a trigger sleeps', 'alter table grants disable trigger grants_step', 'trigger.missing', 'grants.grants_step'],
  [
    'an operator is not leakproof',
    'alter function starts_with(text, text) not leakproof',
    'server.leakproof',
    'operator text ^@ text',
  ],
  ['a column changed its type', 'alter table frames alter column width type bigint', 'drift', 'frames.width'],
  ['a column may be null', 'alter table frames alter column media_type drop not null', 'drift', 'frames.media_type'],
  ['a column is new', 'alter table cameras add column secret text', 'drift', 'cameras.secret'],
  ['a column is gone', 'alter table cameras drop column longitude cascade', 'drift', 'cameras.longitude'],
];

describe('the schema linter', () => {
  it('finds nothing in our migrations', async () => {
    expect(await lintSchema(client, schema)).toEqual([]);
  });

  it('finds nothing once the queue has its tables, and as a role that owns nothing', async () => {
    await ensureQueueTables(database.queueUrl);
    expect(await withClient(database.appUrl, (app) => lintSchema(app, schema))).toEqual([]);
    await expect(expectWalls(database.adminUrl)).resolves.toBeUndefined();
  });

  it('stops a start over a database with a hole, and says what mends it', async () => {
    await client.query('alter table jobs no force row level security');
    try {
      await expect(expectWalls(database.adminUrl)).rejects.toMatchObject({
        code: 'schema_faults',
        publicMessage: expect.stringContaining('alter table jobs force row level security;') as unknown,
      });
    } finally {
      await client.query('alter table jobs force row level security');
    }
  });

  it.each(pitfalls)('is red when %s', async (_, sql, rule, object) => {
    const faults = await undone(client, async () => {
      await client.query(sql);
      return lintSchema(client, schema);
    });
    const found = faults.filter((fault) => fault.rule === rule && fault.object.startsWith(object));
    expect(found, JSON.stringify(faults)).not.toEqual([]);
    for (const fault of found) {
      expect(fault.because).toMatch(/\.$|: /);
      expect(fault.mend.length).toBeGreaterThan(10);
    }
  });

  it.each([
    [150013, true],
    [150014, false],
    [160009, true],
    [160010, false],
    [170005, true],
    [170006, false],
    [180000, false],
    [140020, true],
    [190001, false],
  ])('takes server version %i for too old: %s', (version, old) => {
    expect(versionFault(version).length > 0).toBe(old);
  });

  it.each([
    [`(agency_id = ( SELECT current_setting('x'::text, true) AS current_setting))`, true],
    [`(agency_id = current_setting('x'::text, true))`, false],
    [`(agency_id IN ( SELECT a.id FROM a WHERE a.x = current_setting('x'::text, true)))`, false],
    [
      `(a = ( SELECT NULLIF(current_setting('x'::text, true), ''::text) AS "nullif")) AND (b = current_setting('x'::text))`,
      false,
    ],
  ])('knows a wrapped setting: %s', (text, wrapped) => {
    expect(isWrapped(text)).toBe(wrapped);
  });
});
