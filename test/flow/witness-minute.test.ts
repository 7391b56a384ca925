// How soon a witness cries out: one process with its own defaults but for its patience follows a log for each class of tampering that it can
// see, every five seconds; all are tampered with at once, and each has to be cried out within a minute. Needs the build.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { history, HostileLog } from '../support/hostile-log.js';
import { WitnessProcess } from '../support/witness-process.js';

const every = 5;
const patience = 20;
const secondsMax = 60;

interface Class {
  readonly what: string;
  readonly alarm: string;
  /** Does it; `witness` is where heads can be brought. */
  readonly tamper: (log: HostileLog, witness: string) => Promise<unknown> | void;
}

const size = 300;
const classes: readonly Class[] = [
  { what: 'an entry is another', alarm: 'fork', tamper: (log) => void (log.shown = history(size, 'x')) },
  {
    what: 'an entry is another, and the log goes on',
    alarm: 'fork',
    tamper: (log) => void (log.shown = history(size + 40, 'x')),
  },
  {
    what: 'somebody was shown another log',
    alarm: 'fork',
    tamper: (log, witness) =>
      fetch(`${witness}/add-checkpoint`, { method: 'POST', body: log.request(0, history(size - 50, 'x')) }),
  },
  { what: 'the newest entries are gone', alarm: 'rollback', tamper: (log) => void (log.shown = history(size - 50)) },
  {
    what: 'the hashes are not those of the head',
    alarm: 'unproven',
    tamper: (log) => void ((log.shown = history(size + 1)), (log.brokenTiles = true)),
  },
  {
    what: 'another key signs',
    alarm: 'key',
    tamper: (log) => void (log.checkpoint = new HostileLog(log.origin).head(history(size + 1))),
  },
  {
    what: 'the entries of a head are withheld',
    alarm: 'silent',
    tamper: (log) => void (log.checkpoint = log.head(history(size + 600))),
  },
  { what: 'the head is not signed', alarm: 'silent', tamper: (log) => void (log.checkpoint = 'nothing\n') },
  { what: 'the log is gone', alarm: 'silent', tamper: (log) => void (log.status = 503) },
];

let state: string;
let witness: WitnessProcess;
const logs: HostileLog[] = [];
beforeAll(async () => {
  state = await mkdtemp(path.join(os.tmpdir(), 'pw-minute-'));
  await new WitnessProcess(['key', '--state', state, '--name', 'council.example/witness']).done();
  for (const [at] of classes.entries()) {
    const log = await new HostileLog(`plateward/log/0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a${10 + at}`).open();
    log.shown = history(size);
    logs.push(log);
  }
  witness = new WitnessProcess([
    ...['run', '--state', state, '--listen', '127.0.0.1:0', '--every', String(every), '--patience', String(patience)],
    ...logs.flatMap((log) => ['--log', log.address, '--key', log.vkey]),
  ]);
}, 60_000);
afterAll(async () => {
  await witness.end('SIGKILL');
  for (const log of logs) log.close();
  await rm(state, { recursive: true, force: true });
});

it('cries out about each class of tampering within a minute', { timeout: 180_000 }, async () => {
  const address = await witness.address();
  for (const log of logs)
    await witness.until(({ event, size: seen, log: of }) => event === 'cosigned' && seen === size && of === log.origin);
  const began = performance.now();
  await Promise.all(classes.map(({ tamper }, at) => tamper(logs[at]!, address)));
  const took = new Map<string, number>();
  while (took.size < classes.length && performance.now() - began < 2 * secondsMax * 1000) {
    for (const [at, { what, alarm }] of classes.entries()) {
      const cried = witness.said.some(
        ({ event, kind, log }) => event === 'alarm' && kind === alarm && log === logs[at]!.origin,
      );
      if (cried && !took.has(what)) took.set(what, (performance.now() - began) / 1000);
    }
    await wait(50);
  }
  for (const { what, alarm } of classes) {
    const seconds = took.get(what);
    process.stderr.write(`  figure: ${what}: ${alarm} after ${seconds?.toFixed(1)} s\n`);
    expect(seconds, what).toBeLessThan(secondsMax);
  }
});
