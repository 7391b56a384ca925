// What an agency keeps about itself, over HTTP: settings, members, cameras and their credentials. Each case that takes an
// id is tried with the other agency's, which has everything named alike.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cameraSecretLabel } from '../../src/vault/blobs/agency-keys.js';
import { withClient } from '../../src/vault/database/roles.js';
import { untilLocked } from '../support/database.js';
import { makeAgency } from '../support/agencies.js';
import { type Answer, bothWays, type Browser, codeOf, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let administrator: Browser;
let officer: Browser;
beforeAll(async () => {
  house = await openHouse();
  administrator = house.signedIn(house.springfield.members.administrator);
  officer = house.signedIn(house.springfield.members.officer);
});
afterAll(() => house?.close());

interface Page {
  entries: { body: string }[];
}
interface Camera {
  id: string;
  name: string;
  status: string;
  credentials: { id: string; scheme: string; revokedAt: string | null }[];
}

const newestOf = async (browser: Browser): Promise<Record<string, unknown>> => {
  const { body } = await browser.get<Page>('/api/v1/audit/entries?limit=1');
  return JSON.parse(body.entries[0]?.body ?? '{}') as Record<string, unknown>;
};
const camerasOf = async (browser: Browser): Promise<Camera[]> =>
  (await browser.get<{ cameras: Camera[] }>('/api/v1/cameras')).body.cameras;
const password = 'a long and new password';

describe('the directory', () => {
  it('shows public facts of all agencies to any member, and to nobody else', async () => {
    expect(codeOf(await house.browser().get('/api/v1/agencies'))).toEqual([401, 'session_missing']);
    const { body } = await officer.get('/api/v1/agencies');
    expect(body).toEqual({
      agencies: [house.shelbyville, house.springfield].map(({ agencyId, slug, name, state }) => ({
        id: agencyId,
        slug,
        name,
        legalClass: 'city',
        state,
        asks: { beneficiary: false, declaration: null },
      })),
    });
  });
});

describe('the own agency', () => {
  it('shows its purposes, and whether the one who asks may change them', async () => {
    expect((await officer.get('/api/v1/agencies/current')).body).toMatchObject({
      id: house.springfield.agencyId,
      purposes: expect.arrayContaining(['stolen-vehicle']),
      abilities: { 'purposes.set': false },
    });
    expect((await administrator.get('/api/v1/agencies/current')).body).toMatchObject({
      abilities: { 'purposes.set': true },
    });
  });

  it('lets administrators alone set its purposes, on record, without touching another agency', async () => {
    const purposes = ['stolen-vehicle', 'silver-alert'];
    expect(codeOf(await officer.send('PUT', '/api/v1/agencies/current/purposes', { purposes }))).toEqual([403, 'role']);
    const { status, body } = await administrator.send('PUT', '/api/v1/agencies/current/purposes', {
      purposes: ['stolen-vehicle', ' Silver-Alert '],
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      purposes,
      receipt: {
        agencyId: house.springfield.agencyId,
        entry: expect.any(Number),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    });
    expect(await newestOf(administrator)).toMatchObject({
      kind: 'purposes.set',
      outcome: 'done',
      by: { role: 'administrator' },
    });
    const other = await house.signedIn(house.shelbyville.members.officer).get('/api/v1/agencies/current');
    expect(other.body['purposes']).not.toContain('silver-alert');
  });

  it.each([
    [[]],
    [['x']],
    [['stolen vehicle']],
    [['homicide', 'Homicide']],
    ['homicide'],
    [Array.from({ length: 51 }, (_, i) => `purpose-${i}`)],
  ])('refuses the list %j', async (purposes) => {
    expect(codeOf(await administrator.send('PUT', '/api/v1/agencies/current/purposes', { purposes }))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});

describe('members', () => {
  it('are listed without a password, to those who may', async () => {
    for (const role of ['administrator', 'supervisor', 'auditor'] as const) {
      const { body } = await house
        .signedIn(house.springfield.members[role])
        .get<{ members: { login: string; id: string }[]; abilities: object }>('/api/v1/members');
      expect(body.members.map(({ login }) => login)).toEqual(
        expect.arrayContaining(['administrator', 'auditor', 'officer', 'supervisor']),
      );
      expect(JSON.stringify(body)).not.toMatch(/argon2|passwordHash|failedAttempts/);
      expect(body.abilities).toEqual({
        'member.add': role === 'administrator',
        'member.change': role === 'administrator',
      });
      const foreign = Object.values(house.shelbyville.members).map(({ memberId }) => memberId as string);
      expect(body.members.filter(({ id }) => foreign.includes(id))).toEqual([]);
    }
  });

  it('are added by administrators, once a login, with a password that holds', async () => {
    const member = { login: 'jordan.b', name: 'Jordan Bell', role: 'officer', password };
    expect(codeOf(await officer.post('/api/v1/members', member))).toEqual([403, 'role']);
    const { status, body } = await administrator.post('/api/v1/members', member);
    expect(status).toBe(201);
    expect(body).toMatchObject({ id: expect.any(String), receipt: { entry: expect.any(Number) } });
    expect(await newestOf(administrator)).toMatchObject({
      kind: 'member.add',
      facts: { role: 'officer' },
    });
    expect(JSON.stringify(await newestOf(administrator))).not.toMatch(/Jordan/);
    expect(codeOf(await administrator.post('/api/v1/members', { ...member, login: 'Jordan.B' }))).toEqual([
      409,
      'login_taken',
    ]);
    expect(codeOf(await administrator.post('/api/v1/members', { ...member, login: 'x', password: 'short' }))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(
      codeOf(
        await administrator.post('/api/v1/members', { ...member, login: 'jordanbell', password: 'JordanBell123' }),
      ),
    ).toEqual([400, 'password_weak']);
    expect(
      codeOf(await administrator.post('/api/v1/members', { ...member, login: 'x', password: 'aaaaaaaaaaaaaaaa' })),
    ).toEqual([400, 'password_weak']);
    const { body: refusal } = await administrator.post('/api/v1/members', { login: 'a b', role: 'chief', password });
    expect(refusal['faults']).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ field: 'login' }),
        { in: 'body', field: 'name', message: 'is missing' },
        { in: 'body', field: 'role', message: 'must be one of officer, supervisor, administrator, auditor' },
      ]),
    );
  });

  it('cannot raise, end or lock themselves', async () => {
    const { memberId } = house.springfield.members.administrator;
    const target = `/api/v1/members/${memberId}`;
    expect(codeOf(await administrator.send('PATCH', target, { role: 'auditor' }))).toEqual([403, 'own_standing']);
    expect(codeOf(await administrator.send('PATCH', target, { status: 'ended' }))).toEqual([403, 'own_standing']);
    expect((await administrator.send('PATCH', target, { name: 'Pat Lee-Young' })).status).toBe(200);
    const raising = house.springfield.members.officer;
    expect(
      codeOf(await officer.send('PATCH', `/api/v1/members/${raising.memberId}`, { role: 'administrator' })),
    ).toEqual([403, 'role']);
  });

  it('never lose the last administrator, also when two end each other at once', async () => {
    const agency = await makeAgency(house.vault, 'ogdenville-pd', 'Ogdenville Police Department', 'OR');
    const first = house.signedIn(agency.members.administrator);
    const { body } = await first.post('/api/v1/members', {
      login: 'deputy',
      name: 'Deputy',
      role: 'administrator',
      password,
    });
    const deputyId = String(body['id']);
    const second = house.browser();
    expect((await second.signIn(agency.slug, 'deputy', password)).status).toBe(201);
    // Both are let as far as their entry in the log before either may finish, so that each was decided while the other stood.
    const answers = await withClient(house.database.adminUrl, async (client) => {
      await client.query('begin');
      await client.query('select 1 from log_heads where agency_id = $1 for update', [agency.agencyId]);
      const both = Promise.all([
        first.send('PATCH', `/api/v1/members/${deputyId}`, { role: 'officer' }),
        second.send('PATCH', `/api/v1/members/${agency.members.administrator.memberId}`, { status: 'ended' }),
      ]);
      await untilLocked(client, 2);
      await client.query('commit');
      return both;
    });
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const survivor = answers[0]?.status === 200 ? first : second;
    const list = await survivor.get<{ members: { role: string; status: string }[] }>('/api/v1/members');
    expect(
      list.body.members.filter(({ role, status }) => role === 'administrator' && status === 'active'),
    ).toHaveLength(1);
  });

  it('of another agency are not there', async () => {
    const { memberId } = house.shelbyville.members.officer;
    for (const change of [{ role: 'auditor' }, { status: 'ended' }, { password }, { unlock: true }])
      expect(codeOf(await administrator.send('PATCH', `/api/v1/members/${memberId}`, change))).toEqual([
        404,
        'not_found',
      ]);
    expect(codeOf(await administrator.send('PATCH', `/api/v1/members/${randomUUID()}`, { name: 'X' }))).toEqual([
      404,
      'not_found',
    ]);
    expect(codeOf(await administrator.send('PATCH', '/api/v1/members/1', { name: 'X' }))).toEqual([
      400,
      'invalid_request',
    ]);
    expect(codeOf(await administrator.send('PATCH', `/api/v1/members/${memberId}`, {}))).toEqual([
      400,
      'invalid_request',
    ]);
  });
});

describe('cameras', () => {
  it('are added by administrators, once a name', async () => {
    const camera = { name: 'Bridge', latitude: 39.78, longitude: -89.65 };
    expect(codeOf(await officer.post('/api/v1/cameras', camera))).toEqual([403, 'role']);
    const { status, body } = await administrator.post('/api/v1/cameras', camera);
    expect(status).toBe(201);
    expect(codeOf(await administrator.post('/api/v1/cameras', camera))).toEqual([409, 'camera_name_taken']);
    expect((await camerasOf(officer)).find(({ id }) => id === body['id'])).toMatchObject({
      ...camera,
      status: 'active',
      credentials: [],
    });
    for (const faulty of [
      { name: '' },
      { name: 'A', latitude: 91, longitude: 0 },
      { name: 'A', latitude: 1 },
      { name: 'A'.repeat(121) },
      { latitude: 1, longitude: 1 },
    ])
      expect(codeOf(await administrator.post('/api/v1/cameras', faulty))).toEqual([400, 'invalid_request']);
  });

  it('take an Ed25519 key in each of its forms and keep its 32 bytes', async () => {
    const id = house.springfield.cameras[0].cameraId;
    const { publicKey } = generateKeyPairSync('ed25519');
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const forms = [
      der.subarray(-32).toString('base64'),
      der.toString('base64'),
      publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    ];
    for (const form of forms) {
      const { status, body } = await administrator.post(`/api/v1/cameras/${id}/credentials`, {
        scheme: 'ed25519',
        publicKey: form,
      });
      expect(status).toBe(201);
      expect(body).not.toHaveProperty('secret');
      const facts = await house.vault.front.findCredential(body['id'] as never);
      expect(facts?.publicKey?.equals(der.subarray(-32))).toBe(true);
    }
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .publicKey.export({ type: 'spki', format: 'pem' })
      .toString();
    for (const publicKeyText of ['nonsense', 'AAAA'.repeat(20), rsa])
      expect(
        codeOf(
          await administrator.post(`/api/v1/cameras/${id}/credentials`, {
            scheme: 'ed25519',
            publicKey: publicKeyText,
          }),
        ),
      ).toEqual([400, 'public_key']);
    for (const faulty of [{ scheme: 'ed25519' }, { scheme: 'hmac', publicKey: forms[0] }, { scheme: 'basic' }, {}])
      expect(codeOf(await administrator.post(`/api/v1/cameras/${id}/credentials`, faulty))).toEqual([
        400,
        'invalid_request',
      ]);
  });

  it('are told an HMAC secret once; it lies sealed', async () => {
    const id = house.springfield.cameras[0].cameraId;
    const { status, body } = await administrator.post(`/api/v1/cameras/${id}/credentials`, { scheme: 'hmac' });
    expect(status).toBe(201);
    const secret = Buffer.from(String(body['secret']), 'base64');
    expect(secret).toHaveLength(32);
    expect(JSON.stringify(await camerasOf(administrator))).not.toContain(String(body['secret']));
    const facts = await house.vault.front.findCredential(body['id'] as never);
    expect(facts?.sealedSecret?.includes(secret)).toBe(false);
    const opened = await house.ground.blobs.keys.openSecret(
      house.springfield.agencyId,
      cameraSecretLabel(id),
      facts?.sealedSecret ?? Buffer.alloc(0),
    );
    expect(opened.equals(secret)).toBe(true);
  });

  it('lose a credential, or all with themselves, at once', async () => {
    const { body: added } = await administrator.post('/api/v1/cameras', { name: 'Short-lived' });
    const target = `/api/v1/cameras/${String(added['id'])}`;
    const one = await administrator.post(`${target}/credentials`, { scheme: 'hmac' });
    const two = await administrator.post(`${target}/credentials`, { scheme: 'hmac' });
    const isLive = async (answer: Answer) => (await house.vault.front.findCredential(answer.body['id'] as never))?.live;
    expect(codeOf(await officer.send('DELETE', `${target}/credentials/${String(one.body['id'])}`))).toEqual([
      403,
      'role',
    ]);
    expect((await administrator.send('DELETE', `${target}/credentials/${String(one.body['id'])}`)).status).toBe(200);
    expect([await isLive(one), await isLive(two)]).toEqual([false, true]);
    expect((await administrator.post(`${target}/revocation`)).status).toBe(200);
    expect(await isLive(two)).toBe(false);
    expect(codeOf(await administrator.post(`${target}/credentials`, { scheme: 'hmac' }))).toEqual([
      409,
      'camera_revoked',
    ]);
    expect((await camerasOf(officer)).find(({ id }) => id === added['id'])).toMatchObject({ status: 'revoked' });
    expect(await newestOf(administrator)).toMatchObject({ kind: 'camera.revoke', facts: { cameraId: added['id'] } });
  });

  it('of another agency are not there', async () => {
    for (const { own, other } of bothWays(house)) {
      const browser = house.signedIn(own.members.administrator);
      const [camera] = other.cameras;
      const target = `/api/v1/cameras/${camera.cameraId}`;
      expect(codeOf(await browser.post(`${target}/credentials`, { scheme: 'hmac' }))).toEqual([404, 'not_found']);
      expect(codeOf(await browser.send('DELETE', `${target}/credentials/${camera.credentialId}`))).toEqual([
        404,
        'not_found',
      ]);
      expect(
        codeOf(
          await browser.send('DELETE', `/api/v1/cameras/${own.cameras[0].cameraId}/credentials/${camera.credentialId}`),
        ),
      ).toEqual([404, 'not_found']);
      expect(codeOf(await browser.post(`${target}/revocation`))).toEqual([404, 'not_found']);
      expect((await camerasOf(browser)).map(({ id }) => id)).not.toContain(camera.cameraId);
      expect((await house.vault.front.findCredential(camera.credentialId))?.live).toBe(true);
    }
  });
});
