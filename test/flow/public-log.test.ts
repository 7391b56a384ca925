// The public log over HTTP, read as a stranger reads it: without a session, by C2SP's addresses; every tile is the one that the tree
// has, caches are told what may be kept, and no personal value of any entry is in anything that is handed out.
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { naiveInclusion, naiveRoot, leafHash } from '../support/naive-tree.js';
import { openHouse, type TestHouse } from '../support/web.js';
import { roles } from '../../src/core/roles.js';
import { withClient } from '../../src/vault/database/roles.js';

let house: TestHouse;

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const get = (path: string): Promise<Response> => fetch(`${house.address}/log/springfield-pd/${path}`);
const bytesOf = async (path: string): Promise<Buffer> => {
  const answer = await get(path);
  expect(answer.status, path).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
};

/** Name, size and root of a checkpoint whose signature holds under the log's own key. */
const signedHead = (note: string, vkey: string): { origin: string; size: number; root: Buffer } => {
  const [text, signatures] = note.split('\n\n') as [string, string];
  const [origin, size, root] = text.split('\n') as [string, string, string];
  const signature = Buffer.from(signatures.trim().split(' ')[2]!, 'base64');
  const [name, hint, key] = vkey.trim().split(/\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/) as [string, string, string];
  expect([name, hint]).toEqual([origin, signature.subarray(0, 4).toString('hex')]);
  const raw = Buffer.from(key, 'base64').subarray(1);
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw]),
    format: 'der',
    type: 'spki',
  });
  expect(verify(null, Buffer.from(`${text}\n`), publicKey, signature.subarray(4))).toBe(true);
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
};

const search = (plate: string) => ({
  agencies: ['springfield-pd'],
  purpose: 'stolen-vehicle',
  caseNumber: 'CASE-SECRET-77',
  reason: 'reason kept to ourselves',
  plate,
  from: new Date(Date.now() - 86_400_000).toISOString(),
  to: new Date().toISOString(),
});

interface Receipt {
  agencyId: string;
  entry: number;
  hash: string;
  proof: string;
}

