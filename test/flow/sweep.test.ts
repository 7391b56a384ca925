// The sweep on a real database: what it has read without a bell, what it puts away, and when it mistrusts the bells.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId, type AgencyId, type FrameId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import type { Vault } from '../../src/vault/vault.js';
import { Sweep, type SweepParts } from '../../workers/sweep/sweep.js';
import { depositAndRead, grantBetween, twoAgencies, vaultOf, type TwoAgencies } from '../support/agencies.js';
import { packWith } from '../support/packs.js';
import { adopt } from '../support/tour-packs.js';
import { freshDatabase, type FreshDatabase, sqlOf } from '../support/database.js';
import { pastMidnight } from '../support/turning.js';

let database: FreshDatabase;
let vault: Vault;
let both: TwoAgencies;
beforeAll(() => pastMidnight());
beforeAll(async () => {
  log.level = 'silent';
  database = await freshDatabase();
  vault = vaultOf(database);
  both = await twoAgencies(vault);
});
afterAll(async () => {
  await vault?.close();
  await database?.drop();
});

const sweepOf = (more: Partial<SweepParts> = {}) => {
  const drained: AgencyId[] = [];
  let restarts = 0;
  const sweep = new Sweep({
    vault,
    blobs: { delete: () => Promise.resolve() },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: (agencyId) => drained.push(agencyId),
    bells: { lastHeardMs: Date.now(), restart: () => (restarts += 1) },
    ...more,
  });
  return { sweep, drained, restarts: () => restarts };
};
const sql = sqlOf(() => database);
const deposit = async () => {
  const camera = both.shelbyville.cameras[0];
  const frame = {
    frameId: newId<FrameId>(),
    sha256: Buffer.alloc(32),
    capturedAt: new Date(),
    receivedAt: new Date(),
    clockSuspect: false,
  };
  const picture = { mediaType: 'image/jpeg', width: 64, height: 48, bytes: 1, blobKey: 'frames/none' };
  await vault
    .door(camera, 'frame.deposit')
    .open({}, (s) => s.frames.deposit({ ...frame, ...picture, idempotencyKey: frame.frameId }));
};

test('has read only what waits, and only the agency whose frame it is', async () => {
  const began = Date.now();
  const quiet = sweepOf();
  await quiet.sweep.once();
  expect(quiet.drained).toEqual([]);
  await deposit();
  await quiet.sweep.once();
  expect(quiet.drained).toEqual([both.shelbyville.agencyId]);
  expect(quiet.sweep.lastDoneMs).toBeGreaterThanOrEqual(began);
});

test('forgets nonces once their timestamps are refused anyway, and not before', async () => {
  const { agencyId, credentialId } = both.springfield.cameras[0];
  const seen = (nonce: string, minutes: number) =>
    sql(
      "insert into camera_nonces (agency_id, credential_id, nonce, seen_at) values ($1, $2, $3, now() - $4 * interval '1 minute')",
      [agencyId, credentialId, nonce, minutes],
    );
  await seen('of-long-ago-nonce', 12);
  await seen('of-just-now-nonce', 9);
  await sweepOf().sweep.once();
  expect(await sql<{ nonce: string }>('select nonce from camera_nonces')).toEqual([{ nonce: 'of-just-now-nonce' }]);
});

test('ends grants whose time is over, as an entry of the owner, once, also when two sweeps meet', async () => {
  const until = Date.now() + 12_000;
  const grantId = await grantBetween(vault, both.springfield, both.shelbyville, {
    validUntil: new Date(until),
  });
  // A suspended one is over with its time, too.
  const suspended = await grantBetween(vault, both.springfield, both.shelbyville, { validUntil: new Date(until) });
  await vault
    .door(both.springfield.members.administrator, 'grant.suspend')
    .open({ grantId: suspended }, (s) => s.grants.step(suspended, 'suspended'));
  await sweepOf().sweep.once();
  expect(await sql('select state from grants where id = $1', [grantId])).toEqual([{ state: 'approved' }]);
  await wait(until + 100 - Date.now());
  await Promise.all([sweepOf().sweep.once(), sweepOf().sweep.once()]);
  for (const id of [grantId, suspended])
    expect(await sql('select state from grants where id = $1', [id])).toEqual([{ state: 'expired' }]);
  const entries = await sql<{ agency_id: string }>(
    `select agency_id from log_entries where body::jsonb ->> 'kind' = 'grant.expire' and body::jsonb ->> 'outcome' = 'done'`,
  );
  expect(entries.filter((entry) => entry.agency_id === both.springfield.agencyId)).toHaveLength(2);
});

