// Reads of the own agency as they come, over HTTP and at a terminal: on record when looking begins and when it ends with what was shown, a stream that
// asks the vault at every look, and never another agency's. Needs the build (`npm test` makes it).
import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { Sweep } from '../../workers/sweep/sweep.js';
import { depositAndRead, makeAgency, type TestAgency, type TestMember } from '../support/agencies.js';
import { EventStream } from '../support/events.js';
import { packWith } from '../support/packs.js';
import { adopt } from '../support/tour-packs.js';
import { depositWithPictures, logOf, pictureBytes } from '../support/searching.js';
import { bothWays, openHouse, type Answer, type TestHouse } from '../support/web.js';

const main = path.resolve(import.meta.dirname, '../../dist/src/commands/main.js');
let house: TestHouse;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

const why = { purpose: 'stolen-vehicle', caseNumber: '26-1042', reason: 'taken from Main Street' };
interface Read {
  readId: string;
  plate: string;
  agencyId: string;
  camera: { name: string };
  pictures: { crop: string | null; frame: string };
}
const begin = (member: TestMember, more: Record<string, unknown> = {}) =>
  house.signedIn(member).post('/api/v1/watches', { ...why, ...more });
const begun = async (member: TestMember, more: Record<string, unknown> = {}): Promise<string> => {
  const answer = await begin(member, more);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return String(answer.body['id']);
};
const reads = (member: TestMember, id: string, query = ''): Promise<Answer<{ reads: Read[]; next: string }>> =>
  house.signedIn(member).get(`/api/v1/watches/${id}/reads${query}`);
const end = (member: TestMember, id: string) => house.signedIn(member).send('DELETE', `/api/v1/watches/${id}`, {});
const hear = (member: TestMember, id: string, headers: Record<string, string> = {}) =>
  EventStream.open(`${house.address}/api/v1/watches/${id}/events`, {
    ...{ cookie: `plateward_session=${member.token}` },
    ...headers,
  });
const platesOf = (data: Record<string, unknown>): string[] => (data['reads'] as Read[]).map(({ plate }) => plate);
const sql = (text: string, values: unknown[] = []) =>
  withClient(house.database.adminUrl, async (client) => (await client.query<{ id: string }>(text, values)).rows);
const sweepOf = (): Sweep =>
  new Sweep({
    vault: house.vault,
    blobs: { delete: () => Promise.resolve() },
    config: { SWEEP_INTERVAL_MS: 50, ATTEMPTS_MAX: 3, READ_COUNT_SECONDS: 3600, LOG_SEAL_SECONDS: 3600 },
    drain: () => undefined,
    bells: { lastHeardMs: Date.now(), restart: () => undefined },
  });
const newcomer = async (agency: TestAgency): Promise<TestMember> => {
  const { officer } = agency.members;
  const session = await house.vault.front.beginSession(agency.agencyId, officer.memberId, 3600);
  return { ...officer, sessionId: session.sessionId, token: session.token, csrfToken: session.csrfToken };
};

