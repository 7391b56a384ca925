// `plateward camera add`: a new camera of an agency with an Ed25519 credential, added by one of its administrators. The private key is
// made here, written to a file for its owner only, and never sent.
import { access, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { conflict, invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { cameraQualityCommand } from './camera-quality.js';
import { cameraSettingsCommand } from './camera-settings.js';
import { cameraKeyFileOf } from './camera-key.js';
import { newCameraKey } from './demo-data.js';
import { answer } from './say.js';

interface Options extends AsMember {
  readonly at?: string;
  readonly key?: string;
}

const added = z.object({ id: z.string() });

const placeOf = (text: string | undefined): { latitude?: number; longitude?: number } => {
  if (text === undefined) return {};
  const [latitude, longitude, ...rest] = text.split(',').map(Number);
  if (latitude === undefined || longitude === undefined || rest.length > 0 || Number.isNaN(latitude + longitude))
    throw invalid('options', '--at must be latitude and longitude in degrees, such as 39.80,-89.64.');
  return { latitude, longitude };
};

const add = async (name: string, options: Options): Promise<void> => {
  const place = placeOf(options.at);
  const file = path.resolve(options.key ?? cameraKeyFileOf(options.agency, name));
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there)
    throw conflict(
      'key_file',
      `${file} is there already, and a camera's key is never overwritten. Name another file with --key.`,
    );
  await asMember(options, async (client) => {
    const { id } = await client.post('/api/v1/cameras', { name, ...place }, added);
    const { privateKey, publicKey } = newCameraKey();
    const credential = await client.post(`/api/v1/cameras/${id}/credentials`, { scheme: 'ed25519', publicKey }, added);
    const content = { camera: name, credentialId: credential.id, privateKey };
    await writeFile(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    answer(`The camera "${name}" is added to ${client.agencyName} (${id}).`);
    answer(
      `Its credential is ${credential.id}; its private key is in ${file}. Keep that file secret: whoever has it is this camera.`,
    );
    answer(
      `Try it: npm run plateward -- frames send <folder> --camera ${options.key ?? `"${name}" --agency ${options.agency}`}`,
    );
  });
};

export const cameraCommand = (): Command =>
  new Command('camera')
    .addCommand(
      signingIn(
        new Command('add')
          .description('add a camera and write its key to a file')
          .argument('<name>', 'such as "Main Street"'),
      )
        .option('--at <latitude,longitude>', 'where it stands, in degrees')
        .option('--key <file>', "where the camera's private key is written (default: in the data folder)")
        .action(add),
    )
    .addCommand(cameraSettingsCommand())
    .addCommand(cameraQualityCommand());
