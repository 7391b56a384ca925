// The opened values of a log are sealed under a key of their month, and come back through every door as they were. What is changed of them behind the
// house's back does not open, whoever's key it was sealed with, and the app can do nothing to them but seal. On a real database. Needs the build.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Fault } from '../../src/audit-verify/bytes.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { withOpened } from '../../src/commands/log-opened.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { ValueState } from '../../src/core/log-period.js';
import { withClient } from '../../src/vault/database/roles.js';
import { LogValues, periodOf, type OpenedValues } from '../../src/vault/log-values.js';
import type { TestAgency } from '../support/agencies.js';
import { sqlOf } from '../support/database.js';
import { sealAll, sweepOf } from '../support/log-periods.js';
import { platewardIn } from '../support/plateward.js';
import { ask, underGrant } from '../support/searching.js';
import { tell } from '../support/walls.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let folder: string;
const sql = sqlOf(() => house.database);
const plateward = platewardIn(
  () => house,
  () => folder,
);

interface Row {
  readonly entry: number;
  readonly at: string;
  readonly body: string;
  readonly opened: OpenedValues;
  readonly values: ValueState;
}
/** The whole log as a supervisor reads it, plates included, by number; without the readings of it. */
const readOf = async (agency: TestAgency, query = ''): Promise<Map<number, Row>> => {
  const found = new Map<number, Row>();
  for (let before: number | null | undefined; before !== null;) {
    const page = `/api/v1/audit/entries?limit=500${before === undefined ? '' : `&before=${before}`}${query}`;
    const { body } = await house.signedIn(agency.members.supervisor).get<{ entries: Row[]; next: number | null }>(page);
    for (const each of body.entries) if (!each.body.includes('"kind":"audit.read"')) found.set(each.entry, each);
    before = body.next;
  }
  return found;
};
const clearOf = async ({ agencyId }: TestAgency): Promise<number> =>
  (
    await sql<{ n: number }>(`select count(*)::int as n from log_entries where agency_id = $1 and opened <> '{}'`, [
      agencyId,
    ])
  )[0]!.n;
/** As a superuser who has taken the triggers away for a moment. */
const behind = (text: string, values: unknown[] = []): Promise<void> =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('set session_replication_role = replica');
    expect((await client.query(text, values)).rowCount).toBeGreaterThan(0);
  });
/** Changes one entry's row, looks, and puts back what was there. */
const changed = async (agency: TestAgency, entry: number, change: string, look: () => Promise<void>): Promise<void> => {
  const of = 'where agency_id = $1 and entry = $2';
  const [before] = await sql<{ opened: string; sealed: Buffer }>(
    `select opened::text as opened, sealed from log_entries ${of}`,
    [agency.agencyId, entry],
  );
  await behind(`update log_entries set ${change} ${of}`, [agency.agencyId, entry]);
  try {
    await look();
  } finally {
    await behind(`update log_entries set opened = $3::jsonb, sealed = $4 ${of}`, [
      agency.agencyId,
      entry,
      before!.opened,
      before!.sealed,
    ]);
  }
};

