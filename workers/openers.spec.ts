// The web process counts on this list when it checks that every action is opened by somebody; here it is held to what the
// workers' code really opens.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { actionNames, ruleOf } from '../src/access/actions.js';
import { publishOpeners, workerOpeners } from '../src/jobs/openers.js';

test('the workers open what they are said to open, and nothing else', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  // What the canaries do as the people, cameras and machines of their two agencies is theirs; as a process they tell what came of it.
  const asCanaries = (file: string): boolean => file.startsWith('canary');
  const opened = files.flatMap((file) =>
    [...readFileSync(path.join(import.meta.dirname, file), 'utf8').matchAll(/\.door\([^;]*?'([a-z]+\.[a-z]+)'\)/g)]
      .map(([, action]) => action)
      .filter((action) => !asCanaries(file) || action === 'canary.run'),
  );
  expect([...new Set(opened)].sort()).toEqual(workerOpeners.flatMap(({ opens }) => [...opens]).sort());
});

test('every action of a machine is opened by a worker, or by the public routes of a log', () => {
  const ofMachines = actionNames.filter((action) => ruleOf(action).machine !== undefined);
  const openers = [...workerOpeners, ...publishOpeners];
  expect([...ofMachines].sort()).toEqual(openers.flatMap(({ opens }) => [...opens]).sort());
});