describe('The public log', () => {
  it('has tiles and bundles that make up the tree of its signed head', async () => {
    const { springfield } = house;
    for (let count = 0; count < 260; count += 1)
      expect(
        (await house.signedIn(springfield.members.officer).post('/api/v1/searches', search(`SEC${count}`))).status,
      ).toBe(200);
    const key = await (await get('key')).text();
    const { origin, size, root } = signedHead(await (await get('checkpoint')).text(), key);
    expect(origin).toBe(`plateward/log/${springfield.agencyId}`);
    expect(size).toBeGreaterThan(256);
    const rest = size - 256;
    const hashes = Buffer.concat([await bytesOf('tile/0/000'), await bytesOf(`tile/0/001.p/${rest}`)]);
    const leaves = Array.from({ length: size }, (_, at) => hashes.subarray(at * 32, at * 32 + 32));
    expect(naiveRoot(leaves)).toEqual(root);
    expect(await bytesOf('tile/1/000.p/1')).toEqual(naiveRoot(leaves.slice(0, 256)));
    expect(await bytesOf('tile/0/000.p/7')).toEqual(hashes.subarray(0, 7 * 32));

    const bundle = Buffer.concat([await bytesOf('tile/entries/000'), await bytesOf(`tile/entries/001.p/${rest}`)]);
    expect(bundle).toHaveLength(size * 98);
    for (const [at, leaf] of leaves.entries()) {
      expect(bundle.readUInt16BE(at * 98)).toBe(96);
      expect(leafHash(bundle.subarray(at * 98 + 2, (at + 1) * 98))).toEqual(leaf);
    }
  });

  it('says nothing personal', async () => {
    const { size } = signedHead(await (await get('checkpoint')).text(), await (await get('key')).text());
    const bodies = `${(await bytesOf('tile/bodies/000')).toString()}${(await bytesOf(`tile/bodies/001.p/${size - 256}`)).toString()}`;
    const lines = bodies.split('\n').slice(0, -1);
    expect(lines).toHaveLength(size);
    expect(lines.filter((line) => line === '')).toEqual([]);
    expect(lines.filter((line) => line.includes('"kind":"read.search"'))).toHaveLength(260);
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ value: string }>(
        `select distinct v.value ->> 'value' as value from log_entries, jsonb_each(opened) v where agency_id = $1`,
        [house.springfield.agencyId],
      ),
    );
    const values = rows.map((row) => row.value);
    expect(values).toEqual(
      expect.arrayContaining(['SEC1', 'CASE-SECRET-77', 'officer', house.springfield.members.officer.memberId]),
    );
    for (const value of values.filter((each) => each.length >= 4 && !roles.some((role) => role === each)))
      expect(bodies.includes(`"${value}"`), value).toBe(false);
    for (const { memberId } of Object.values(house.springfield.members)) expect(bodies).not.toContain(memberId);
  });

  it('withholds what was written in the form from before, and proves that it is there', async () => {
    const { agencyId } = house.shelbyville;
    const at = (path: string): string => `${house.address}/log/shelbyville-pd/${path}`;
    const size = Number((await (await fetch(at('checkpoint'))).text()).split('\n')[1]);
    const body = `{"agencyId":"${agencyId}","by":{"id":"a-member-in-the-open"},"kind":"audit.read","schema":1}`;
    await withClient(house.database.adminUrl, (client) =>
      client.query('insert into log_entries (agency_id, body) values ($1, $2)', [agencyId, body]),
    );
    const name = `000.p/${size + 1}`;
    const lines = (await (await fetch(at(`tile/bodies/${name}`))).text()).split('\n');
    expect(lines).toHaveLength(size + 2);
    expect([lines[size - 1], lines[size], lines[size + 1]]).toEqual([expect.stringMatching(/^\{/), '', '']);
    expect(Buffer.from(await (await fetch(at(`tile/entries/${name}`))).arrayBuffer())).toHaveLength((size + 1) * 98);
  });

  it('tells caches what they may keep, and to keep no absence', async () => {
    expect((await get('tile/0/000')).headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await get('checkpoint')).headers.get('cache-control')).toBe('no-cache');
    for (const path of [
      'tile/0/001',
      'tile/0/002.p/1',
      'tile/2/000.p/1',
      'tile/1/000',
      'tile/entries/001',
      'tile/0/000.p/256',
      'tile/0/000.p/0',
      'tile/0/x000/000',
      'tile/0/0',
      'tile/8/000',
      'tile/other/000',
      'tile/0/..%2f000',
    ]) {
      const answer = await get(path);
      expect(answer.status, path).toBe(404);
      expect(answer.headers.get('cache-control'), path).toBe('no-store');
    }
    expect((await fetch(`${house.address}/log/nobody/checkpoint`)).status).toBe(404);
  });
});

describe('A receipt', () => {
  it('proves its entry under a head that was signed after the commit', async () => {
    const { body } = await house
      .signedIn(house.springfield.members.officer)
      .post<{ receipt: Receipt }>('/api/v1/searches', search('PROVEN1'));
    const { entry, hash, proof } = body.receipt;
    const at = proof.indexOf('\n\n');
    const [name, index, ...path] = proof.slice(0, at).split('\n');
    expect([name, index]).toEqual(['c2sp.org/tlog-proof@v1', `index ${entry}`]);
    const { size, root } = signedHead(proof.slice(at + 2), await (await get('key')).text());
    expect(size).toBe(entry + 1);
    const { rows } = await withClient(house.database.adminUrl, (client) =>
      client.query<{ hash: Buffer }>(
        'select hash from log_entries where agency_id = $1 and entry < $2 order by entry',
        [house.springfield.agencyId, size],
      ),
    );
    const leaves = rows.map((row) => row.hash);
    expect(leaves.at(-1)!.toString('hex')).toBe(hash);
    expect(naiveRoot(leaves)).toEqual(root);
    expect(path).toEqual(naiveInclusion(entry, leaves).map((each) => each.toString('base64')));
  });

  it('is given for a refusal too', async () => {
    const { body, status } = await house
      .signedIn(house.springfield.members.auditor)
      .post<{ receipt: Receipt }>('/api/v1/searches', search('PROVEN2'));
    expect(status).toBe(403);
    expect(body.receipt.proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex /);
  });
});
