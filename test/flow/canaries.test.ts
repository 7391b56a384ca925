// Canaries over the whole house: a run that finds the wall whole, walls that are broken in turn and found out, and what then stops.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import { Canary, type Run } from '../../workers/canary/canary.js';
import { slugs } from '../../workers/canary/pair.js';
import { grantBetween, depositAndRead, type TestAgency } from '../support/agencies.js';
import { ask, logOf } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  owner = house.shelbyville;
  asker = house.springfield;
  await depositAndRead(house.vault, owner, ['SHARED1']);
  await grantBetween(house.vault, owner, asker);
});
afterAll(() => house?.close());

const canary = (url = house.address): Canary =>
  new Canary({ vault: house.vault, blobs: house.ground.blobs, config: { ...house.config, CANARY_URL: url } });
const run = async (url?: string): Promise<Run> => {
  const found = await canary(url).once();
  if (!found) throw new Error('another process is at it');
  return found;
};
const sql = <Row extends object>(text: string, values: unknown[] = []) =>
  withClient(
    house.database.adminUrl,
    async (client) => (await client.query<Row & { [column: string]: unknown }>(text, values)).rows,
  );
const sharingOf = async (agency: TestAgency) =>
  (await house.signedIn(agency.members.auditor).get('/api/v1/sharing')).body;
const resume = (agency: TestAgency, role: 'administrator' | 'officer' = 'administrator') =>
  house.signedIn(agency.members[role]).post('/api/v1/sharing/resumption', { note: 'The policy is back.' });
const searchAcross = () => ask(house, asker.members.officer, { agencies: [owner.slug], plate: 'SHARED1' });
const runsIn = async (agency: TestAgency) => (await logOf(house, agency)).filter(({ kind }) => kind === 'canary.run');

describe('while the wall stands', () => {
  it('a run tries hundreds of ways, finds none, and says so in every log', { timeout: 180_000 }, async () => {
    const found = await run();
    expect(found.crossed).toEqual([]);
    expect(found.tried).toBeGreaterThan(500);
    // Of routes whose form a made-up request does not meet, or that tell to wait, there are few.
    expect(new Set(found.unreached.map((path) => path.replace(/^http\.\w+\./, ''))).size).toBeLessThan(20);
    for (const agency of [owner, asker]) {
      expect((await runsIn(agency))[0]).toMatchObject({
        by: { kind: 'machine', id: 'canary' },
        facts: { tried: found.tried, crossed: 0, paths: [], listSha256: found.listSha256 },
      });
      expect(await sharingOf(agency)).toMatchObject({ stoppedAt: null, canary: { tried: found.tried, crossed: 0 } });
    }
    expect((await searchAcross()).status).toBe(200);
    expect((await resume(owner)).body).toMatchObject({ code: 'sharing_not_stopped' });
  });

  it('nobody meets a canary in the directory, and nobody signs in as one', async () => {
    const { body } = await house
      .signedIn(asker.members.officer)
      .get<{ agencies: { slug: string }[] }>('/api/v1/agencies');
    expect(body.agencies.map(({ slug }) => slug)).toEqual([owner.slug, asker.slug].sort());
    const signIn = await house.browser().signIn(slugs.owner, 'administrator', 'none:');
    expect(signIn.status).toBe(401);
    expect(await house.vault.front.beginCanarySession(owner.slug, 'administrator')).toBeUndefined();
  });

  it('a run that cannot see is no run', async () => {
    const blind = createServer((_request, response) => response.writeHead(200).end('{}'));
    await new Promise<void>((resolve) => blind.listen(0, '127.0.0.1', resolve));
    const before = (await runsIn(owner)).length;
    await expect(run(`http://127.0.0.1:${(blind.address() as AddressInfo).port}`)).rejects.toThrow();
    expect((await runsIn(owner)).length).toBe(before);
    blind.close();
  });

  it('of two at once one steps back', async () => {
    const [one, other] = await Promise.all([canary().once(), canary().once()]);
    expect([one, other].filter((each) => each === undefined)).toHaveLength(1);
  });
});

