// The public page over HTTP: its numbers are those that the verifier counts, and those of what was really done; it says what is missing, holds
// nothing personal, runs nothing, can be cached, and counts on from where it stopped unless the log is another one.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyLog } from '../../src/audit-verify/verify.js';
import type { LogNumbers } from '../../src/audit/numbers.js';
import { checkLog } from '../../src/commands/doctor-log.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead } from '../support/agencies.js';
import { openPack } from '../support/packs.js';
import { platewardIn } from '../support/plateward.js';
import { ask, grantByHttp } from '../support/searching.js';
import { pastMidnight } from '../support/turning.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
const at = (target: string): string => `${house.address}/transparency/${target}`;
/** Waits where it asks too often. */
const get = async (target: string, headers: Record<string, string> = {}): Promise<Response> => {
  for (;;) {
    const answer = await fetch(at(target), { headers });
    if (answer.status !== 429) return answer;
    await wait(1000 * Number(answer.headers.get('retry-after')));
  }
};

interface PageJson {
  agency: string;
  head: { checkpoint: string; size: number; root: string; key: string };
  missing: string[];
  numbers: LogNumbers;
}
const json = async (agency: string): Promise<PageJson> => (await get(`${agency}.json`)).json() as Promise<PageJson>;
const verified = async (agency: string) =>
  verifyLog(nodeArithmetic, await logAt(overHttp(`${house.address}/log/${agency}`)));

beforeAll(() => pastMidnight());
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

describe('an agency that has done nothing yet', () => {
  it('has a page that says what is missing', async () => {
    const { missing, numbers } = await json('shelbyville-pd');
    expect(missing).toHaveLength(7);
    expect(numbers).toMatchObject({ policy: null, searches: [], reads: [], readsCounted: null, grants: [] });
    expect(numbers.agency).toMatchObject({
      slug: 'shelbyville-pd',
      name: 'Shelbyville Police Department',
      state: 'CA',
    });
    const text = await (await get('shelbyville-pd')).text();
    expect(text.match(/<strong>Missing\.<\/strong>/g)).toHaveLength(8);
    expect(text).toContain('The log has no search yet.');
  });
});

