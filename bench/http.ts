// Searching as a program outside does it: over HTTP, eight clients at once, through a web process of its own with every wall up and the entry
// durable before the answer leaves; beside the same house without any wall over the same reads. Then the same question to many agencies
// at once, each with a signed grant and an entry in its own log.
import { fork, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import { projectRoot } from '../src/commands/places.js';
import { loadConfig } from '../src/config/config.js';
import { prepareQueue } from '../src/jobs/prepare.js';
import { blobsFromConfig } from '../src/vault/blobs/blobs.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import { openVault } from '../src/vault/open.js';
import type { Vault } from '../src/vault/vault.js';
import { grantBetween, makeAgency, type TestAgency } from '../test/support/agencies.js';
import { keysOfVault } from '../test/support/approving.js';
import { sampleOf, type Ratio, type Sample } from './measure.js';
import { fillReads, plateOf } from './search-rows.js';

const clients = 8;
/** Requests of each client in a block; blocks of the contestants take turns. */
const perBlock = 10;
/** Officers who ask, in turns: a member who asked all of it alone would be flagged for it at every question. */
const officersMax = 64;

type Say = (line: string) => void;
type Question = 'exact' | 'part' | 'edit1' | 'one' | 'granted';

/** What a browser in which somebody is signed in sends. */
type Signed = Readonly<Record<'cookie' | 'x-csrf-token', string>>;

interface Place {
  readonly web: string;
  readonly bare: string;
  readonly officers: readonly Signed[];
  readonly owners: readonly TestAgency[];
  readonly plates: number;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: clients });

