// The owner's digest, whole: a grant that is used, demands that are refused, time that is moved in the database, the sweep that makes it, the sender that tells
// it, and a real receiver. Its numbers are held against those of the grant's own use.
import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { log } from '../../src/telemetry/log.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import { depositAndRead, makeAgency, type TestAgency } from '../support/agencies.js';
import { dataOf, senderOf, typeOf } from '../support/delivering.js';
import { packWith } from '../support/packs.js';
import { Receiver } from '../support/receiver.js';
import { ask, depositWithPictures, grantByHttp, logOf, revokeByHttp } from '../support/searching.js';
import { adopt } from '../support/tour-packs.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let grantee: TestAgency;
let stranger: TestAgency;
let receiver: Receiver;
let grantId: string;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse({ WEBHOOKS_PRIVATE: 'true', PUBLIC_URL: 'https://plates.example.gov' });
  ({ shelbyville: owner, springfield: grantee } = house);
  stranger = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'NV');
  receiver = await Receiver.open();
  await depositAndRead(house.vault, owner, ['ABC123']);
  grantId = await grantByHttp(house, owner, grantee, { purposes: ['stolen-vehicle', 'robbery'] });
});
afterAll(async () => {
  await receiver?.close();
  await house?.close();
});

const at = '/api/v1/digests';
const as = (agency: TestAgency, role: keyof TestAgency['members'] = 'administrator') =>
  house.signedIn(agency.members[role]);
/** As a superuser whose changes no trigger sees: this is how time passes here. */
const rewrite = (...texts: string[]) =>
  withClient(house.database.adminUrl, async (client) => {
    await client.query('set session_replication_role = replica; set timezone = UTC');
    for (const text of texts) await client.query(text);
  });
const edge = `(date_trunc('week', (now() - interval '1 minute') at time zone 'UTC') at time zone 'UTC')`;
/** What was done by now was done so many days before this week began. */
const moved = (days: number) => {
  const then = `${edge} - interval '${days} days'`;
  return rewrite(
    `update agencies set created_at = ${then} - interval '1 day'`,
    `update grant_uses set used_at = ${then} where used_at > ${edge}`,
    `update log_entries set at = ${then} where at > ${edge}`,
    `update alerts set first_at = ${then}, last_at = ${then} where last_at > ${edge}`,
    `update grants set decided_at = ${then} where decided_at > ${edge}`,
    `update digests set made_at = made_at - interval '1 day'`,
  );
};

interface Told {
  digest: {
    from: string;
    to: string;
    grants: Record<string, unknown>[];
    refusals: { asker: { slug: string }; action: string; rule: string; count: number }[];
    totals: Record<string, number>;
  };
  sha256: string;
  sentences: string[];
  told: Record<string, unknown>[];
}
const listOf = async (agency: TestAgency, role: keyof TestAgency['members'] = 'auditor') =>
  (
    await as(agency, role).get<{
      digests: { id: string; from: string; to: string; totals: Record<string, number> }[];
      schedule: { every: string; nextAt: string | null };
    }>(at)
  ).body;
const get = async (agency: TestAgency, id: string) => (await as(agency, 'auditor').get<Told>(`${at}/${id}`)).body;
const sweep = () =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: () => Promise.resolve() },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  }).once();
const makings = async (agency: TestAgency) =>
  (await logOf(house, agency)).filter(({ kind, outcome }) => kind === 'digest.make' && outcome === 'done');
const search = (more: Record<string, unknown> = {}) =>
  ask(house, grantee.members.officer, { agencies: [owner.slug], ...more });

beforeEach(async () => {
  receiver.heard.length = 0;
  await rewrite(
    'delete from alert_deliveries',
    'delete from digests',
    'delete from alert_destinations',
    'delete from alerts',
    'delete from grant_uses',
    `update agencies set created_at = now(), digest_every = 'week'`,
  );
});