beforeAll(async () => {
  house = await openHouse();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-log-values-'));
  for (const [owner, asker] of [
    [house.springfield, house.shelbyville],
    [house.shelbyville, house.springfield],
  ] as const)
    await underGrant(house, owner, asker, {}, async () => {
      for (const plate of ['ABC123', 'SEALED1'])
        await ask(house, asker.members.officer, { agencies: [owner.slug, asker.slug], plate });
    });
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('opened values', () => {
  it('are sealed, all of them or none when the server dies, and are afterwards what they were', async () => {
    for (const agency of [house.springfield, house.shelbyville]) {
      const before = await readOf(agency);
      expect([...before.values()].filter(({ values }) => values === 'open').length).toBeGreaterThan(10);
      const clear = await clearOf(agency);
      // The server kills the connection in the middle of the batch.
      await sql(`create function dies() returns trigger language plpgsql as $$ begin
        if new.entry = 9 then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end if; return new; end $$`);
      await sql('create trigger zz_dies before update on log_entries for each row execute function dies()');
      await expect(sealAll(house.vault, agency)).rejects.toThrow();
      await sql('drop function dies() cascade');
      expect(await clearOf(agency)).toBe(clear);
      expect(await sql('select from log_periods where agency_id = $1 and entries > 0', [agency.agencyId])).toEqual([]);

      await sealAll(house.vault, agency);
      expect(await clearOf(agency)).toBe(0);
      const after = await readOf(agency);
      for (const [entry, row] of before) expect(after.get(entry), String(entry)).toEqual(row);
      const [row] = await sql<{ text: string }>(
        `select string_agg(e::text, ' ') as text from log_entries e where agency_id = $1 and position('audit.read' in body) = 0`,
        [agency.agencyId],
      );
      expect(row!.text).not.toMatch(/26-104|Elm Street|SEALED1/);
    }
  });

  it('are sealed by two sweeps at once, and only once they are old enough', async () => {
    const agency = house.springfield;
    for (const plate of ['TWICE1', 'TWICE2'])
      await ask(house, agency.members.officer, { agencies: [agency.slug], plate });
    const clear = await clearOf(agency);
    expect(clear).toBeGreaterThan(1);
    await sealAll(house.vault, agency, 3600);
    expect(await clearOf(agency)).toBe(clear);
    await Promise.all([1, 2, 3].map(() => sealAll(house.vault, agency)));
    expect(await clearOf(agency)).toBe(0);
    const [told] = await sql<{ entries: string; sealed: string }>(
      `select entries, (select count(*) from log_entries e where e.agency_id = p.agency_id and e.sealed is not null) as sealed
        from log_periods p where agency_id = $1`,
      [agency.agencyId],
    );
    expect(told!.entries).toBe(told!.sealed);
  });

  it('come back through a question for one member, a release and a bundle', async () => {
    const { springfield: agency } = house;
    await sealAll(house.vault, agency);
    const { officer, auditor } = agency.members;
    const his = await readOf(agency, `&member=${officer.memberId}`);
    const all = [...(await readOf(agency)).values()].filter(
      ({ opened }) => opened['member']?.value === officer.memberId,
    );
    expect(all.length).toBeGreaterThan(2);
    expect([...his.keys()]).toEqual(all.map(({ entry }) => entry));
    // In pages of two, with nothing twice and nothing left out.
    const paged: number[] = [];
    for (let before: number | null | undefined; before !== null;) {
      const { body } = await house
        .signedIn(agency.members.supervisor)
        .get<{ entries: Row[]; next: number | null }>(
          `/api/v1/audit/entries?limit=2&member=${officer.memberId}${before === undefined ? '' : `&before=${before}`}`,
        );
      paged.push(...body.entries.map(({ entry }) => entry));
      before = body.next;
    }
    expect(paged).toEqual([...his.keys()]);

    const asked = {
      from: new Date(Date.now() - 86_400_000).toISOString(),
      to: new Date(Date.now() + 1000).toISOString(),
      fields: ['reason', 'caseNumber'],
      request: 'PRR 1',
    };
    const released = await house
      .signedIn(auditor)
      .post<{ entries: Row[]; destroyed: unknown[] }>('/api/v1/audit/disclosures', asked);
    expect(
      released.body.entries.filter(({ opened }) => opened['caseNumber']?.value === '26-104').length,
    ).toBeGreaterThan(3);
    expect(released.body.destroyed).toEqual([]);
    const password = { PLATEWARD_PASSWORD: auditor.password };
    const exported = ['audit', 'export', '--agency', agency.slug, '--as', 'auditor', '--out', 'opened.jsonl'];
    expect((await plateward(exported, password)).code).toBe(0);
    expect(await readFile(path.join(folder, 'opened.jsonl'), 'utf8')).toContain('26-104');
    expect((await plateward(['verify', 'opened.jsonl'])).out).toMatch(/personal fields are opened; each is the one/);
  });

  it('do not open once they were changed, moved, or sealed for another place; and the check of the log says where', async () => {
    const { springfield: agency, shelbyville: other } = house;
    const search = [...(await readOf(agency)).values()].filter(({ body }) => body.includes('"kind":"read.search"'));
    const [victim, neighbour] = search as [Row, Row];
    const sealedOf = (id: string, entry: number) =>
      `(select e.sealed from log_entries e where e.agency_id = '${id}' and e.entry = ${entry})`;
    for (const change of [
      `sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1)`,
      `sealed = substr(sealed, 1, length(sealed) - 1)`,
      `sealed = ${sealedOf(agency.agencyId, neighbour.entry)}`,
      `sealed = ${sealedOf(other.agencyId, [...(await readOf(other)).keys()].at(0)!)}`,
      `sealed = null`,
    ])
      await changed(agency, victim.entry, change, async () => {
        const read = (await readOf(agency)).get(victim.entry)!;
        expect([read.opened, read.values], change).toEqual([{}, 'damaged']);
        expect((await readOf(agency)).get(neighbour.entry)!.values).toBe('open');
      });
    await changed(agency, victim.entry, 'sealed = null', async () => {
      const said = await plateward(['doctor', '--agency', agency.slug, '--as', 'auditor'], {
        PLATEWARD_PASSWORD: agency.members.auditor.password,
        DATABASE_APP_URL: house.database.appUrl,
      });
      expect(said.out + said.told).toContain(
        `Entry ${victim.entry} of the log does not hold: its personal values were changed`,
      );
      const asked = { from: victim.at, to: new Date().toISOString(), fields: ['reason'], request: 'PRR 2' };
      const refused = await house.signedIn(agency.members.auditor).post('/api/v1/audit/disclosures', asked);
      expect(refused).toMatchObject({ status: 409, body: { code: 'log_values_damaged' } });
    });
    // The other agency's key for the month in the place of the own.
    const period = periodOf(new Date(victim.at));
    const [mine] = await sql<{ key: Buffer }>('select sealed_key as key from log_periods where agency_id = $1', [
      agency.agencyId,
    ]);
    await behind(
      'update log_periods p set sealed_key = o.sealed_key from log_periods o where p.agency_id = $1 and o.agency_id = $2 and o.period = p.period',
      [agency.agencyId, other.agencyId],
    );
    await expect(
      house.vault.door(agency.members.auditor, 'audit.read').open({}, (s) => s.log.list(5, victim.entry + 1)),
    ).rejects.toMatchObject({ code: 'key_wrong' });
    await behind('update log_periods set sealed_key = $2 where agency_id = $1', [agency.agencyId, mine!.key]);

    // Whoever has the key ring, too, seals what he likes; then the commitments do not fit.
    const values = new LogValues(house.ground.blobs.keys);
    const key = await house.ground.blobs.keys.openSecret(agency.agencyId, `log-values/${period}`, mine!.key);
    const forged = { ...victim.opened, reason: { ...victim.opened['reason']!, value: 'another reason' } };
    const at = new Date(victim.at);
    const sealed = values.seal(key, agency.agencyId, { entry: victim.entry, at, opened: forged });
    await changed(agency, victim.entry, `sealed = '\\x${sealed.toString('hex')}'`, async () => {
      const rows = await readOf(agency);
      expect(rows.get(victim.entry)!.opened['reason']!.value).toBe('another reason');
      const log = await logAt(overHttp(`${house.address}/log/${agency.slug}`));
      const opened = new Map([...rows].map(([entry, row]) => [entry, { ...row, opened: { ...row.opened } }]));
      const fault = await verifyLog(nodeArithmetic, { ...log, entries: withOpened(log.entries, opened) }).catch(
        (error: unknown) => error,
      );
      expect(fault).toBeInstanceOf(Fault);
      expect(fault).toMatchObject({
        entry: victim.entry,
        because: 'the value opened of reason is not the one committed to',
      });
    });
  });

  it('are changed by no login role in any other way', async () => {
    const { springfield: agency, shelbyville: other } = house;
    await ask(house, agency.members.officer, { agencies: [agency.slug], plate: 'CLEAR1' });
    const [clear] = await sql<{ entry: string; first: string }>(
      `select max(entry) as entry, min(entry) filter (where opened <> '{}') as first from log_entries where agency_id = $1 and opened <> '{}'`,
      [agency.agencyId],
    );
    const form = `'\\x${'00'.repeat(40)}'::bytea`;
    await withClient(house.database.appUrl, async (client) => {
      const as = async (text: string): Promise<unknown> => {
        await client.query('begin');
        await tell(client, agency.agencyId);
        const outcome = await client.query(text).then(
          () => 'done',
          (error: { code: string }) => error.code,
        );
        await client.query('rollback');
        return outcome;
      };
      for (const text of [
        `update log_entries set opened = '{}'`,
        `update log_entries set sealed = null`,
        `update log_periods set sealed_key = null`,
        `update log_periods set through = -1`,
        'delete from log_periods',
        `insert into log_periods (agency_id, period, sealed_key, through) values ('${agency.agencyId}', '2001-01', ${form}, 5)`,
        `insert into log_periods (agency_id, period, sealed_key) values ('${other.agencyId}', '2001-01', ${form})`,
      ])
        expect(await as(text), text).toBe('42501');
      const last = clear!.entry;
      // Out of order, twice, in another agency's log, or nothing at all where there is something.
      expect(await as(`select log_values_seal(array[${last}], array[${form}], ${last})`)).toBe(
        clear!.first === last ? 'done' : 'PW066',
      );
      expect(await as(`select log_values_seal('{}', '{}', ${last})`)).toBe('PW066');
      expect(await as(`select log_values_seal(array[3], array[${form}], 3)`)).toBe('PW066');
      expect(await as(`select log_values_seal(array[${last}], array[null::bytea], ${last})`)).toBe('PW004');
      expect(await as('select log_values_clear(1000)')).toBe('done');
    });
    expect((await readOf(agency)).get(Number(clear!.entry))!.values).toBe('open');
    expect((await readOf(other)).get(5)!.values).not.toBe('damaged');
    const refused = house.vault.door(agency.members.administrator, 'period.seal').open({}, (s) => s.periods.seal(0));
    await expect(refused).rejects.toMatchObject({ kind: 'refused' });
    expect(sweepOf(agency).machine).toBe('sweep');
  });
});
