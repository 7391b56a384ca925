// The life of a grant over HTTP, against a model of it: whatever is tried in whatever order, the grant goes only from step to step, says so, and
// opens reads exactly while it is approved. A suspension holds against its row, and is lifted by new signatures alone. Needs the build.
import pg from 'pg';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { GrantId } from '../../src/core/ids.js';
import { depositAndRead, makeAgency, type TestAgency } from '../support/agencies.js';
import { approve, signatureOf } from '../support/approving.js';
import { openPack } from '../support/packs.js';
import { platewardIn } from '../support/plateward.js';
import { ask, grantByHttp, logOf, stepBody, wish } from '../support/searching.js';
import { secondAdministrator } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let grantee: TestAgency;
let superuser: pg.Client;
beforeAll(async () => {
  house = await openHouse({ REFUSALS_PER_MEMBER_MAX: '1000', REFUSALS_PER_AGENCY_MAX: '1000' });
  [owner, grantee] = [house.shelbyville, house.springfield];
  await depositAndRead(house.vault, owner, ['ABC123']);
  superuser = new pg.Client({ connectionString: house.database.adminUrl });
  await superuser.connect();
});
afterAll(async () => {
  await superuser?.end();
  await house?.close();
});

const steps = ['approvals', 'declination', 'suspension', 'revocation'] as const;
type Step = (typeof steps)[number];
type State = 'requested' | 'approved' | 'suspended' | 'declined' | 'revoked';
/** The model: where a step leads, from each state where it begins. */
const model: Readonly<Record<State, Partial<Record<Step, State>>>> = {
  requested: { approvals: 'approved', declination: 'declined' },
  approved: { suspension: 'suspended', revocation: 'revoked' },
  suspended: { approvals: 'approved', revocation: 'revoked' },
  declined: {},
  revoked: {},
};

/** Mulberry32: the same numbers each run. */
const dice =
  (seed: number): (() => number) =>
  () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };

const by = (agency: TestAgency) => house.signedIn(agency.members.administrator);
const take = async (id: string, step: Step) =>
  by(owner).post(`/api/v1/grants/${id}/${step}`, await stepBody(house, owner, id, step));
const request = async (purpose: string): Promise<string> =>
  String((await by(grantee).post('/api/v1/grants', wish(owner, { purposes: [purpose] }))).body['id']);
const verdict = async (purpose = 'stolen-vehicle'): Promise<unknown> => {
  const { status, body } = await ask(house, grantee.members.officer, { agencies: [owner.slug], purpose });
  return status === 200 ? body.results.length : body.code;
};

describe('a grant', () => {
  it(
    'goes from step to step as the model says, and opens reads exactly while it is approved',
    { timeout: 240_000 },
    async () => {
      const next = dice(20_261_124);
      const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
      const visited = new Set<string>();
      for (let life = 0; life < 60; life += 1) {
        const id = await request('robbery');
        let state: State = 'requested';
        for (let count = 0; count < 7; count += 1) {
          const able = Object.keys(model[state]) as Step[];
          const step: Step = able.length > 0 && next() < 0.6 ? pick(able) : pick(steps);
          const to: State | undefined = model[state][step];
          const { status, body } = await take(id, step);
          visited.add(`${state} ${step}`);
          if (to === undefined) {
            expect([status, body['code']], `${step} of what is ${state}`).toEqual([409, 'grant_state']);
            continue;
          }
          expect(status, `${step} of what is ${state}: ${JSON.stringify(body)}`).toBe(201);
          state = to;
          expect(body['grant']).toMatchObject({ state });
          expect(body['abilities']).toEqual({
            'grant.approve': 'approvals' in model[state],
            'grant.decline': 'declination' in model[state],
            'grant.suspend': 'suspension' in model[state],
            'grant.revoke': 'revocation' in model[state],
          });
        }
        expect(await verdict('robbery'), `what is ${state}`).toEqual(
          state === 'approved' ? 1 : expect.stringMatching(/^grant_/),
        );
        if (state === 'approved' || state === 'suspended') await take(id, 'revocation');
        else if (state === 'requested') await take(id, 'declination');
      }
      // Every step was tried from every state.
      expect(visited.size).toBe(Object.keys(model).length * steps.length);
      for (const agency of [owner, grantee]) {
        const found = await verifyLog(nodeArithmetic, await logAt(overHttp(`${house.address}/log/${agency.slug}`)));
        expect(found.numbers?.grants).toHaveLength(60);
      }
    },
  );

  it('that is suspended is told so, in both logs, and only its owner may', async () => {
    const id = await grantByHttp(house, owner, grantee);
    expect(await verdict()).toBe(1);
    expect((await by(grantee).post(`/api/v1/grants/${id}/suspension`)).status).toBe(403);
    expect((await house.signedIn(owner.members.officer).post(`/api/v1/grants/${id}/suspension`)).status).toBe(403);
    expect(await verdict()).toBe(1);
    expect((await take(id, 'suspension')).status).toBe(201);
    expect(await verdict()).toBe('grant_suspended');
    for (const agency of [owner, grantee])
      expect(
        (await logOf(house, agency)).filter(({ kind, outcome }) => kind === 'grant.suspend' && outcome === 'done')[0],
      ).toMatchObject({
        facts: { grantId: id },
        by: { agencyId: owner.agencyId, role: 'administrator' },
      });
    const page = await house
      .browser()
      .get<{ numbers: { grants: { id: string; state: string }[] } }>(`/transparency/${owner.slug}.json`);
    expect(page.body.numbers.grants.find((each) => each.id === id)).toMatchObject({ state: 'suspended' });
    await take(id, 'revocation');
  });
});

