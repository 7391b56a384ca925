// The engine against runners that misbehave on command: real processes that hang, abort and die, with no model in them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { Engine, type EngineOptions } from './engine.js';

/** Answers a frame's text as its width's number of letters, 5 ms later; `crash`, `hang` and `refuse` do as they say. */
const runnerSource = `
const send = (m) => process.connected && process.send(m);
process.on('disconnect', () => process.exit(0));
process.on('message', ({ frame, bytes }) => {
  const word = Buffer.from(bytes).toString();
  if (word === 'hang') for (;;);
  if (word === 'crash') return process.kill(process.pid, 'SIGSEGV');
  if (word === 'refuse') return send({ frame, fault: { kind: 'unsupported', code: 'not_an_image', publicMessage: 'No.' } });
  if (word === 'odd') return send({ frame, fault: { internal: 'a shape' } });
  setTimeout(() => send({ frame, recognised: { width: word.length, height: process.pid, plates: [], ms: 5 } }), 5);
});
const { folder } = JSON.parse(process.argv[2]);
if (folder === 'unfit') { send({ unfit: { kind: 'invalid', code: 'models', publicMessage: 'The weights are wrong.' } }); process.disconnect(); }
else if (folder === 'silent') process.exit(3);
else send({ ready: { id: 'none', hash: Object.keys(process.env).join() } });
`;
let folder: string;
let runnerFile: string;
let engine: Engine | undefined;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-engine-'));
  runnerFile = path.join(folder, 'runner.mjs');
  writeFileSync(runnerFile, runnerSource);
});
afterEach(() => engine?.close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (more: Partial<EngineOptions> = {}): Promise<{ lost: string[] }> => {
  const lost: string[] = [];
  engine = await Engine.start({
    ...{ folder: 'none', runners: 2, threads: 1, provider: 'cpu', pixelsMax: 1e6, size: 'still', crops: false },
    ...{ timeoutMs: 700, runnerFile, onLost: (why: string) => lost.push(why) },
    ...more,
  });
  return { lost };
};
const give = (word: string): Promise<string> =>
  engine!.recognise(Buffer.from(word)).then(
    ({ width }) => `${width} letters`,
    (error: { code?: string }) => error.code ?? String(error),
  );

test('answers every frame, each once, over several processes', async () => {
  await start();
  // The engine opens with its first runner; the other joins when it has started, sooner or later.
  const answered = new Set<number>();
  for (let round = 0; round < 200 && answered.size < 2; round += 1) {
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => engine!.recognise(Buffer.alloc(i))));
    expect(answers.map(({ width }) => width)).toEqual(Array.from({ length: 40 }, (_, i) => i));
    for (const { height } of answers) answered.add(height);
  }
  expect(answered.size).toBe(2);
});

test('a runner sees nothing of our environment', async () => {
  await start();
  expect(engine!.info.hash.split(',').filter((name) => /DATABASE|SECRET|PATH|HOME/.test(name))).toEqual([]);
});

test('a frame that crashes its runner fails alone, whoever was beside it', async () => {
  const { lost } = await start({ runners: 1 });
  const answers = await Promise.all(['one', 'crash', 'three', 'fives', 'crash', 'seven..'].map(give));
  expect(answers).toEqual(['3 letters', 'runner_died', '5 letters', '5 letters', 'runner_died', '7 letters']);
  expect(lost.length).toBeGreaterThanOrEqual(2);
  expect(await give('after')).toBe('5 letters');
});

test('a frame that hangs is given up after its time and holds up nobody for longer', async () => {
  const { lost } = await start({ runners: 1 });
  expect(await Promise.all(['hang', 'two'].map(give))).toEqual(['frame_timeout', '3 letters']);
  expect(lost).toEqual(['timeout', 'timeout']);
});

test('a runner that is killed from outside is replaced', async () => {
  await start({ runners: 1 });
  process.kill(engine!.pids[0]!, 'SIGKILL');
  expect(await give('again')).toMatch(/5 letters|runner_died/);
  expect(await give('again')).toBe('5 letters');
});

test("what the runner says of a picture comes back as the house's own error", async () => {
  await start();
  await expect(engine!.recognise(Buffer.from('refuse'))).rejects.toMatchObject({
    kind: 'unsupported',
    publicMessage: 'No.',
  });
  expect(await give('odd')).toBe('runner_fault');
});

test('does not start with weights that do not fit, and says why', async () => {
  await expect(start({ folder: 'unfit' })).rejects.toMatchObject({
    code: 'models',
    publicMessage: 'The weights are wrong.',
  });
  await expect(start({ folder: 'silent' })).rejects.toThrow('ended before it was ready (exit code 3)');
});

test('closing ends the processes and fails what is left, once', async () => {
  await start();
  const left = ['one', 'hang', 'hang', 'two', 'three'].map(give);
  const pids = engine!.pids;
  await engine!.close();
  expect(await Promise.all(left)).toContain('engine_closed');
  for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow();
  expect(await give('late')).toBe('engine_closed');
});
