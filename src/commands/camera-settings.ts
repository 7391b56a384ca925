// `plateward camera settings`: shows what a camera leaves out, as JSON that may be changed and handed back; or changes it from such
// a file. The file is looked at here too, so that a slip is told before anybody signs in.
import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { cameraSettings, type SettingsChange } from '../core/camera-settings.js';
import { invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { findCamera } from './camera-find.js';
import { answer, say } from './say.js';

const shown = z.object({ settings: cameraSettings, revision: z.int() });

interface Options extends AsMember {
  readonly set?: string;
}

/** @throws PlatewardError `settings_file` with every fault by its place */
const readChange = async (file: string): Promise<SettingsChange> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw invalid('settings_file', `The file ${file} cannot be read.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid('settings_file', `${file} is not JSON.`);
  }
  const parsed = cameraSettings.partial().safeParse(value);
  if (!parsed.success)
    throw invalid(
      'settings_file',
      `${file} does not fit: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`).join('; ')}.`,
    );
  if (Object.keys(parsed.data).length === 0)
    throw invalid('settings_file', `${file} names no setting: ${Object.keys(cameraSettings.shape).join(', ')}.`);
  return parsed.data;
};

const settings = async (name: string, options: Options): Promise<void> => {
  const change = options.set === undefined ? undefined : await readChange(options.set);
  await asMember(options, async (client) => {
    const camera = await findCamera(client, name);
    const path = `/api/v1/cameras/${camera.id}/settings`;
    const now = change ? await client.patch(path, change, shown) : await client.get(path, shown);
    if (change) say(`The settings of "${camera.name}" hold from the next frame on (change ${now.revision}).`);
    answer(JSON.stringify(now.settings, null, 2));
  });
};

export const cameraSettingsCommand = (): Command =>
  signingIn(
    new Command('settings')
      .description('show or change what a camera leaves out: zones, smallest size, confidence (docs/cameras.md)')
      .argument('<camera>', 'its name or id'),
  )
    .option('--set <file.json>', 'change what this file names; the rest stays')
    .action(settings);