/** One request, to its last byte. @returns milliseconds */
const post = (target: string, body: object, headers: Readonly<Record<string, string>>): Promise<number> =>
  new Promise((resolve, reject) => {
    const text = JSON.stringify(body);
    const began = performance.now();
    const request = http.request(
      target,
      { method: 'POST', agent, headers: { 'content-type': 'application/json', ...headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          response.statusCode === 200 || response.statusCode === 201
            ? resolve(performance.now() - began)
            : reject(new Error(`${response.statusCode}: ${Buffer.concat(parts).toString().slice(0, 300)}`)),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(text);
  });

const at = (length: number): number => Math.floor(Math.random() * length);

const plateFor = (question: Question, plate: string): { plate: string; fuzzy?: 1 } => {
  if (question === 'part') return { plate: `*${plate.slice(2, 6)}*` };
  if (question !== 'edit1') return { plate };
  const place = at(plate.length);
  return { plate: `${plate.slice(0, place)}7${plate.slice(place + 1)}`, fuzzy: 1 };
};

const asker = ({ web, bare, officers, owners, plates }: Place) => {
  let turn = 0;
  const why = { purpose: 'stolen-vehicle', caseNumber: '26-1042', reason: 'taken from Main Street' };
  const agencies = owners.map(({ agencyId }) => agencyId);
  const to = (house: string) => (question: Question) =>
    post(
      `${house}/api/v1/searches`,
      {
        ...why,
        ...plateFor(question, plateOf(at(plates))),
        ...(question === 'granted' && { agencies }),
        ...(question === 'one' && { agencies: [agencies[turn % agencies.length]] }),
      },
      officers[(turn += 1) % officers.length]!,
    );
  return { web: to(web), bare: to(bare) };
};

/** Every client asks again as soon as it is answered. @returns times of all, in milliseconds, and questions a second */
const block = async (ask: () => Promise<number>, each: number): Promise<number[]> => {
  const one = async (): Promise<number[]> => {
    const times: number[] = [];
    for (let n = 0; n < each; n += 1) times.push(await ask());
    return times;
  };
  return (await Promise.all(Array.from({ length: clients }, one))).flat();
};

const measure = async (place: Place, blocks: number): Promise<Record<string, Sample>> => {
  const ask = asker(place);
  const contestants: Readonly<Record<string, () => Promise<number[]>>> = {
    bareExact: () => block(() => ask.bare('exact'), perBlock),
    exact: () => block(() => ask.web('exact'), perBlock),
    barePart: () => block(() => ask.bare('part'), perBlock),
    part: () => block(() => ask.web('part'), perBlock),
    edit1: () => block(() => ask.web('edit1'), perBlock),
    ...(place.owners.length > 0 && { one: () => block(() => ask.web('one'), perBlock) }),
    ...(place.owners.length > 0 && { granted: () => block(() => ask.web('granted'), Math.ceil(perBlock / 4)) }),
  };
  const times = new Map(Object.keys(contestants).map((name) => [name, [] as number[]]));
  for (let turn = -2; turn < blocks; turn += 1)
    for (const [name, run] of Object.entries(contestants)) {
      const took = await run();
      if (turn >= 0) times.get(name)!.push(...took);
    }
  return Object.fromEntries([...times].map(([name, took]) => [name, sampleOf(took)]));
};

const signInOfficers = async (vault: Vault, home: TestAgency): Promise<Signed[]> => {
  const signed: Signed[] = [];
  for (let n = 0; n < officersMax; n += 1) {
    const { value } = await vault
      .door(home.members.administrator, 'member.add')
      .open({}, (s) =>
        s.members.add({ login: `officer-${n}`, name: 'Officer', role: 'officer', passwordHash: 'unused' }),
      );
    const { token, csrfToken } = await vault.front.beginSession(home.agencyId, value, 36_000);
    signed.push({ cookie: `plateward_session=${token}`, 'x-csrf-token': csrfToken });
  }
  return signed;
};

const startWeb = async (env: Readonly<Record<string, string>>): Promise<{ child: ChildProcess; address: string }> => {
  const child = spawn(
    process.execPath,
    [
      ...(process.env['PROF'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof'] : []),
      path.join(projectRoot, 'dist/src/main.js'),
    ],
    {
      cwd: projectRoot,
      env: { PATH: process.env['PATH'] ?? '', LOG_LEVEL: 'info', ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { msg?: string; address?: string };
    if (told.msg === 'listening' && told.address) {
      child.stdout.resume();
      return { child, address: told.address };
    }
  }
  throw new Error('the web process ended before it listened');
};

const startBare = async (
  adminUrl: string,
  env: Readonly<Record<string, string>>,
): Promise<{ child: ChildProcess; address: string }> => {
  const child = fork(fileURLToPath(new URL('./open-house.js', import.meta.url)), [adminUrl], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  const [{ address }] = (await once(child, 'message')) as [{ address: string }];
  return { child, address };
};

const ratios = (samples: Readonly<Record<string, Sample>>, owners: number): Ratio[] => {
  const row = (
    name: string,
    our: Sample,
    floor: Sample,
    target: string,
    met: (ratio: number) => boolean,
    note: string,
  ) => {
    const ratio = our.p50 / floor.p50;
    return { name, ratio, target, met: met(ratio), ours: our, floor, note };
  };
  const aim = (bound: number, { p99 }: Sample): string =>
    `p99 aims at ${bound} ms: ${p99 <= bound ? 'met' : 'not met'}`;
  const { bareExact, exact, barePart, part, edit1, one, granted } = samples as Record<string, Sample> & {
    bareExact: Sample;
    exact: Sample;
    barePart: Sample;
    part: Sample;
    edit1: Sample;
  };
  return [
    row(
      `whole plate over HTTP, ${clients} clients, all walls up and an entry in a verifiable log ÷ the same house without walls and with one durable row`,
      ...([exact, bareExact, '<= 1.5', (ratio: number) => ratio <= 1.5, aim(25, exact)] as const),
    ),
    row(
      `part of a plate over HTTP, ${clients} clients ÷ the same house without walls`,
      ...([part, barePart, '<= 1.5', (ratio: number) => ratio <= 1.5, aim(40, part)] as const),
    ),
    row(
      `one character misread over HTTP, ${clients} clients ÷ a whole plate`,
      ...([edit1, exact, 'told', () => true, aim(40, edit1)] as const),
    ),
    ...(one && granted
      ? [
          row(
            `whole plate at one of ${owners} agencies with a grant each, an entry in its log too ÷ at the own agency`,
            ...([one, exact, '<= 2', (ratio: number) => ratio <= 2, `${clients} clients`] as const),
          ),
          row(
            `whole plate at ${owners} agencies with a grant each, an entry in each one's log ÷ at the own agency`,
            ...([granted, exact, '<= 2', (ratio: number) => ratio <= 2, `${clients} clients`] as const),
          ),
        ]
      : []),
  ];
};

/**
 * @param reads to build in all; three tenths are the asking agency's
 * @param agencies that have given it a grant
 * @param blocks of 80 questions to each contestant
 */
export const benchHttp = async (reads: number, agencies: number, blocks: number, say: Say): Promise<Ratio[]> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-http-'));
  const server = await startEmbeddedPostgres({
    folder: path.join(folder, 'database'),
    password: randomBytes(18).toString('hex'),
    durable: true,
    throwAway: true,
    say,
  });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  await ensureRoles(server.adminUrl, passwords);
  await migrate(server.adminUrl);
  const env = {
    PORT: '0',
    DATA_DIR: folder,
    DATABASE_APP_URL: urlOfRole(server.adminUrl, 'app', passwords),
    DATABASE_DOOR_URL: urlOfRole(server.adminUrl, 'door', passwords),
    DATABASE_QUEUE_URL: urlOfRole(server.adminUrl, 'queue', passwords),
    LINK_SECRET: randomBytes(32).toString('hex'),
    DATABASE_CONNECTIONS_MAX: String(clients + 4),
    SEARCHES_PER_MEMBER_MAX: String(clients),
    SEARCHES_PER_AGENCY_MAX: String(clients),
  };
  const config = loadConfig(env);
  await prepareQueue(config);
  const vault = openVault(config);
  keysOfVault.set(vault, blobsFromConfig(config).keys);
  const children: ChildProcess[] = [];
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  try {
    say(`enrolling ${agencies + 1} agencies and signing ${agencies} grants`);
    const home = await makeAgency(vault, 'bench-home', 'Bench', 'IL');
    const owners: TestAgency[] = [];
    for (let n = 0; n < agencies; n += 1) {
      const owner = await makeAgency(vault, `bench-${n}`, `Bench ${n}`, 'IL');
      await grantBetween(vault, owner, home, { rowsPerSearchMax: 100 });
      owners.push(owner);
    }
    const officers = await signInOfficers(vault, home);
    await vault.close();
    const homeReads = agencies === 0 ? reads : Math.floor(reads * 0.3);
    await fillReads(
      admin,
      [home, ...owners].map((agency, n) => ({
        agencyId: agency.agencyId,
        cameraId: agency.cameras[0].cameraId,
        reads: n === 0 ? homeReads : Math.floor((reads - homeReads) / agencies),
      })),
      say,
    );
    await admin.query(
      `create table bare_searches (id uuid primary key, at timestamptz not null default now(), agency_id uuid not null, member_id uuid not null, plate text,
        purpose text not null, case_number text not null, reason text not null)`,
    );
    const web = await startWeb(env);
    children.push(web.child);
    const bare = await startBare(server.adminUrl, env);
    children.push(bare.child);
    say(`searching over HTTP, ${blocks} blocks of ${clients * perBlock} questions`);
    const place = { web: web.address, bare: bare.address, officers, owners, plates: Math.ceil(homeReads / 5) };
    return ratios(await measure(place, blocks), agencies);
  } finally {
    agent.destroy();
    await Promise.all(
      children.map(async (child) => {
        child.kill('SIGTERM');
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      }),
    );
    await admin.end();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
};
