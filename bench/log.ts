// The log's own figures: durable appends that are in the signed tree when they are counted, from one client and from 32, in one log and
// in many, one entry a transaction and many; the size of a receipt's proof; and how long a stranger takes to verify a whole log.
import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { checkpointOf, originOf, proofOf, verifierKey } from '../src/audit/checkpoint.js';
import { schemaEntry, sealEntry } from '../src/audit/entry.js';
import type { EntryLine } from '../src/audit-verify/entries.js';
import { GrowingTree, leafHash } from '../src/audit-verify/merkle.js';
import { verifyLog } from '../src/audit-verify/verify.js';
import { startEmbeddedPostgres } from '../src/commands/embedded-postgres.js';
import { nodeArithmetic } from '../src/commands/node-arithmetic.js';
import type { AgencyId } from '../src/core/ids.js';
import { Database } from '../src/vault/database/database.js';
import { migrate } from '../src/vault/database/migrate.js';
import { ensureRoles, urlOfRole } from '../src/vault/database/roles.js';
import { FrontDoor } from '../src/vault/front-door.js';
import { append } from '../src/vault/ledger.js';
import { sampleOf, type Ratio, type Sample } from './measure.js';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);

/** Whose the entries are; the database holds them to whom it was told of. */
const memberId = randomUUID();

const draftOf = (agencyId: AgencyId) => ({
  kind: 'read.search',
  agencyId,
  by: { agencyId, kind: 'member', id: memberId, role: 'officer' } as const,
  outcome: 'done' as const,
  facts: {
    purpose: 'stolen-vehicle',
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-23T00:00:00.000Z',
    searchId: randomUUID(),
    asked: [{ agencyId, verdict: 'own', rows: 3 }],
  },
  personal: { plate: '7ABC123', caseNumber: '26-104', reason: 'seen on Elm Street', person: 'officer' },
});

interface Place {
  readonly app: Database;
  readonly admin: pg.Pool;
  readonly agencies: readonly AgencyId[];
  close(): Promise<void>;
}

const prepare = async (say: (line: string) => void): Promise<Place> => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-bench-'));
  const password = randomBytes(18).toString('hex');
  const server = await startEmbeddedPostgres({ folder, password, durable: true, throwAway: true, say });
  const passwords = { app: randomUUID(), door: randomUUID(), queue: randomUUID() };
  await ensureRoles(server.adminUrl, passwords);
  await migrate(server.adminUrl);
  const app = new Database(urlOfRole(server.adminUrl, 'app', passwords), { connectionsMax: 32 });
  const admin = new pg.Pool({ connectionString: server.adminUrl, max: 32 });
  admin.on('error', () => undefined);
  const front = new FrontDoor(urlOfRole(server.adminUrl, 'door', passwords));
  const agencies: AgencyId[] = [];
  for (let n = 0; n < 32; n += 1) {
    const agency = { slug: `bench-${n}`, name: `Bench ${n}`, legalClass: 'city', state: 'CA' } as const;
    agencies.push((await front.enrolAgency(agency)).agencyId);
  }
  await admin.query('create table bench_rows (n int)');
  const close = async (): Promise<void> => {
    await Promise.all([app.close(), admin.end(), front.close()]);
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { app, admin, agencies, close };
};

/**
 * One transaction with so many entries of one log, in one statement, as the vault makes those of searches: the commit leaves in the packet of the entries.
 * Answers with the signed head once it is durable.
 */
const act = async (app: Database, agencyId: AgencyId, entries: number): Promise<string> => {
  const {
    receipt,
    head,
    path: proof,
  } = await app.transaction(async ({ sql, commit }) => {
    const told = sql.query({
      name: 'who',
      text: `select set_config('plateward.agency_id', $1, true), set_config('plateward.actor_id', $2, true)`,
      values: [agencyId, memberId],
    });
    const appended = append(
      sql,
      agencyId,
      Array.from({ length: entries }, () => draftOf(agencyId)),
    );
    commit!();
    appended.catch(() => undefined);
    await told;
    return appended;
  }, true);
  const note = checkpointOf(originOf(agencyId), head, raw, (text) => sign(null, text, privateKey));
  return proofOf(receipt.entry, proof, note);
};

interface Appended {
  readonly perSecond: number;
  readonly sample: Sample;
}

const during = async (
  ms: number,
  clients: number,
  work: (client: number) => Promise<unknown>,
  each = 1,
): Promise<Appended> => {
  const times: number[] = [];
  const end = performance.now() + ms;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (performance.now() < end) {
        const at = performance.now();
        await work(client);
        times.push(performance.now() - at);
      }
    }),
  );
  return { perSecond: (times.length * each * 1000) / (performance.now() - began), sample: sampleOf(times) };
};

