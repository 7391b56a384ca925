// Runs once for each vitest project; the projects of a run share one server, and the fault tests have one of their own whose
// commits reach the disk.
import type { TestProject } from 'vitest/node';
import { startServer, type TestServer } from './server.js';

declare module 'vitest' {
  export interface ProvidedContext {
    testServer: TestServer;
  }
}

interface Shared {
  users: number;
  server: ReturnType<typeof startServer>;
}

// Each project loads this file anew, so what they share hangs on the process.
const place = Symbol.for('plateward.test.servers');
const holder = globalThis as typeof globalThis & { [place]?: Map<boolean, Shared> };

export default async (project: TestProject): Promise<() => Promise<void>> => {
  const servers = (holder[place] ??= new Map<boolean, Shared>());
  const durable = project.name === 'faults';
  const shared = servers.get(durable) ?? { users: 0, server: startServer(durable) };
  servers.set(durable, shared);
  shared.users += 1;
  const { adminUrl, template, passwords } = await shared.server;
  project.provide('testServer', { adminUrl, template, passwords });
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    servers.delete(durable);
    await (await shared.server).stop();
  };
};