describe('a digest', () => {
  it('is made once of a week that is over, of what was done in it, though two sweep, and is told', async () => {
    for (const purpose of ['stolen-vehicle', 'stolen-vehicle', 'robbery'])
      expect((await search({ purpose })).status).toBe(200);
    expect((await ask(house, grantee.members.supervisor, { agencies: [owner.slug], plate: 'NO1HERE' })).status).toBe(
      200,
    );
    for (let times = 0; times < 2; times += 1)
      expect((await ask(house, stranger.members.officer, { agencies: [owner.slug], plate: 'SECRET7' })).status).toBe(
        403,
      );
    await moved(2);
    // Of this week, and so of no digest yet.
    await search();
    const added = await as(owner).post('/api/v1/alert-destinations', { channel: 'webhook', address: receiver.url() });

    await Promise.all([sweep(), sweep()]);
    await sweep();
    const { digests, schedule } = await listOf(owner);
    expect(digests).toHaveLength(1);
    expect(schedule).toMatchObject({ every: 'week', nextAt: expect.stringMatching(/T00:00:00\.000Z$/) as string });
    const { id } = digests[0]!;
    const { digest, sha256, sentences } = await get(owner, id);

    const { body: use } = await as(owner).get<Record<string, unknown>>(`/api/v1/grants/${grantId}/use`);
    expect(use).toMatchObject({ searches: 5, members: 2 });
    expect(digest.grants).toMatchObject([
      {
        grantId,
        grantee: { slug: grantee.slug },
        state: 'approved',
        searches: 4,
        rows: 3,
        members: 2,
        purposes: [
          { purpose: 'stolen-vehicle', searches: 3, rows: 2 },
          { purpose: 'robbery', searches: 1, rows: 1 },
        ],
        suspendsAt: null,
        openings: { asked: 0, opened: 0, unreviewed: 0 },
      },
    ]);
    expect(digest.refusals).toMatchObject([
      { asker: { slug: stranger.slug }, action: 'read.search', rule: 'grant_missing', count: 2 },
    ]);
    expect(digest.totals).toEqual({
      ...{ inForce: 1, searches: 4, rows: 3, refused: 2, openings: 0 },
      ...{ pictures: 0, files: 0, fileRows: 0 },
    });
    expect(sentences.join('\n')).toContain(
      'Springfield Police Department: 4 searches by 2 members, 3 reads shown (stolen-vehicle 3, robbery 1).',
    );

    const entries = await makings(owner);
    expect(entries).toHaveLength(1);
    expect(entries[0]).toMatchObject({
      by: { kind: 'machine', id: 'sweep' },
      facts: {
        digestId: id,
        documentSha256: sha256,
        destinations: [added.body['id']],
        ...{ grants: 1, searches: 4, rows: 3, refused: 2 },
      },
    });

    await senderOf(house).once();
    expect(receiver.heard).toHaveLength(1);
    const [heard] = receiver.heard;
    expect(new Webhook(String(added.body['secret'])).verify(heard!.body, heard!.headers)).toBeTruthy();
    expect(typeOf(heard!)).toBe('digest.made');
    expect(dataOf(heard!)).toEqual({
      digestId: id,
      agency: { slug: owner.slug, name: owner.name },
      digest,
      sha256,
      console: 'https://plates.example.gov/console/sharing',
    });
    for (const word of ['SECRET7', 'ABC123', '26-104', 'Elm Street', grantee.members.officer.memberId])
      expect(heard!.body).not.toContain(word);
    expect((await get(owner, id)).told).toMatchObject([
      { destinationId: added.body['id'], channel: 'webhook', address: receiver.url(), state: 'told' },
    ]);
    await senderOf(house).once();
    expect(receiver.heard).toHaveLength(1);
  });

  it('counts the pictures that others opened and the files that they made, by grant and in all', async () => {
    await depositWithPictures(house, owner, 'PIC1234');
    const officer = house.signedIn(grantee.members.officer);
    const takes = async (by = officer, asked = search({ plate: 'PIC1234' })) => {
      const { searchId, results, shown } = (await asked).body;
      for (const link of Object.values(results[0]!.pictures)) expect((await by.get(link!)).status).toBe(200);
      const made = await by.post(`/api/v1/searches/${searchId}/exports`, { shown, format: 'csv' });
      expect(made.status).toBe(200);
      return results[0]!.pictures.frame;
    };
    const link = await takes();
    // What the owner's own members take out is no use by others, and what was refused was not taken.
    await takes(as(owner, 'officer'), ask(house, owner.members.officer, { plate: 'PIC1234' }));
    expect((await as(stranger, 'officer').get(link)).status).toBe(403);
    await moved(2);
    // Of this week, and so of no digest yet.
    await takes();
    await sweep();
    const { digests } = await listOf(owner);
    const { digest, sentences } = await get(owner, digests[0]!.id);
    const counts = { pictures: 2, files: 1, fileRows: 1 };
    expect(digest.grants).toMatchObject([{ grantId, searches: 1, ...counts }]);
    expect(digest.totals).toMatchObject(counts);
    expect(sentences).toContain(
      '2 pictures of ours opened by others; 1 file made of what they found, with 1 read of ours.',
    );
    expect(sentences.join('\n')).toContain('2 pictures were opened. 1 file was made of what was found, with 1 read.');
    // The next one says those of this week.
    const { body } = await as(owner).get<Told>(`${at}/preview`);
    expect(body.digest.totals).toMatchObject(counts);
    // One that was made before they were counted says nothing of them, and is read as it is.
    await rewrite(
      `update digests set document = ((document::jsonb #- '{totals,pictures}' #- '{totals,files}' #- '{totals,fileRows}')
        || jsonb_build_object('grants', '[]'::jsonb))::text where agency_id = '${owner.agencyId}'`,
    );
    const old = await get(owner, digests[0]!.id);
    expect(old.digest.totals).toMatchObject({ searches: 1, pictures: null, files: null, fileRows: null });
    expect(old.sentences.join()).not.toContain('picture');
  });

  it('has the text whose hash is in the log', async () => {
    expect((await as(owner).post(at)).status).toBe(201);
    const [row] = await withClient(
      house.database.adminUrl,
      async (client) =>
        (await client.query<{ document: string; sha256: string }>('select document, sha256 from digests')).rows,
    );
    expect(createHash('sha256').update(row!.document).digest('hex')).toBe(row!.sha256);
    expect((await makings(owner))[0]).toMatchObject({ facts: { documentSha256: row!.sha256 } });
  });

  it('begins where the one before ended, so that nothing is told twice or never', async () => {
    await search();
    await moved(9);
    await search();
    await moved(2);
    await rewrite(
      `insert into digests select agency_id, gen_random_uuid(), ${edge} - interval '14 days', ${edge} - interval '7 days', '{}', 'x', now() from agencies where slug = '${owner.slug}'`,
      // At the very border, where it is of the later one.
      `update grant_uses set used_at = ${edge} - interval '7 days' where used_at < ${edge} - interval '7 days'`,
    );
    await sweep();
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ days: number; document: string }>(
        `select extract(day from period_to - period_from)::int as days, document from digests d where document <> '{}' and agency_id = $1`,
        [owner.agencyId],
      ),
    );
    expect(
      rows.map(({ days, document }) => [days, (JSON.parse(document) as Told['digest']).totals['searches']]),
    ).toEqual([[7, 2]]);
  });

  it('of less than a day is none, and the next says it', async () => {
    await rewrite(`update agencies set created_at = ${edge} - interval '20 hours'`);
    await sweep();
    const { digests, schedule } = await listOf(owner);
    expect(digests).toEqual([]);
    expect(new Date(schedule.nextAt!).getTime()).toBeGreaterThan(Date.now());
  });

  it('is of a month where the agency says so', async () => {
    expect((await as(owner).send('PUT', `${at}/schedule`, { every: 'month' })).status).toBe(200);
    await rewrite(
      `update agencies set created_at = (date_trunc('month', (now() - interval '1 minute') at time zone 'UTC') at time zone 'UTC') - interval '40 days'`,
    );
    await sweep();
    const { digests, schedule } = await listOf(owner);
    const [made] = digests;
    expect([made!.from, made!.to].map((time) => time.slice(8))).toEqual(['01T00:00:00Z', '01T00:00:00Z']);
    expect(schedule).toMatchObject({ every: 'month', nextAt: expect.stringMatching(/-01T00:00:00/) as string });
  });

  it('says which grant ends soon, and which the law will suspend', async () => {
    await adopt(house.vault, owner, packWith({ grants: { daysMax: 366, unusedDaysMax: 25 } }, 'test-unused'));
    await as(owner).post(at);
    const { id } = (await listOf(owner)).digests[0]!;
    const { digest, sentences } = await get(owner, id);
    expect(digest.grants[0]).toMatchObject({
      searches: 0,
      lastUsedAt: null,
      suspendsAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
    });
    expect(sentences.join('\n')).toMatch(/not used, and never before\..*the law suspends it on \d{4}-/);
  });
});