const appending = async (
  { app, admin, agencies }: Place,
  ms: number,
  say: (line: string) => void,
): Promise<Ratio[]> => {
  const one = agencies[0]!;
  const row = () => admin.query('insert into bench_rows values (1)');
  const ways: readonly (readonly [
    name: string,
    clients: number,
    entries: number,
    log: (client: number) => AgencyId,
  ])[] = [
    ['one client, one entry a transaction', 1, 1, () => one],
    ['32 clients, one log, one entry a transaction', 32, 1, () => one],
    ['32 clients, 32 logs, one entry a transaction', 32, 1, (client) => agencies[client]!],
    ['one client, 256 entries a transaction', 1, 256, () => one],
    ['one client, 32 entries a transaction', 1, 32, () => one],
    ['two clients, two logs, 32 entries a transaction', 2, 32, (client) => agencies[client]!],
  ];
  const ratios: Ratio[] = [];
  for (const [name, clients, entries, log] of ways) {
    say(name);
    await during(ms / 10, clients, (client) => act(app, log(client), entries));
    const floor = await during(ms, clients, row);
    const ours = await during(ms, clients, (client) => act(app, log(client), entries), entries);
    const ratio = ours.perSecond / floor.perSecond;
    ratios.push({
      name: `log: durable, integrated and signed appends, ${name} ÷ bare durable inserts of one row, per second`,
      ratio,
      target: entries > 1 ? '>= 10000 entries/s, p99 <= 10 ms' : 'told, p99 <= 10 ms',
      met: (entries === 1 || ours.perSecond >= 10_000) && ours.sample.p99 <= 10,
      ours: ours.sample,
      floor: floor.sample,
      note: `${Math.round(ours.perSecond)} entries/s; bare ${Math.round(floor.perSecond)}/s`,
    });
  }
  return ratios;
};

/** What the entries of the log that is verified say: its schema, its key, and one search told again and again. */
const bodiesOf = (agencyId: string, vkey: string): readonly string[] => [
  schemaEntry(agencyId, 'bench').body,
  sealEntry({
    kind: 'log.key',
    agencyId,
    by: { agencyId, kind: 'machine', id: 'log-key' },
    outcome: 'done',
    facts: { key: vkey, number: 0 },
    personal: {},
  }).body,
  sealEntry(draftOf(agencyId as AgencyId)).body,
];

/** A log of so many entries, made and handed on entry by entry, so that it need not fit in memory. */
function* entriesOf(agencyId: string, size: number, bodies: readonly string[]): Generator<EntryLine> {
  const hashes = bodies.map((body) => nodeArithmetic.sha256(Buffer.from(body, 'utf8')));
  let previous: Uint8Array = new Uint8Array(32);
  for (let entry = 0; entry < size; entry += 1) {
    const leaf = Buffer.alloc(96);
    leaf.write(agencyId.replaceAll('-', ''), 0, 'hex');
    leaf.writeBigUInt64BE(BigInt(entry), 16);
    leaf.writeBigInt64BE(1_700_000_000_000_000n + BigInt(entry) * 1_000_000n, 24);
    leaf.set(previous, 32);
    leaf.set(hashes[Math.min(entry, 2)]!, 64);
    previous = leafHash(nodeArithmetic, leaf);
    yield { entry, leaf, body: bodies[Math.min(entry, 2)]! };
  }
}

const verifying = async (entries: number): Promise<Ratio[]> => {
  const agencyId = randomUUID();
  const origin = originOf(agencyId);
  const vkey = verifierKey(origin, raw);
  const bodies = bodiesOf(agencyId, vkey);
  const tree = new GrowingTree(nodeArithmetic);
  let began = performance.now();
  for (const { leaf } of entriesOf(agencyId, entries, bodies)) tree.push(leafHash(nodeArithmetic, leaf));
  const making = performance.now() - began;
  const note = checkpointOf(origin, { size: entries, root: tree.root() }, raw, (text) => sign(null, text, privateKey));
  began = performance.now();
  await verifyLog(nodeArithmetic, {
    key: vkey,
    checkpoint: note,
    complete: true,
    entries: entriesOf(agencyId, entries, bodies),
  });
  const took = performance.now() - began;
  const seconds = took / 1000;
  const proof = proofOf(entries - 1, Buffer.alloc(32 * Math.ceil(Math.log2(entries))), note);
  return [
    {
      name: `log: verifying ${entries} entries whole, on one core ÷ only hashing them into a tree`,
      ratio: took / making,
      target: '<= 60 s for 1 000 000',
      met: seconds * (1_000_000 / entries) <= 60,
      ours: seconds,
      floor: making / 1000,
      note: 'in seconds; without reading files',
    },
    {
      name: `log: bytes of a receipt's proof at ${entries} entries ÷ its hashes alone`,
      ratio: proof.length / (32 * Math.ceil(Math.log2(entries))),
      target: '<= 1200 bytes',
      met: Buffer.byteLength(proof) <= 1200,
      ours: Buffer.byteLength(proof),
      floor: 32 * Math.ceil(Math.log2(entries)),
    },
  ];
};

/**
 * @param entries of the log that is verified
 * @param ms that each way of appending is measured
 */
export const benchLog = async (entries: number, ms: number, say: (line: string) => void): Promise<Ratio[]> => {
  say(`verifying ${entries} entries`);
  const verified = await verifying(entries);
  const place = await prepare(say);
  try {
    return [...(await appending(place, ms, say)), ...verified];
  } finally {
    await place.close();
  }
};
