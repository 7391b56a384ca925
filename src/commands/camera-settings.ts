// `plateward camera settings`: shows what a camera leaves out, as JSON that may be changed and handed back; or changes it from such
// a file. The file is looked at here too, so that a slip is told before anybody signs in.
import { Command } from 'commander';
import { z } from 'zod';
import { cameraSettings } from '../core/camera-settings.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { findCamera } from './camera-find.js';
import { readSettingsFile } from '../config/camera-settings-file.js';
import { answer, say } from './say.js';

const shown = z.object({ settings: cameraSettings, revision: z.int() });

interface Options extends AsMember {
  readonly set?: string;
}

const settings = async (name: string, options: Options): Promise<void> => {
  const change = options.set === undefined ? undefined : await readSettingsFile(options.set);
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