test('tells the log how many frames and reads a day had, each once, when they have waited or the day is over', async () => {
  const { agencyId } = both.springfield;
  const config = { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 };
  const told = async () =>
    (
      await sql<{ facts: { day: string; frames: number; reads: number } }>(
        `select body::jsonb -> 'facts' as facts from log_entries where agency_id = $1 and body::jsonb ->> 'kind' = 'read.count'
          and body::jsonb -> 'by' ->> 'id' = 'sweep' order by entry`,
        [agencyId],
      )
    ).map(({ facts }) => facts);
  await depositAndRead(vault, both.springfield, ['ABC123', 'XYZ789']);
  await depositAndRead(vault, both.springfield, ['ABC124']);
  await sweepOf({ config }).sweep.once();
  expect(await told()).toEqual([]);
  await sql(`update read_counts set since = since - interval '1 hour' where agency_id = $1`, [agencyId]);
  await Promise.all([sweepOf({ config }).sweep.once(), sweepOf({ config }).sweep.once()]);
  const today = new Date().toISOString().slice(0, 10);
  expect(await told()).toEqual([{ day: today, frames: 2, reads: 3 }]);
  await depositAndRead(vault, both.springfield, ['ABC125']);
  await sql(`update read_counts set day = day - 1 where agency_id = $1`, [agencyId]);
  await sweepOf({ config }).sweep.once();
  const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  expect((await told()).slice(1)).toEqual([{ day: yesterday, frames: 1, reads: 1 }]);
  expect(await sql('select from read_counts where agency_id = $1', [agencyId])).toEqual([]);
});

test('pauses a grant that nobody used for as long as its law gives it, and no other', async () => {
  const { springfield, shelbyville } = both;
  const unused = await grantBetween(vault, shelbyville, springfield);
  const used = await grantBetween(vault, shelbyville, springfield);
  const lawless = await grantBetween(vault, springfield, shelbyville);
  const late = `now() - interval '46 days'`;
  const ids = [unused, used, lawless].map((id) => `'${id}'`).join(', ');
  await sql(`set session_replication_role = replica; update grants set decided_at = ${late} where id in (${ids})`);
  await sql(
    `insert into grant_uses (agency_id, grant_id, search_id, grantee_agency_id, rows, used_at) values ($1, $2, gen_random_uuid(), $3, 0, now() - interval '44 days')`,
    [shelbyville.agencyId, used, springfield.agencyId],
  );
  await adopt(vault, shelbyville, packWith({ grants: { daysMax: 366, unusedDaysMax: 45 } }));
  await sweepOf().sweep.once();
  const states = async () =>
    (
      await sql<{ id: string; state: string }>('select id, state from grants where id = any($1)', [
        [unused, used, lawless],
      ])
    )
      .map(({ id, state }) => [id, state])
      .sort();
  expect(await states()).toEqual(
    [
      [unused, 'suspended'],
      [used, 'approved'],
      [lawless, 'approved'],
    ].sort(),
  );
  expect(
    await sql(
      `select agency_id from log_entries where suspends_grant = $1 and body::jsonb -> 'facts' ->> 'unused' = 'true' order by 1`,
      [unused],
    ),
  ).toHaveLength(2);
  const hasty = vault
    .door({ kind: 'machine', agencyId: shelbyville.agencyId, machine: 'sweep' }, 'grant.suspend')
    .open({ grantId: used }, (s) => s.grants.step(used, 'suspended'));
  await expect(hasty).rejects.toMatchObject({ code: 'grant_in_use' });
});

test('listens anew when frames wait and no bell is heard, and leaves bells alone that ring', async () => {
  const silent = sweepOf({ silenceMs: 100 });
  for (let i = 0; i < 4; i += 1) {
    await silent.sweep.once();
    await wait(60);
  }
  expect(silent.restarts()).toBeGreaterThanOrEqual(1);
  const bells = { lastHeardMs: Date.now(), restart: () => expect.unreachable() };
  const ringing = sweepOf({ silenceMs: 100, bells });
  for (let i = 0; i < 4; i += 1) {
    // However long the sweep takes, the bell rings meanwhile.
    bells.lastHeardMs = Date.now() + 60_000;
    await ringing.sweep.once();
    await wait(60);
  }
});

test('goes on after a fault', async () => {
  const away = new FrontDoor('postgres://plateward_door@127.0.0.1:9/none');
  let front = away;
  const { sweep } = sweepOf({
    vault: {
      door: (actor, action) => vault.door(actor, action),
      get front() {
        return front;
      },
    },
  });
  sweep.start();
  await wait(200);
  expect(sweep.lastDoneMs).toBe(0);
  front = vault.front;
  await expect.poll(() => sweep.lastDoneMs, { timeout: 30_000 }).toBeGreaterThan(0);
  await sweep.stop();
  await away.close();
});