describe('A watch', () => {
  it('is on record before it shows anything, and tells at its end what it showed', async () => {
    for (const { own, other } of bothWays(house)) {
      const { officer } = own.members;
      await depositAndRead(house.vault, own, ['BEFORE1']);
      const id = await begun(officer);
      expect((await logOf(house, own))[0]).toMatchObject({
        ...{ kind: 'read.watch', outcome: 'done' },
        facts: {
          purpose: why.purpose,
          searchId: id,
          vague: false,
          asked: [{ agencyId: own.agencyId, verdict: 'own' }],
        },
        opened: { caseNumber: { value: why.caseNumber }, reason: { value: why.reason } },
      });
      expect((await logOf(house, own))[0]!.body).not.toContain(why.caseNumber);
      await depositAndRead(house.vault, own, ['FRESH01', 'FRESH02']);
      await depositAndRead(house.vault, other, ['THEIRS1']);
      const { body } = await reads(officer, id);
      expect(body.reads.map(({ plate }) => plate).sort()).toEqual(['FRESH01', 'FRESH02']);
      expect(new Set(body.reads.map(({ agencyId }) => agencyId))).toEqual(new Set([own.agencyId]));
      const ended = await end(officer, id);
      expect(ended).toMatchObject({ status: 200, body: { rows: 2, crops: 0 } });
      expect((await logOf(house, own))[0]).toMatchObject({
        ...{ kind: 'read.watched', outcome: 'done' },
        facts: { under: id, purpose: why.purpose, rows: 2, crops: 0 },
      });
      expect(await reads(officer, id)).toMatchObject({ status: 403, body: { code: 'watch_over' } });
      expect(await end(officer, id)).toMatchObject({ status: 409, body: { code: 'watch_over' } });
      // Nobody else's log says anything of it.
      expect((await logOf(house, other)).filter(({ facts }) => facts['under'] === id)).toEqual([]);
    }
  });

  it('needs purpose, case and reason, one of the agency’s purposes, and a role that searches', async () => {
    const { springfield } = house;
    for (const lack of ['purpose', 'caseNumber', 'reason'])
      expect(await begin(springfield.members.officer, { [lack]: undefined })).toMatchObject({ status: 400 });
    expect(await begin(springfield.members.officer, { purpose: 'curiosity' })).toMatchObject({
      ...{ status: 403, body: { code: 'purpose_unknown' } },
    });
    expect((await logOf(house, springfield))[0]).toMatchObject({ kind: 'read.watch', outcome: 'refused' });
    for (const role of ['administrator', 'auditor'] as const)
      expect(await begin(springfield.members[role])).toMatchObject({ status: 403, body: { code: 'role' } });
  });

  it('is nobody else’s: not another member’s, not another session’s, not another agency’s', async () => {
    const { springfield, shelbyville } = house;
    const id = await begun(springfield.members.officer);
    await depositAndRead(house.vault, springfield, ['SECRET1']);
    for (const member of [springfield.members.supervisor, await newcomer(springfield), shelbyville.members.officer]) {
      const answers = [await reads(member, id), (await hear(member, id)).status];
      expect(answers).toMatchObject([{ status: 403, body: { code: 'watch_missing' } }, 403]);
    }
    for (const member of [springfield.members.supervisor, shelbyville.members.officer])
      expect(await end(member, id)).toMatchObject({ status: 403, body: { code: 'watch_missing' } });
    await end(springfield.members.officer, id);
  });

  it('is under the law of the agency, and of its cameras alone where it names them', async () => {
    const { shelbyville } = house;
    const agency = await makeAgency(
      ...[house.vault, 'capital-pd', 'Capital', 'CA'],
      packWith({ purposes: { forbidden: ['robbery'] }, required: { beneficiary: true } }),
    );
    expect(await begin(agency.members.officer)).toMatchObject({
      status: 403,
      body: { code: 'law_beneficiary_missing' },
    });
    expect(await begin(agency.members.officer, { purpose: 'robbery', onBehalfOf: 'self' })).toMatchObject({
      ...{ status: 403, body: { code: 'law_purpose' } },
    });
    const [first, second] = agency.cameras;
    const id = await begun(agency.members.officer, { onBehalfOf: 'self', cameraIds: [second.cameraId] });
    await depositAndRead(house.vault, agency, ['ATFIRST'], { camera: first });
    await depositAndRead(house.vault, agency, ['ATSECND'], { camera: second });
    expect((await reads(agency.members.officer, id)).body.reads.map(({ plate }) => plate)).toEqual(['ATSECND']);
    // Another agency's camera opens nothing.
    const foreign = await begun(agency.members.officer, {
      ...{ onBehalfOf: 'self', cameraIds: [shelbyville.cameras[0].cameraId] },
    });
    await depositAndRead(house.vault, shelbyville, ['FOREIGN']);
    expect((await reads(agency.members.officer, foreign)).body.reads).toEqual([]);
    // A law that is adopted meanwhile holds at the next look.
    await adopt(house.vault, agency, packWith({ purposes: { forbidden: ['stolen-vehicle'] } }, 'stricter'));
    expect(await reads(agency.members.officer, id)).toMatchObject({ status: 403, body: { code: 'law_purpose' } });
  });

  it('shows crops, which are counted, and full pictures, each of which is an entry', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    await depositWithPictures(house, springfield, 'EARLIER');
    const [earlier] = await sql(`select id from reads where plate = 'EARLIER'`);
    const id = await begun(officer);
    await depositWithPictures(house, springfield, 'PICTURE');
    const [read] = (await reads(officer, id)).body.reads;
    const browser = house.signedIn(officer);
    const crop = await browser.get<string>(read!.pictures.crop!);
    expect(crop).toMatchObject({ status: 200, body: pictureBytes(springfield, 'PICTURE', 'crop').toString() });
    const none = `/api/v1/watches/${id}/crops/${earlier!.id}`;
    expect((await browser.get(none)).status).toBe(404);
    const before = (await logOf(house, springfield)).length;
    expect((await browser.get(read!.pictures.frame)).status).toBe(200);
    const [entry, ...more] = await logOf(house, springfield);
    expect([more.length, entry]).toMatchObject([
      before,
      { kind: 'read.picture', facts: { under: id, read: read!.readId } },
    ]);
    expect(await end(officer, id)).toMatchObject({ body: { rows: 1, crops: 1 } });
  });

  it('is ended by the sweep when its time is over', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    const id = await begun(officer);
    await depositAndRead(house.vault, springfield, ['LATE001']);
    expect((await reads(officer, id)).body.reads).toHaveLength(1);
    await sweepOf().once();
    expect((await logOf(house, springfield)).filter(({ facts }) => facts['under'] === id)).toEqual([]);
    await sql(
      `update watches set began_at = now() - interval '11 minutes', until = now() - interval '2 minutes' where search_id = $1`,
      [id],
    );
    expect(await reads(officer, id)).toMatchObject({ status: 403, body: { code: 'watch_over' } });
    await sweepOf().once();
    const told = (await logOf(house, springfield)).filter(
      ({ kind, facts }) => kind === 'read.watched' && facts['under'] === id,
    );
    expect(told).toMatchObject([{ by: { id: 'sweep' }, facts: { rows: 1, purpose: why.purpose } }]);
  });
});

