// The web process as its operator meets it: it says where it listens, refuses faulty settings in a sentence, and ends in order
// when it is told to, with the request at hand answered. Runs the built process (`npm test` builds it).
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webEntry } from '../../src/commands/places.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let folder: string;
beforeAll(async () => {
  database = await freshDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'plateward-process-'));
});
afterAll(async () => {
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

const start = (more: Record<string, string> = {}): ChildProcess =>
  spawn(process.execPath, [webEntry], {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: folder,
      DATABASE_APP_URL: database.appUrl,
      DATABASE_DOOR_URL: database.doorUrl,
      DATABASE_QUEUE_URL: database.queueUrl,
      LINK_SECRET: 'ab'.repeat(32),
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const textOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
  let text = '';
  for await (const chunk of stream ?? []) text += String(chunk);
  return text;
};

/** The address that the process prints as a line of JSON. */
const addressOf = async (child: ChildProcess): Promise<string> => {
  for await (const line of createInterface({ input: child.stdout! })) {
    const fields = JSON.parse(line) as Record<string, unknown>;
    if (fields['event'] === 'listening') return String(fields['address']);
  }
  throw new Error('the process ended without listening');
};

it('prints its address, answers, and ends in order with the request at hand answered', async () => {
  const child = start();
  try {
    const address = await addressOf(child);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(await (await fetch(`${address}/readyz`)).json()).toEqual({ status: 'ready' });
    // Neither an idle connection nor one that was opened ahead, as browsers do, must hold the process up; a request whose body is still arriving must be answered.
    const body = JSON.stringify({ agency: 'none', login: 'nobody', password: 'a long password of nobody' });
    const headers = {
      ...{ 'content-type': 'application/json', 'content-length': body.length },
      expect: '100-continue',
    };
    const slow = request(`${address}/api/v1/sessions`, {
      method: 'POST',
      headers,
      agent: new Agent({ keepAlive: true }),
    });
    const ahead = connect(Number(new URL(address).port), '127.0.0.1');
    await once(ahead, 'connect');
    ahead.on('error', () => undefined);
    slow.flushHeaders();
    // The server has the request, and waits for its body.
    await once(slow, 'continue');
    slow.write(body.slice(0, 10));
    child.kill('SIGTERM');
    await new Promise((resolve) => setTimeout(resolve, 200));
    slow.end(body.slice(10));
    const [answer] = (await once(slow, 'response')) as [{ statusCode: number; resume(): void }];
    answer.resume();
    expect(answer.statusCode).toBe(401);
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  } finally {
    child.kill('SIGKILL');
  }
});

it('refuses faulty settings with the whole list of faults, and prints no secret', async () => {
  const child = start({ PORT: 'eighty', LOG_LEVEL: 'loud', DATABASE_APP_URL: 'mysql://root:geheim@db' });
  const [out, err, [code]] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ]);
  expect(code).toBe(1);
  expect(err).toMatch(/PORT .*LOG_LEVEL|DATABASE_APP_URL/);
  for (const name of ['PORT', 'LOG_LEVEL', 'DATABASE_APP_URL']) expect(err).toContain(name);
  expect(out + err).not.toContain('geheim');
});