describe('the page', () => {
  let grantId: string;
  const injected = 'Chief <script>alert("1")</script> & "others"';

  beforeAll(async () => {
    const { springfield, shelbyville, vault } = house;
    const administrator = house.signedIn(springfield.members.administrator);
    await administrator.send('PUT', '/api/v1/agencies/current/policy', {
      custodian: injected,
      retention: '=30 days, then it is destroyed.\nNo hit is kept longer.',
    });
    await depositAndRead(vault, springfield, ['ABC123', 'SECRET7']);
    await depositAndRead(vault, springfield, ['ABC124']);
    await vault
      .door({ kind: 'machine', agencyId: springfield.agencyId, machine: 'sweep' }, 'read.count')
      .open({}, (s) => s.counts.tell(new Date().toISOString().slice(0, 10)));
    await ask(house, springfield.members.officer, { plate: 'SECRET7' });
    await ask(house, springfield.members.officer, { plate: 'NOBODY1' });
    await ask(house, springfield.members.supervisor, { purpose: 'homicide' });
    expect((await ask(house, springfield.members.auditor)).status).toBe(403);
    expect((await ask(house, springfield.members.officer, { purpose: 'PLATE-XYZ999' })).status).toBe(403);
    expect((await ask(house, shelbyville.members.officer, { agencies: [springfield.slug] })).status).toBe(403);
    const asShelbyville = house.signedIn(shelbyville.members.administrator);
    await grantByHttp(house, springfield, shelbyville);
    grantId = await grantByHttp(house, springfield, shelbyville, {
      cameraIds: [springfield.cameras[0].cameraId],
      searchesPerDayMax: 5,
    });
    await grantByHttp(house, shelbyville, springfield);
    expect((await ask(house, shelbyville.members.officer, { agencies: [springfield.slug] })).status).toBe(200);
    expect((await administrator.post(`/api/v1/grants/${grantId}/revocation`)).status).toBe(201);
    expect((await asShelbyville.get('/api/v1/audit/entries')).status).toBe(200);
    expect((await administrator.get('/api/v1/audit/entries')).status).toBe(200);
    expect(
      (await administrator.post(`/api/v1/cameras/${springfield.cameras[1].cameraId}/revocation`)).status,
    ).toBeLessThan(300);
  });

  it('has the numbers of what was done, and they are the verifier’s', async () => {
    const { springfield, shelbyville } = house;
    const { numbers, missing, head, agency } = await json('springfield-pd');
    const found = await verified('springfield-pd');
    expect(JSON.parse(JSON.stringify(found.numbers))).toEqual(numbers);
    expect([found.size, found.root]).toEqual([head.size, head.root]);
    expect(head.checkpoint).toBe(await (await fetch(`${house.address}/log/springfield-pd/checkpoint`)).text());
    expect(agency).toBe(springfield.agencyId);
    const month = new Date().toISOString().slice(0, 7);
    const own = springfield.agencyId;
    const other = shelbyville.agencyId;
    expect(missing).toEqual(['purposes', 'users', 'monitoring', 'sharing', 'accuracy']);
    expect(numbers.reads).toEqual([{ month, frames: 2, reads: 3 }]);
    expect(new Set(numbers.searches)).toEqual(
      new Set([
        { month, agency: own, purpose: 'stolen-vehicle', searches: 2, vague: 0, found: 1, rows: 1 },
        { month, agency: own, purpose: 'homicide', searches: 1, vague: 0, found: 1, rows: 1 },
        { month, agency: other, purpose: 'stolen-vehicle', searches: 1, vague: 0, found: 1, rows: 1 },
      ]),
    );
    expect(new Set(numbers.refusals)).toEqual(
      new Set([
        { month, agency: own, kind: 'read.search', rule: 'purpose_unknown', refusals: 1 },
        { month, agency: own, kind: 'read.search', rule: 'role', refusals: 1 },
        { month, agency: other, kind: 'read.search', rule: 'grant_missing', refusals: 1 },
      ]),
    );
    expect(numbers.cameras.map(({ id, until }) => [id, until === null])).toEqual([
      [springfield.cameras[0].cameraId, true],
      [springfield.cameras[1].cameraId, false],
    ]);
    expect(
      numbers.grants.map(({ side, name, state, cameras, searchesPerDayMax, decided, ended }) => [
        ...[side, name, state, cameras, searchesPerDayMax, decided?.role, ended?.role],
      ]),
    ).toEqual([
      ['given', 'Shelbyville Police Department', 'approved', null, null, 'administrator', undefined],
      ['given', 'Shelbyville Police Department', 'revoked', 1, 5, 'administrator', 'administrator'],
      ['received', 'Shelbyville Police Department', 'approved', null, null, 'administrator', undefined],
    ]);
    expect(numbers.audits).toEqual([{ month, readings: 1 }]);
    expect(numbers.laws).toMatchObject([{ pack: openPack.pack.id, sha256: openPack.hash, title: openPack.pack.title }]);
    const theirs = await json('shelbyville-pd');
    expect(JSON.parse(JSON.stringify((await verified('shelbyville-pd')).numbers))).toEqual(theirs.numbers);
    expect(theirs.numbers.grants.map(({ side, name }) => [side, name])).toContainEqual([
      'received',
      'Springfield Police Department',
    ]);
  });

  it('is counted the same by plateward verify --numbers', async () => {
    const { out } = await platewardIn(() => house)(['verify', `${house.address}/log/springfield-pd`, '--numbers']);
    const said = /^In numbers[^\n]*\n(\{\n[\s\S]*?\n\})$/m.exec(out)?.[1];
    expect(JSON.parse(said ?? '')).toEqual((await json('springfield-pd')).numbers);
  });

  it('shows them to people without a script, a cookie or anything from elsewhere', async () => {
    const answer = await get('springfield-pd');
    const text = await answer.text();
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(
      /^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]{44}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    const styles = [...text.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, style]) => style!);
    expect(styles.map((style) => createHash('sha256').update(style).digest('base64'))).toEqual([
      /'sha256-([^']+)'/.exec(policy)?.[1],
    ]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(text).not.toMatch(/<script|\son\w+=|style="|javascript:/i);
    expect(text).toContain('Chief &#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#34;others&#34;');
    expect(
      [...text.matchAll(/(?:src|href)="([^"]*)"/g)]
        .map(([, to]) => to!)
        .filter((to) => !/^(#|\/transparency$|\/(transparency|log)\/)/.test(to)),
    ).toEqual([]);
    expect(text).toContain('<p class="said">=30 days, then it is destroyed.\nNo hit is kept longer.</p>');
    expect(text).toContain('Shelbyville Police Department');
    expect(text).toMatch(/<svg [^>]*role="img" aria-label="Searches by month"/);
    expect(text).toMatch(/<svg [^>]*role="img" aria-label="Searches that found something, by month"/);
    expect(text).toContain('compares no read with any list of wanted plates');
    expect(text.replaceAll(/\s+/g, ' ')).toContain('Of 4 searches 3 found at least one read, and 1 found none.');
    expect(text).toContain('No month was destroyed so.');
    // Nothing that somebody searched for, and no person.
    for (const secret of ['SECRET7', 'NOBODY1', 'XYZ999', 'Elm Street', '26-104', 'Pat Lee', springfieldMember()])
      expect(text.includes(secret), secret).toBe(false);
  });

  const springfieldMember = (): string => house.springfield.members.officer.memberId;

  it('hands out each table whole, with nothing that a spreadsheet would run', async () => {
    for (const table of [
      'cameras',
      'reads',
      'searches',
      'hits',
      'watches',
      'pictures',
      'exports',
      'refusals',
      'grants',
      'laws',
      'canaries',
      'stops',
      'destroyed',
      'audits',
      'disclosures',
      'policy',
    ]) {
      const answer = await get(`springfield-pd/${table}.csv`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8']);
      expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="${table}.csv"`);
      const text = await answer.text();
      expect(text.endsWith('\r\n')).toBe(true);
      expect(text).not.toMatch(/^[=+@-]|[,"][=+@]/m);
    }
    const searches = await (await get('springfield-pd/searches.csv')).text();
    const month = new Date().toISOString().slice(0, 7);
    const { agencyId } = house.springfield;
    expect(searches).toContain(`${month},${agencyId},Springfield Police Department,stolen-vehicle,2,0,1\r\n`);
    const hits = await (await get('springfield-pd/hits.csv')).text();
    expect(hits).toContain(`${month},${agencyId},Springfield Police Department,stolen-vehicle,2,1,1\r\n`);
    expect(await (await get('springfield-pd/policy.csv')).text()).toContain(`retention,"'=30 days`);
    for (const none of [
      'nobody-pd',
      'nobody-pd.json',
      'springfield-pd/people.csv',
      'springfield-pd/toString',
      'nobody-pd/reads.csv',
    ])
      expect((await get(none)).status, none).toBe(404);
  });

  it('is cached for a minute, and says when nothing changed', async () => {
    for (const target of ['springfield-pd', 'springfield-pd.json', 'springfield-pd/reads.csv']) {
      const first = await get(target);
      expect(first.headers.get('cache-control')).toBe('public, max-age=60');
      const tag = first.headers.get('etag') ?? '';
      await first.text();
      const again = await get(target, { 'if-none-match': `"other", W/${tag}` });
      expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', tag]);
    }
    const tag = (await get('springfield-pd')).headers.get('etag') ?? '';
    await ask(house, house.springfield.members.officer);
    const changed = await get('springfield-pd', { 'if-none-match': tag });
    expect(changed.status).toBe(200);
  });

  it('is held against the log by the doctor, who says where they differ', async () => {
    expect(await checkLog(house.address, 'springfield-pd')).toMatch(
      /^\d+ entries, one tree under its signed head; the public page has its numbers; the policy on the public page lacks purposes, /,
    );
    // A house whose page says something else than its log.
    const liar = createServer((request, response) => {
      void fetch(house.address + (request.url ?? '')).then(async (answer) => {
        const bytes = Buffer.from(await answer.arrayBuffer());
        const told = request.url?.startsWith('/transparency')
          ? bytes.toString().replace(/"searches":\d+/, '"searches":999')
          : bytes;
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(told);
      });
    });
    await new Promise<void>((resolve) => liar.listen(0, '127.0.0.1', resolve));
    const { port } = liar.address() as AddressInfo;
    await expect(checkLog(`http://127.0.0.1:${port}`, 'springfield-pd')).rejects.toThrow(
      /does not have the numbers of its log/,
    );
    await new Promise((resolve) => liar.close(resolve));
  });

  it('counts on from where it stopped, and anew when the log is not the one that it counted', async () => {
    const before = await json('springfield-pd');
    for (let round = 0; round < 3; round += 1)
      await ask(house, house.springfield.members.officer, { purpose: 'homicide' });
    const after = await json('springfield-pd');
    expect(after.head.size).toBe(before.head.size + 3);
    expect(JSON.parse(JSON.stringify((await verified('springfield-pd')).numbers))).toEqual(after.numbers);
    // A database that was put back to an earlier day, and in which something else was done since.
    const { agencyId } = house.springfield;
    await withClient(house.database.adminUrl, async (client) => {
      await client.query('begin');
      await client.query('set local session_replication_role = replica');
      await client.query('delete from log_entries where agency_id = $1', [agencyId]);
      await client.query('delete from log_tiles where agency_id = $1', [agencyId]);
      await client.query(
        `update log_heads set size = 0, hash = decode(repeat('00', 32), 'hex'), root = sha256(''), frontier = '', path = '' where agency_id = $1`,
        [agencyId],
      );
      await client.query('set local session_replication_role = origin');
      await client.query(`insert into log_entries (agency_id, body) select $1, $2 from generate_series(1, $3)`, [
        agencyId,
        `{"agencyId":"${agencyId}","by":{"agencyId":"${agencyId}","id":"sweep","kind":"machine"},"committed":{},"facts":{"day":"2026-01-01","frames":1,"reads":2},"kind":"read.count","outcome":"done","schema":"${'0'.repeat(64)}"}`,
        after.head.size + 5,
      ]);
      await client.query('commit');
    });
    const other = await json('springfield-pd');
    expect(other.numbers).toMatchObject({
      entries: after.head.size + 5,
      reads: [{ month: '2026-01', frames: after.head.size + 5, reads: 2 * (after.head.size + 5) }],
      searches: [],
      grants: [],
    });
  });

  it('bounds how often one address may ask', async () => {
    const answers = await Promise.all(Array.from({ length: 80 }, () => fetch(at('shelbyville-pd.json'))));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused[0]!.headers.get('retry-after')).toBe('1');
    expect(await refused[0]!.json()).toMatchObject({ code: 'public_rate' });
  });
});
