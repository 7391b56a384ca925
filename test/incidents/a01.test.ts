import type pg from 'pg';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/config.js';
import { grantByHttp } from '../support/searching.js';
import { alertsOf, codeOf, foreignRows, openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();
const narrow = { purposes: ['missing-person'], dataWindowDays: 1 };

describe(incident('A1'), () => {
  it('there is no setting that shares with more than one agency', async () => {
    const { rows } = await city.superuser.query<{ name: string }>(
      `select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'`,
    );
    const names = [...rows.map(({ name }) => name), ...Object.keys(loadConfig({}))];
    expect(names.length).toBeGreaterThan(100);
    expect(
      names.filter((name) => /state_?wide|nation_?wide|global|share_?all|public_?lookup|network/i.test(name)),
    ).toEqual([]);
  });

  it('a superuser who turns on every flag and widens every grant opens nothing, and the city hears of it within a minute', async () => {
    const { house, owner, asker, superuser } = city;
    const id = await grantByHttp(house, owner, asker, narrow);
    expect(codeOf(await city.search())).toEqual([403, 'grant_purpose']);
    expect((await city.search({ purpose: 'missing-person' })).body.results).toHaveLength(1);
    const began = Date.now();
    await superuser.query('set session_replication_role = replica');
    const { rows: flags } = await superuser.query<{ table_name: string; column_name: string }>(
      `select c.table_name, c.column_name from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
        where table_schema = 'public' and data_type = 'boolean' and is_generated = 'NEVER' and table_type = 'BASE TABLE'`,
    );
    // What a check of the table forbids him he allows himself first.
    for (const { table_name: table, column_name: column } of flags)
      for (let set = false; !set;)
        set = await superuser.query(`update "${table}" set "${column}" = true`).then(
          () => true,
          async ({ code, constraint }: pg.DatabaseError) => {
            expect(code).toBe('23514');
            await superuser.query(`alter table "${table}" drop constraint "${constraint}"`);
            return false;
          },
        );
    await superuser.query(
      `update grants set state = 'approved', purposes = '{stolen-vehicle,missing-person,homicide}', camera_ids = null, data_window_days = 365, rows_per_search_max = 1000`,
    );
    await superuser.query(
      `create temp table forged as select * from grants where id = '${id}'; update forged set id = gen_random_uuid(); insert into grants select * from forged`,
    );
    await superuser.query('set session_replication_role = origin');
    for (const purpose of ['stolen-vehicle', 'missing-person', 'homicide'])
      for (const member of [asker.members.officer, asker.members.supervisor])
        expect(await foreignRows(city, member, { purpose, agencies: [owner.slug, asker.slug] })).toEqual([]);
    expect(codeOf(await city.search())).toEqual([403, 'grant_unsigned']);
    expect((await alertsOf(city, owner)).map(([by, rule]) => [by, rule])).toContainEqual([
      asker.slug,
      'grant_unsigned',
    ]);
    expect(Date.now() - began).toBeLessThan(60_000);
  });
});
