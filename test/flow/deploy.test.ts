// The deployment as far as it can be shown without a Docker engine: the files agree with each other and with what the processes
// understand, and each of our services' commands runs with the settings that the compose file gives it, on a real PostgreSQL, a real
// Redis and an S3 server. What is not shown here: building the image and starting the containers.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../src/commands/embedded-postgres.js';
import { configNames, loadConfig } from '../../src/config/config.js';
import { withClient } from '../../src/vault/database/roles.js';
import { redisInstalled, redisTitle, startRedis, type TestRedis } from '../support/redis.js';
import { databaseOf } from '../support/server.js';

const root = path.resolve(import.meta.dirname, '../..');
const service = z.object({
  image: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.boolean(), z.number()])).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).optional(),
  volumes: z.array(z.string()).optional(),
  networks: z.array(z.string()),
  ports: z.array(z.string()).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  read_only: z.boolean().optional(),
});
const compose = z.object({
  services: z.record(z.string(), service),
  networks: z.record(z.string(), z.unknown()),
  volumes: z.record(z.string(), z.unknown()),
});

const text = await readFile(path.join(root, 'docker-compose.yml'), 'utf8');
const { services, networks, volumes } = compose.parse(parse(text, { merge: true }));
const ours = ['web', 'worker', 'migrate'] as const;
const serviceOf = (name: string) => {
  const found = services[name];
  if (!found) throw new Error(`no service ${name}`);
  return found;
};

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-deploy-'));
  const file = path.join(folder, 'env');
  expect(spawnSync('sh', [path.join(root, 'deploy/make-env'), file]).status).toBe(0);
  const lines = (await readFile(file, 'utf8')).split('\n').filter((line) => /^[A-Z]/.test(line));
  env = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Replaces ${NAME}, ${NAME:-default} and ${NAME:?message} as compose does. */
const interpolate = (value: string): string =>
  value
    .replaceAll(/\$\{([A-Z_0-9]+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
      const known = env[name];
      if (known !== undefined) return known;
      if (kind === '-') return rest;
      throw new Error(`${name} is not in the file that deploy/make-env writes`);
    })
    .replaceAll('$$', '$');
const settingsOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(serviceOf(name).environment ?? {}).map(([key, value]) => [key, interpolate(String(value))]),
  );

describe('docker-compose.yml', () => {
  it('needs nothing that deploy/make-env does not make, and make-env makes nothing that nobody needs', () => {
    const asked = new Set([...text.matchAll(/\$\{([A-Z_0-9]+)/g)].map((match) => match[1]));
    expect([...asked].sort()).toEqual(Object.keys(env).sort());
  });

  it('sets only what the processes know, and they accept it', () => {
    for (const name of ours) {
      const settings = settingsOf(name);
      expect(Object.keys(settings).filter((key) => !(configNames as readonly string[]).includes(key))).toEqual([]);
      expect(loadConfig(settings).BLOB_STORE).toBe('s3');
    }
  });

  it("hands on the city's own map where one is set, and starts where none is", () => {
    expect(loadConfig(settingsOf('web')).MAP_TILES_URL).toBeUndefined();
    Object.assign(env, {
      MAP_TILES_URL: 'https://tiles.example.gov/{z}/{x}/{y}.png',
      MAP_TILES_ATTRIBUTION: 'Example',
    });
    env['MAP_TILES_ZOOM_MAX'] = '17';
    expect(loadConfig(settingsOf('web'))).toMatchObject({ MAP_TILES_ATTRIBUTION: 'Example', MAP_TILES_ZOOM_MAX: 17 });
    for (const name of ['MAP_TILES_URL', 'MAP_TILES_ATTRIBUTION', 'MAP_TILES_ZOOM_MAX']) env[name] = '';
  });

  it("gives the administrator's address to migrate alone", () => {
    const holders = Object.keys(services).filter((name) => 'DATABASE_URL' in (serviceOf(name).environment ?? {}));
    expect(holders).toEqual(['migrate']);
    for (const name of ['web', 'worker'])
      expect(JSON.stringify(serviceOf(name).environment)).not.toContain('POSTGRES_PASSWORD');
  });

  it('names only services, networks and volumes that exist', () => {
    for (const [name, one] of Object.entries(services)) {
      for (const other of Object.keys(one.depends_on ?? {})) expect(Object.keys(services)).toContain(other);
      for (const network of one.networks) expect(Object.keys(networks)).toContain(network);
      for (const volume of one.volumes ?? []) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect(existsSync(path.join(root, source)), `${name}: ${source}`).toBe(true);
        else expect(Object.keys(volumes)).toContain(source);
      }
    }
  });

  it('opens one port to this machine alone, and keeps the stores on a network without a way out', () => {
    expect(Object.values(services).flatMap((one) => one.ports ?? [])).toEqual(['127.0.0.1:8080:8080']);
    for (const name of ['postgres', 'redis', 'store', 'migrate']) expect(serviceOf(name).networks).toEqual(['inside']);
    expect(networks['inside']).toEqual({ internal: true });
  });

  it('asks Redis for what Plateward refuses to do without', () => {
    const command = serviceOf('redis').command?.join(' ');
    expect(command).toContain('--appendonly yes');
    expect(command).toContain('--maxmemory-policy noeviction');
  });

  it('keeps our services read-only and watched over', () => {
    for (const name of ours) expect(serviceOf(name).read_only).toBe(true);
    for (const name of Object.keys(services).filter((each) => each !== 'migrate'))
      expect(serviceOf(name).healthcheck).toBeDefined();
  });
});