describe('a suspension', () => {
  const behind = async (change: string, values: unknown[]) => {
    await superuser.query('set session_replication_role = replica');
    const { rowCount } = await superuser.query(change, values);
    await superuser.query('set session_replication_role = origin');
    expect(rowCount).toBeGreaterThan(0);
  };

  it('holds against its row: the log says so, and the signatures of before are for another opening', async () => {
    const id = await grantByHttp(house, owner, grantee);
    await take(id, 'suspension');
    await behind(`update grants set state = 'approved' where id = $1`, [id]);
    expect(await verdict()).toBe('grant_unsigned');
    await behind(`update grant_approvals set suspensions = 1 where grant_id = $1`, [id]);
    expect(await verdict()).toBe('grant_unsigned');
    await behind(`update grant_approvals set suspensions = 0 where grant_id = $1`, [id]);
    await behind(`update grants set suspensions = 0 where id = $1`, [id]);
    expect(await verdict()).toBe('grant_ended');
    await behind(`update grants set state = 'suspended', suspensions = 1 where id = $1`, [id]);
    expect((await take(id, 'approvals')).status).toBe(201);
    expect(await verdict()).toBe(1);
    await take(id, 'revocation');
  });

  it('is lifted by as many as approved, each signing anew', async () => {
    const careful = await makeAgency(house.vault, 'careful-pd', 'Careful PD', 'CA', openPack, 2);
    await depositAndRead(house.vault, careful, ['ABC123']);
    const { administrator } = careful.members;
    const second = await secondAdministrator(house.vault, careful);
    const asked = await by(grantee).post('/api/v1/grants', wish(careful));
    const id = String(asked.body['id']) as GrantId;
    const opens = async () => (await ask(house, grantee.members.officer, { agencies: [careful.slug] })).status === 200;
    const first = await signatureOf(house.vault, administrator, id);
    for (const each of [administrator, second]) await approve(house.vault, each, id);
    expect(await opens()).toBe(true);
    const as = house.signedIn(administrator);
    expect((await as.post(`/api/v1/grants/${id}/suspension`)).status).toBe(201);
    expect(await opens()).toBe(false);
    // What was signed for the first opening does not open it again.
    expect((await as.post(`/api/v1/grants/${id}/approvals`, first)).body['code']).toBe('signature_wrong');
    await approve(house.vault, administrator, id);
    expect(await opens()).toBe(false);
    await approve(house.vault, second, id);
    expect(await opens()).toBe(true);
    const log = await logAt(overHttp(`${house.address}/log/${careful.slug}`));
    expect((await verifyLog(nodeArithmetic, log)).numbers?.grants).toMatchObject([{ id, state: 'approved' }]);
  });

  it('is made by the command', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-suspend-'));
    const run = platewardIn(
      () => house,
      () => folder,
    );
    const id = await grantByHttp(house, owner, grantee);
    const who = ['--agency', owner.slug, '--as', 'administrator'];
    const secret = { PLATEWARD_PASSWORD: owner.members.administrator.password };
    expect((await run(['grant', 'suspend', id, ...who], secret)).out).toContain(
      'it opens nothing until it is approved anew',
    );
    expect(await verdict()).toBe('grant_suspended');
    expect((await run(['grant', 'list', ...who], secret)).out).toContain('Signed by 0 of 1');
    expect((await run(['grant', 'suspend', id, ...who], secret)).told).toContain('The grant is suspended');
    await rm(folder, { recursive: true, force: true });
  });
});