describe('one that a member asks for', () => {
  it('is of until now, and of a refusal that goes on only the part of that time is told, each once', async () => {
    const refuse = () => ask(house, stranger.members.officer, { agencies: [owner.slug] });
    await refuse();
    await refuse();
    await rewrite(
      `update agencies set created_at = now() - interval '2 days' where slug = '${owner.slug}'`,
      `update log_entries set at = now() - interval '1 hour' where agency_id = '${owner.agencyId}'`,
      `update alerts set first_at = now() - interval '1 hour', last_at = now() - interval '1 hour'`,
    );
    // The same alert grows, in the half minute that is left to the next digest.
    await refuse();
    const made = await as(owner, 'auditor').post(at);
    expect(made.status).toBe(201);
    expect((await get(owner, String(made.body['id']))).digest.totals).toMatchObject({ refused: 2 });
    const again = await as(owner).post(at);
    expect([again.status, again.body['code']]).toEqual([429, 'digest_made']);
    const { body } = await as(owner).get<Told>(`${at}/preview`);
    expect(body.digest.totals).toMatchObject({ refused: 1 });
    expect((await makings(owner))[0]).toMatchObject({ by: { kind: 'member', role: 'auditor' } });
  });

  it('two at once are one', async () => {
    const both = await Promise.all([as(owner).post(at), as(owner, 'auditor').post(at)]);
    expect(both.map(({ status }) => status).sort()).toEqual([201, 429]);
  });
});