describe('Dockerfile', () => {
  it('copies only what exists, and carries every file that the commands name', async () => {
    const dockerfile = await readFile(path.join(root, 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) =>
      (match[1] ?? '').split(' '),
    );
    for (const each of copied) if (!each.includes('*')) expect(existsSync(path.join(root, each)), each).toBe(true);
    for (const name of ours) expect(existsSync(path.join(root, serviceOf(name).command?.[1] ?? ''))).toBe(true);
    expect(dockerfile).toMatch(/^USER node$/m);
  });
});

interface S3rver {
  run(): Promise<unknown>;
  close(): Promise<void>;
}
// s3rver is CommonJS and brings no types.
const S3rverClass = createRequire(import.meta.url)('s3rver') as new (options: object) => S3rver;

describe.skipIf(!redisInstalled)(redisTitle("each of our services' commands, run by hand"), () => {
  const name = `plateward_deploy_${process.pid}`;
  const server = inject('testServer');
  let redis: TestRedis;
  let store: S3rver;
  let settings: Record<string, string>;
  const children: ReturnType<typeof spawn>[] = [];

  beforeAll(async () => {
    await withClient(server.adminUrl, (client) => client.query(`create database ${name} template template0`));
    redis = await startRedis();
    const s3Port = await freePort();
    store = new S3rverClass({
      port: s3Port,
      address: '127.0.0.1',
      silent: true,
      directory: path.join(folder, 's3'),
      configureBuckets: [{ name: 'plateward', configs: [] }],
    });
    await store.run();
    const { hostname, port } = new URL(server.adminUrl);
    // The roles are shared with the other tests of this run, so they keep the passwords of those.
    env = {
      ...env,
      APP_PASSWORD: server.passwords.app,
      DOOR_PASSWORD: server.passwords.door,
      QUEUE_PASSWORD: server.passwords.queue,
    };
    const here = (value: string) =>
      value
        .replace('@postgres:5432/plateward', `@${hostname}:${port}/${name}`)
        .replace(/^redis:\/\/.*@redis:6379$/, redis.url)
        .replace('http://store:3900', `http://127.0.0.1:${s3Port}`);
    settings = Object.fromEntries(Object.entries(settingsOf('web')).map(([key, value]) => [key, here(value)]));
    // s3rver knows this one pair of keys.
    Object.assign(settings, {
      S3_ACCESS_KEY_ID: 'S3RVER',
      S3_SECRET_ACCESS_KEY: 'S3RVER',
      KEYRING_FILE: path.join(folder, 'keyring.json'),
    });
  });
  afterAll(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    }
    await store?.close();
    await redis?.stop();
    await withClient(server.adminUrl, (client) => client.query(`drop database if exists ${name} with (force)`));
  });

  const commandOf = (which: string) => (serviceOf(which).command ?? []).slice(1);
  const bare = { PATH: process.env['PATH'] ?? '' };
  const answers = async (url: string) => {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const status = await fetch(url).then(
        (response) => response.status,
        () => 0,
      );
      if (status === 200) return true;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return false;
  };

  it('migrate brings an empty database up to date, again and again', () => {
    const adminUrl = databaseOf(server.adminUrl, name);
    for (let time = 0; time < 2; time += 1) {
      const { status, stderr } = spawnSync(process.execPath, commandOf('migrate'), {
        cwd: root,
        encoding: 'utf8',
        env: { ...bare, ...settings, DATABASE_URL: adminUrl },
      });
      expect(status, stderr).toBe(0);
    }
  });

  it('web comes up and says that it is ready', async () => {
    const port = await freePort();
    children.push(
      spawn(process.execPath, commandOf('web'), {
        cwd: root,
        stdio: 'ignore',
        env: { ...bare, ...settings, PORT: String(port) },
      }),
    );
    expect(await answers(`http://127.0.0.1:${port}/readyz`)).toBe(true);
  });

  it('worker comes up and says that it is well', async () => {
    const port = await freePort();
    children.push(
      spawn(process.execPath, commandOf('worker'), {
        cwd: root,
        stdio: 'ignore',
        env: { ...bare, ...settings, MODELS_DIR: path.join(root, 'test/support/models'), METRICS_PORT: String(port) },
      }),
    );
    expect(await answers(`http://127.0.0.1:${port}/healthz`)).toBe(true);
  });
});
