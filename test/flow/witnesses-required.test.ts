// An agency that requires a witness: a real one, in a process of its own, which is killed and comes back; what stops then and what goes on. Needs the build.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import { Quorum } from '../../workers/quorum/quorum.js';
import { depositAndRead, grantBetween, type TestAgency } from '../support/agencies.js';
import { ask, logOf } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';
import { WitnessProcess } from '../support/witness-process.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;
let folder: string;
let witness: WitnessProcess | undefined;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse({ WITNESSES_PRIVATE: 'true' });
  [owner, asker] = [house.shelbyville, house.springfield];
  await depositAndRead(house.vault, owner, ['SHARED1']);
  await grantBetween(house.vault, owner, asker);
  folder = await mkdtemp(path.join(os.tmpdir(), 'pw-required-'));
});
afterAll(async () => {
  await witness?.end('SIGKILL');
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

const quorum = () => new Quorum({ vault: house.vault, config: { ...house.config, CANARY_URL: house.address } }).once();
const across = () => ask(house, asker.members.officer, { agencies: [owner.slug], plate: 'SHARED1' });
const own = () => ask(house, owner.members.officer, { agencies: [owner.slug], plate: 'SHARED1' });
const shown = async () => (await house.signedIn(owner.members.auditor).get('/api/v1/witnesses')).body;
const sql = (text: string) => withClient(house.database.adminUrl, (client) => client.query(text, [owner.agencyId]));
/** As if so much time had gone by since the witness cosigned. */
const later = (seconds: number) =>
  sql(`update agencies set witness_cosigned = (select coalesce(jsonb_object_agg(c.key, jsonb_set(c.value, '{at}',
    to_jsonb((c.value ->> 'at')::timestamptz - interval '${seconds} seconds'))), '{}') from jsonb_each(witness_cosigned) c) where agency_id = $1`);

it(
  'searching of and by its data stops while it is away, and comes back by itself; ingest goes on',
  { timeout: 120_000 },
  async () => {
    const state = path.join(folder, 'state');
    const key = (await new WitnessProcess(['key', '--state', state, '--name', 'council.example/w']).done()).out.trim();
    const logUrl = `${house.address}/log/${owner.slug}`;
    const logKey = (await house.vault.logSigner(owner.agencyId)).key;
    const start = async (listen: string): Promise<string> => {
      const logs = ['--log', logUrl, '--key', logKey];
      witness = new WitnessProcess(['run', '--state', state, '--listen', listen, '--every', '600', ...logs]);
      return witness.address();
    };
    const url = await start('127.0.0.1:0');

    const first = house.signedIn(owner.members.administrator);
    const second = house.signedIn(await secondAdministrator(house.vault, owner));
    const rule = { needed: 1, seconds: 60, witnesses: [{ key, name: 'City council', url }] };
    expect((await first.post('/api/v1/witnesses/proposals', { ...rule, needed: 2 })).status).toBe(400);
    expect((await house.signedIn(owner.members.officer).post('/api/v1/witnesses/proposals', rule)).status).toBe(403);
    const proposed = await first.post('/api/v1/witnesses/proposals', rule);
    expect(proposed.status).toBe(201);
    const adoption = `/api/v1/witnesses/proposals/${String(proposed.body['id'])}/adoption`;
    expect((await first.post(adoption, {})).body).toMatchObject({ code: 'witnesses_own_proposal' });
    expect(await shown()).toMatchObject({ rule: null, away: false });
    expect((await own()).status).toBe(200);
    expect((await second.post(adoption, {})).status).toBe(201);
    expect((await second.post(adoption, {})).body).toMatchObject({ code: 'witnesses_state' });

    // Nobody has cosigned yet.
    expect((await own()).body).toMatchObject({ code: 'witnesses_away' });
    await quorum();
    expect(await shown()).toMatchObject({ rule, away: false, cosigned: [{ key }] });
    expect((await own()).status).toBe(200);
    expect((await across()).status).toBe(200);

    await witness!.end('SIGKILL');
    await later(50);
    expect((await own()).status).toBe(200);
    await later(20);
    await quorum();
    expect(await shown()).toMatchObject({ away: true });
    for (const refused of [await own(), await across()]) {
      expect(refused.status).toBe(403);
      expect(refused.body).toMatchObject({ code: 'witnesses_away' });
    }
    // Ingest goes on, and so does the search of those who require nothing.
    await depositAndRead(house.vault, owner, ['LATER22']);
    expect((await ask(house, asker.members.officer, { agencies: [asker.slug], plate: 'SHARED1' })).status).toBe(200);
    await quorum();
    const told = (await logOf(house, owner)).filter(({ kind }) => kind.startsWith('witnesses.'));
    expect(told.map(({ kind }) => kind).filter((kind) => kind === 'witnesses.away')).toHaveLength(1);
    const alerts = await sql(`select count from alerts where agency_id = $1 and kind = 'witnesses.away'`);
    expect(alerts.rows).toEqual([{ count: '1' }]);

    await start(new URL(url).host);
    await quorum();
    expect(await shown()).toMatchObject({ away: false, awayAt: null });
    expect((await own()).status).toBe(200);
    expect((await across()).status).toBe(200);
    expect((await ask(house, owner.members.officer, { agencies: [owner.slug], plate: 'LATER22' })).status).toBe(200);
    expect((await logOf(house, owner)).some(({ kind }) => kind === 'witnesses.back')).toBe(true);

    // The public says the same of it, and names them without their addresses.
    const page = await (await fetch(`${house.address}/transparency/${owner.slug}.json`)).json();
    expect(page).toMatchObject({
      numbers: {
        witnesses: { needed: 1, seconds: 60, named: [{ name: 'City council', key }] },
        absences: [{ until: expect.any(String) as string }],
      },
    });
    const html = await (await fetch(`${house.address}/transparency/${owner.slug}`)).text();
    expect(html).toContain('City council');
    expect(html).not.toContain(url);
    const nobody = await (await fetch(`${house.address}/transparency/${asker.slug}`)).text();
    expect(nobody).toContain('This agency requires none.');

    // What another key signed is no cosignature of the witness that is required.
    const other = path.join(folder, 'other');
    const named = (
      await new WitnessProcess(['key', '--state', other, '--name', 'council.example/w']).done()
    ).out.trim();
    const forged = await first.post('/api/v1/witnesses/proposals', {
      ...rule,
      witnesses: [{ key: named, name: 'City council', url }],
    });
    await second.post(`/api/v1/witnesses/proposals/${String(forged.body['id'])}/adoption`, {});
    await quorum();
    expect(await shown()).toMatchObject({ away: true, cosigned: [] });
    expect((await own()).body).toMatchObject({ code: 'witnesses_away' });
  },
);

it('holds until the cosignature is too old without which they are too few', async () => {
  const now = Date.now();
  const at = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const witnesses = ['a', 'b', 'c'].map((key) => ({ key, name: key, url: 'https://w.example' }));
  const until = async (needed: number, cosigned: Record<string, string>): Promise<number | null> =>
    withClient(house.database.adminUrl, async (client) => {
      const kept = Object.fromEntries(
        Object.entries(cosigned).map(([key, time]) => [key, { at: time, size: 1, line: '' }]),
      );
      const { rows } = await client.query<{ until: Date | null }>(
        `update agencies set witness_rule = $2, witness_cosigned = $3 where agency_id = $1 returning witnessed_until as until`,
        [asker.agencyId, JSON.stringify({ needed, seconds: 100, witnesses }), kept],
      );
      return rows[0]!.until && (rows[0]!.until.getTime() - now) / 1000;
    });
  try {
    expect(await until(2, {})).toBeNull();
    expect(await until(2, { a: at(10) })).toBeNull();
    // One that is not named counts for nothing.
    expect(await until(2, { a: at(10), z: at(1) })).toBeNull();
    expect(await until(2, { a: at(10), b: at(30) })).toBe(70);
    expect(await until(2, { a: at(10), b: at(30), c: at(20) })).toBe(80);
    expect(await until(3, { a: at(10), b: at(30), c: at(20) })).toBe(70);
    expect(await until(3, { a: at(10), b: at(300), c: at(20) })).toBe(-200);
    await expect(until(1, { a: at(-60) })).rejects.toMatchObject({ code: 'PW006' });
  } finally {
    await withClient(house.database.adminUrl, (client) =>
      client.query(`update agencies set witness_rule = null, witness_cosigned = '{}' where agency_id = $1`, [
        asker.agencyId,
      ]),
    );
  }
});
