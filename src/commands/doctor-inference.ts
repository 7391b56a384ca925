// Whether the models open and run, and on what: the doctor asks the command that can, because only workers know the inference library.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { checkModels, Faults, type Finding } from './doctor-checks.js';
import { modelsEntry } from './places.js';

const answerOf = z.object({
  provider: z.string(),
  fallback: z.string().optional(),
  detectorMs: z.number(),
  readerMs: z.number(),
});

const timeoutMs = 120_000;

/** What the models run on and how long it takes. A provider that was asked for and is not there is a fault. */
export const checkInference = async (config: Config): Promise<Finding> => {
  // Without the right files there is nothing to open; the check of the models says so.
  const wellKept = await checkModels(config).then(
    () => true,
    () => false,
  );
  if (!wellKept || !existsSync(modelsEntry)) return undefined;
  const { MODELS_DIR, INFERENCE_PROVIDERS } = config;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [modelsEntry, 'check', '--json', '--models', MODELS_DIR, '--provider', INFERENCE_PROVIDERS],
    { timeout: timeoutMs },
  ).catch((error: { stderr?: string }) => {
    throw new Error(error.stderr?.trim().split('\n').at(-1) || 'The models could not be tried out in time.');
  });
  const { provider, fallback, detectorMs, readerMs } = answerOf.parse(JSON.parse(stdout));
  if (fallback)
    throw new Faults([`${fallback} Set INFERENCE_PROVIDERS to what this machine has, or install what is missing.`]);
  return `on ${provider}: ${Math.round(detectorMs)} ms a frame, ${readerMs.toFixed(1)} ms a plate`;
};