describe('The stream of a watch', () => {
  it('tells each read once, as it comes, and goes on where it was left', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    const id = await begun(officer);
    const stream = await hear(officer, id);
    expect([stream.status, stream.type]).toEqual([200, 'text/event-stream']);
    await depositAndRead(house.vault, springfield, ['STREAM1']);
    const first = await stream.next(20_000);
    expect([first.event, platesOf(first.data)]).toEqual(['reads', ['STREAM1']]);
    await depositAndRead(house.vault, springfield, ['STREAM2', 'STREAM3']);
    expect(platesOf((await stream.next(20_000)).data).sort()).toEqual(['STREAM2', 'STREAM3']);
    stream.close();
    await depositAndRead(house.vault, springfield, ['STREAM4']);
    const again = await hear(officer, id, { 'last-event-id': first.id });
    expect(platesOf((await again.next(20_000)).data)).toContain('STREAM4');
    again.close();
    expect((await hear(officer, id, { 'last-event-id': 'x' })).status).toBe(400);
    await end(officer, id);
  });

  it('shows nothing of a read that is not committed yet, and shows it when it is', async () => {
    const { springfield } = house;
    const { officer } = springfield.members;
    const id = await begun(officer);
    const stream = await hear(officer, id);
    await withClient(house.database.adminUrl, async (client) => {
      await client.query('begin');
      await client.query(
        `insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
          select agency_id, captured_at, gen_random_uuid(), frame_id, camera_id, 90, received_at, 'COMMITS', 1, '[]', '[]', corners, 'm', 'h' from reads where agency_id = $1 limit 1`,
        [springfield.agencyId],
      );
      await depositAndRead(house.vault, springfield, ['OTHERS1']);
      expect(platesOf((await stream.next(20_000)).data)).toEqual(['OTHERS1']);
      await client.query('commit');
    });
    expect(platesOf((await stream.next(20_000)).data)).toEqual(['COMMITS']);
    stream.close();
    await end(officer, id);
  });

  it('ends with its watch, the session and the member, and is bounded', async () => {
    const { springfield } = house;
    const { officer, administrator } = springfield.members;
    const id = await begun(officer);
    const streams = [await hear(officer, id), await hear(officer, id)];
    expect(streams.map(({ status }) => status)).toEqual([200, 200]);
    expect((await hear(officer, id)).status).toBe(429);
    await end(officer, id);
    for (const stream of streams) {
      expect(await stream.next(20_000)).toMatchObject({ event: 'end', data: { because: 'over' } });
      await stream.ended();
    }
    const guest = await newcomer(springfield);
    const hearing = await hear(guest, await begun(guest));
    await house.signedIn(guest).send('DELETE', '/api/v1/sessions/current');
    await depositAndRead(house.vault, springfield, ['TOOLATE']);
    await hearing.ended();
    await expect(hearing.next(10)).rejects.toThrow('ended');
    const { supervisor } = springfield.members;
    const last = await hear(supervisor, await begun(supervisor));
    await house.signedIn(administrator).send('PATCH', `/api/v1/members/${supervisor.memberId}`, { status: 'ended' });
    await last.ended();
  });
});

describe('plateward reads --follow', () => {
  it('shows reads as they come, and says what was put on record', async () => {
    const { shelbyville } = house;
    const { officer } = shelbyville.members;
    const words = ['reads', '--follow', '--agency', shelbyville.slug, '--as', 'officer', '--url', house.address];
    const given = [
      '--purpose',
      why.purpose,
      '--case',
      why.caseNumber,
      '--reason',
      why.reason,
      '--camera',
      'north gate',
    ];
    const env = { ...process.env, PLATEWARD_PASSWORD: officer.password };
    const child = spawn(process.execPath, [main, ...words, ...given, '--self'], { env });
    let [out, told] = ['', ''];
    child.stdout.on('data', (bytes) => (out += String(bytes)));
    child.stderr.on('data', (bytes) => (told += String(bytes)));
    const gone = new Promise((resolve) => child.once('close', resolve));
    await expect.poll(() => told, { timeout: 30_000 }).toContain('Looking is on record as entry');
    await depositAndRead(house.vault, shelbyville, ['ELSEWHE'], { camera: shelbyville.cameras[0] });
    await depositAndRead(house.vault, shelbyville, ['TERMINL'], { camera: shelbyville.cameras[1] });
    await expect.poll(() => out, { timeout: 20_000 }).toContain('TERMINL');
    child.kill('SIGINT');
    await gone;
    expect(out).toMatch(/^\S+Z +TERMINL +97 % +North gate\n$/);
    expect(told).toContain('1 read was shown');
    const entry = (await logOf(house, shelbyville)).find(({ kind }) => kind === 'read.watched');
    expect(entry).toMatchObject({ outcome: 'done' });
    expect(Number(entry!.facts['rows'])).toBeGreaterThanOrEqual(1);
  });
});
