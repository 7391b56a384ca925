// What every fault test stands on: a database whose commits reach the disk, two agencies, processes to kill, cameras that send,
// and the final count that must come out.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect } from 'vitest';
import { loadConfig } from '../../src/config/config.js';
import { freePort } from '../../src/commands/embedded-postgres.js';
import { blobsFromConfig } from '../../src/vault/blobs/blobs.js';
import { withClient } from '../../src/vault/database/roles.js';
import { LogKeys } from '../../src/vault/log-keys.js';
import type { Vault } from '../../src/vault/vault.js';
import { twoAgencies, vaultOf, type TestCamera, type TwoAgencies } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import { startRedis, type TestRedis } from '../support/redis.js';
import { Load } from './load.js';
import { startProcess, type Running } from './processes.js';

export type Backend = 'postgresql' | 'redis';

export class Campaign {
  private readonly running = new Set<Running>();
  private load: Load | undefined;

  private constructor(
    readonly database: FreshDatabase,
    readonly vault: Vault,
    readonly agencies: TwoAgencies,
    readonly redis: TestRedis | undefined,
    readonly folder: string,
    readonly env: Readonly<Record<string, string>>,
  ) {}

  static async begin(backend: Backend, settings: Readonly<Record<string, string>> = {}): Promise<Campaign> {
    const database = await freshDatabase();
    const folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-faults-'));
    const redis = backend === 'redis' ? await startRedis() : undefined;
    const env = {
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      DATA_DIR: folder,
      MODELS_DIR: path.resolve(import.meta.dirname, '../support/models'),
      DATABASE_APP_URL: database.appUrl,
      DATABASE_DOOR_URL: database.doorUrl,
      DATABASE_QUEUE_URL: database.queueUrl,
      LINK_SECRET: 'ab'.repeat(32),
      CAMERA_RATE_PER_SECOND_MAX: '1000',
      ...(redis && { REDIS_URL: redis.url }),
      ...settings,
    };
    // The processes open with the same key ring what is made here.
    const vault = vaultOf(database, new LogKeys(blobsFromConfig(loadConfig(env)).keys));
    return new Campaign(database, vault, await twoAgencies(vault), redis, folder, env);
  }

  get address(): string {
    return `http://127.0.0.1:${this.env['PORT']}`;
  }

  get cameras(): readonly TestCamera[] {
    return [...this.agencies.springfield.cameras, ...this.agencies.shelbyville.cameras];
  }

  async start(kind: 'web' | 'worker'): Promise<Running> {
    const process = await startProcess(kind, this.env);
    this.running.add(process);
    return process;
  }

  /** Has every camera send frame after frame. */
  send(pauseMs: number, cameras: readonly TestCamera[] = this.cameras): Load {
    return (this.load = new Load(this.address, cameras, pauseMs));
  }

  async sql<Row extends object>(text: string): Promise<Row[]> {
    return withClient(
      this.database.adminUrl,
      async (client) => (await client.query<Row & { [column: string]: unknown }>(text)).rows,
    );
  }

  async done(): Promise<number> {
    return (await this.sql<{ done: number }>(`select count(*)::int as done from jobs where state = 'done'`))[0]!.done;
  }

  /** Milliseconds until `reached` answers true, looked at every 20 ms. The limit only ends a wait for what will never be. */
  async until(reached: () => Promise<boolean>, secondsMax = 90): Promise<number> {
    const began = performance.now();
    while (!(await reached())) {
      if (performance.now() - began > secondsMax * 1000) {
        const states = await this.sql('select state, reason, count(*) from jobs group by 1, 2');
        throw new Error(`not reached within ${secondsMax} s; jobs: ${JSON.stringify(states)}`);
      }
      await wait(20);
    }
    return performance.now() - began;
  }

  /** Waits until nothing is left to do, then holds the platform to every acknowledgement. */
  async settle(load: Load, secondsMax = 120): Promise<void> {
    await load.stop();
    await this.until(
      async () => (await this.sql(`select 1 from jobs where state in ('queued', 'leased') limit 1`)).length === 0,
      secondsMax,
    );
    type Row = {
      id: string;
      agency_id: string;
      camera_id: string;
      idempotency_key: string;
      blob_key: string;
      state: string;
      reads: number;
      plates: string;
    };
    const rows = await this.sql<Row>(
      `select f.id, f.agency_id, f.camera_id, f.idempotency_key, f.blob_key, j.state,
        (select count(*)::int from reads r where r.agency_id = f.agency_id and r.frame_id = f.id) as reads,
        (select string_agg(plate, ' ') from reads r where r.agency_id = f.agency_id and r.frame_id = f.id) as plates
        from frames f left join jobs j on j.agency_id = f.agency_id and j.frame_id = f.id`,
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    const { store } = blobsFromConfig(loadConfig(this.env));
    for (const { frameId, agencyId, cameraId, sequence } of load.acknowledged) {
      const row = byId.get(frameId);
      expect(row, `frame ${sequence} was acknowledged and is not there`).toBeDefined();
      expect(row).toMatchObject({
        agency_id: agencyId,
        camera_id: cameraId,
        idempotency_key: `seq:${sequence}`,
        state: 'done',
        reads: 1,
        plates: 'TEST1',
      });
      expect(await store.exists(`${agencyId}/${row!.blob_key}`), `the picture of frame ${sequence}`).toBe(true);
    }
    expect(rows.filter((row) => row.reads !== 1 || row.state !== 'done')).toEqual([]);
    // Every frame was sent until it was acknowledged, so each number is one frame, and none is there that nobody sent.
    expect(rows).toHaveLength(load.acknowledged.length);
  }

  async end(): Promise<void> {
    await this.load?.stop().catch(() => undefined);
    await Promise.all([...this.running].map((each) => each.stop()));
    await this.vault.close();
    await this.redis?.stop();
    await this.database.drop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A figure for whoever reads the test's output; the bound that decides is far wider, because machines differ. */
export const say = (text: string): void => {
  process.stderr.write(`  figure: ${text}\n`);
};