describe('left off', () => {
  it('it cannot be while a grant is in force, and comes again with the next one', async () => {
    const off = () => as(owner).send('PUT', `${at}/schedule`, { every: 'off' });
    const refused = await off();
    expect([refused.status, refused.body['code']]).toEqual([409, 'digest_needed']);
    await revokeByHttp(house, owner, grantId);
    expect((await off()).status).toBe(200);
    expect((await listOf(owner)).schedule).toEqual({ every: 'off', nextAt: null });
    expect((await logOf(house, owner))[0]).toMatchObject({ kind: 'digest.set', facts: { every: 'off' } });
    grantId = await grantByHttp(house, owner, grantee, { purposes: ['stolen-vehicle', 'robbery'] });
    expect((await listOf(owner)).schedule.nextAt).not.toBeNull();
  });
});

describe('who may see one', () => {
  it('administrators and auditors of the owner, and nobody else', async () => {
    const made = await as(owner).post(at);
    const id = String(made.body['id']);
    for (const role of ['officer', 'supervisor'] as const)
      for (const answer of [
        await as(owner, role).get(at),
        await as(owner, role).get(`${at}/preview`),
        await as(owner, role).get(`${at}/${id}`),
        await as(owner, role).post(at),
      ])
        expect([answer.status, answer.body['code']]).toEqual([403, 'role']);
    const set = await as(owner, 'auditor').send('PUT', `${at}/schedule`, { every: 'month' });
    expect([set.status, set.body['code']]).toEqual([403, 'role']);
    const wrong = await as(owner).send('PUT', `${at}/schedule`, { every: 'day' });
    expect([wrong.status, wrong.body['code']]).toEqual([400, 'invalid_request']);
    for (const other of [grantee, stranger]) {
      expect((await listOf(other)).digests).toEqual([]);
      const answer = await as(other, 'auditor').get(`${at}/${id}`);
      expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
      expect(JSON.stringify((await as(other, 'auditor').get(`${at}/preview`)).body)).not.toContain(grantId);
    }
  });
});
