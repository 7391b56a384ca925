// The test suite: one project a kind of test, so that each can be run alone. `small` needs no process; the others
// share one real PostgreSQL that the global setup starts.
import { defineConfig } from 'vitest/config';
import { mutants } from './test/support/mutants-plugin.js';

const real = (name: string, timeoutMs: number, parallel: boolean) => ({
  plugins: name === 'wall' || name === 'flow' || name === 'faults' ? [mutants()] : [],
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: timeoutMs,
    hookTimeout: 240_000,
    fileParallelism: parallel,
    pool: 'forks' as const,
  },
});

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'small',
          include: ['src/**/*.spec.ts', 'workers/**/*.spec.ts'],
          setupFiles: ['test/support/properties.ts'],
          testTimeout: 20_000,
        },
      },
      real('wall', 60_000, true),
      real('flow', 60_000, true),
      real('incidents', 60_000, true),
      real('golden', 120_000, false),
      real('faults', 480_000, false),
    ],
  },
});
