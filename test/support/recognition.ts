// The real engine with the real models for tests: runner processes are compiled code, so the build must be there (`npm test`
// makes it).
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Engine, type EngineOptions } from '../../workers/recognize/engine.js';

export const root = path.resolve(import.meta.dirname, '../..');
export const modelsFolder = path.join(root, 'models');

/** The compiled runner; @throws when nothing was built */
const runnerFile = (): string => {
  const file = path.join(root, 'dist/workers/recognize/runner.js');
  if (!existsSync(file))
    throw new Error(`${file} is missing. Run \`npm run build\` first; \`npm test\` does it by itself.`);
  return file;
};

/** An engine of one runner that sees stills; the caller closes it. */
export const startEngine = (more: Partial<EngineOptions> = {}): Promise<Engine> =>
  Engine.start({
    folder: modelsFolder,
    runners: 1,
    threads: 1,
    provider: 'cpu',
    pixelsMax: 40_000_000,
    size: 'still',
    crops: false,
    timeoutMs: 60_000,
    runnerFile: runnerFile(),
    ...more,
  });