/** The house behind a process that adds to each answer what the canary laid out: a hole in the program, not in the database. */
const leaking = async (): Promise<{ url: string; server: Server }> => {
  const server = createServer((request, response) => {
    void (async () => {
      const body: Buffer[] = [];
      for await (const piece of request) body.push(piece as Buffer);
      const [bait] = await sql<{ plate: string }>(
        `select plate from reads where plate like 'CN%' order by received_at desc limit 1`,
      );
      const headers = Object.fromEntries(
        Object.entries(request.headers).filter(
          ([name]) => !['host', 'connection', 'content-length', 'expect'].includes(name),
        ),
      ) as Record<string, string>;
      const answer = await fetch(house.address + request.url!, {
        method: request.method!,
        headers,
        redirect: 'manual',
        ...(body.length > 0 && { body: Buffer.concat(body) }),
      });
      const leak = request.url === '/api/v1/cameras' && request.method === 'GET' ? (bait?.plate ?? '') : '';
      if (answer.headers.get('content-type')?.includes('event-stream')) {
        response.writeHead(answer.status, { 'content-type': 'text/event-stream' });
        for await (const piece of answer.body!) response.write(piece);
        return response.end();
      }
      const bytes = Buffer.concat([Buffer.from(await answer.arrayBuffer()), Buffer.from(leak)]);
      response
        .writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'text/plain' })
        .end(bytes);
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
};

describe('when a wall is broken', () => {
  const breaks = [
    [
      'a policy that lets everybody read',
      'create policy hole on reads for select to plateward_app using (true)',
      'drop policy hole on reads',
      /^sql\.read\.reads$/,
    ],
    [
      'a table without row-level security',
      'alter table jobs disable row level security',
      'alter table jobs enable row level security',
      /^sql\.(read|change)\.jobs$/,
    ],
    [
      'a partition that the role may read by itself',
      `do $$ declare m text; begin select format('%I', inhrelid::regclass::text) into m from pg_inherits where inhparent = 'reads'::regclass order by inhrelid::regclass::text limit 1; for m in select inhrelid::regclass::text from pg_inherits where inhparent = 'reads'::regclass loop execute format('alter table %s disable row level security', m); execute format('grant select on %s to plateward_app', m); end loop; end $$`,
      `do $$ declare m text; begin for m in select inhrelid::regclass::text from pg_inherits where inhparent = 'reads'::regclass loop execute format('alter table %s enable row level security', m); execute format('revoke select on %s from plateward_app', m); end loop; end $$`,
      /^sql\.read\.reads_/,
    ],
    [
      'a right that the front door must not have',
      'grant select on searches to plateward_door; create policy hole on searches for select to plateward_door using (true)',
      'drop policy hole on searches; revoke select on searches from plateward_door',
      /^sql\.door\.searches$/,
    ],
  ] as const;
  it.each(breaks)('%s is found out', { timeout: 180_000 }, async (_, open, close, path) => {
    await sql(open);
    try {
      expect((await run()).crossed.filter((each) => path.test(each))).not.toEqual([]);
    } finally {
      await sql(close);
    }
  });

  it('a route that tells too much is found out, and everything that follows', { timeout: 240_000 }, async () => {
    const { server, url } = await leaking();
    const found = await run(url);
    server.closeAllConnections();
    server.close();
    expect(found.crossed).toContain('http.officer.get.cameras');
    expect(found.crossed.every((path) => /\.get\.cameras$/.test(path))).toBe(true);

    // Every agency is told, in its log and by an alert, and nothing is shared.
    for (const agency of [owner, asker]) {
      expect((await runsIn(agency))[0]).toMatchObject({
        facts: { crossed: found.crossed.length, paths: found.crossed },
      });
      expect(await sharingOf(agency)).toMatchObject({ stoppedAt: expect.any(String) as string });
      const alerts = await house
        .signedIn(agency.members.auditor)
        .get<{ alerts: { rule: string }[] }>('/api/v1/alerts?open=true');
      expect(alerts.body.alerts.map(({ rule }) => rule)).toContain('wall_crossed');
    }
    const refused = await searchAcross();
    expect(refused.status).toBe(403);
    expect(refused.body).toMatchObject({ code: 'sharing_stopped' });
    expect((await ask(house, owner.members.officer, { agencies: [owner.slug], plate: 'SHARED1' })).status).toBe(200);

    // It goes on by no officer, not while a run crosses, and for each agency by itself.
    expect((await resume(owner, 'officer')).status).toBe(403);
    expect((await resume(owner)).body).toMatchObject({ code: 'wall_crossed' });
    expect((await run()).crossed).toEqual([]);
    expect((await searchAcross()).status).toBe(403);
    expect((await resume(owner)).status).toBe(201);
    expect((await searchAcross()).status).toBe(200);
    expect(await sharingOf(owner)).toMatchObject({ stoppedAt: null });
    expect(await sharingOf(asker)).toMatchObject({ stoppedAt: expect.any(String) as string });
    expect((await logOf(house, owner)).find(({ kind }) => kind === 'sharing.resume')).toMatchObject({
      kind: 'sharing.resume',
      outcome: 'done',
    });
  });

  it('no entry of the agency itself lets sharing go on while a run crosses', async () => {
    await sql(`update agencies set canary_crossed = 1, sharing_stopped_at = now() where agency_id = $1`, [
      asker.agencyId,
    ]);
    await expect(
      sql(
        `insert into log_entries (agency_id, body) values ($1::uuid, jsonb_build_object('agencyId', $2::text, 'kind', 'sharing.resume', 'outcome', 'done',
          'by', jsonb_build_object('agencyId', $2::text, 'kind', 'member', 'id', 'x'))::text)`,
        [asker.agencyId, asker.agencyId],
      ),
    ).rejects.toMatchObject({ code: 'PW010' });
  });
});
