// `plateward camera add` and what else is done with cameras. A new one has an Ed25519 credential; its private key is
// made here, written to a file for its owner only, and never sent.
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import {
  cameraCredentialCommand,
  cameraEndCommand,
  cameraListCommand,
  freeKeyFile,
  giveCredential,
} from './camera-credential.js';
import { cameraHealthCommand, cameraLookCommand } from './camera-health.js';
import { cameraQualityCommand } from './camera-quality.js';
import { cameraSettingsCommand } from './camera-settings.js';
import { findCamera } from './camera-find.js';
import { cameraKeyFileOf } from './camera-key.js';
import { answer } from './say.js';

interface Options extends AsMember {
  readonly at?: string;
  readonly bearing?: number;
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

const lookingHelp = 'whereto it looks: 0 north, 90 east';

const looking = (text: string): number => {
  if (!/^\d{1,3}$/.test(text) || Number(text) > 359)
    throw new InvalidArgumentError('It must be whole degrees from 0 to 359, clockwise from north.');
  return Number(text);
};

const add = async (name: string, options: Options): Promise<void> => {
  const place = placeOf(options.at);
  const file = await freeKeyFile(options.key ?? cameraKeyFileOf(options.agency, name));
  await asMember(options, async (client) => {
    const { id } = await client.post('/api/v1/cameras', { name, ...place, bearing: options.bearing }, added);
    const credential = await giveCredential(client, { id, name }, file);
    answer(`The camera "${name}" is added to ${client.agencyName} (${id}).`);
    answer(
      `Its credential is ${credential}; its private key is in ${file}. Keep that file secret: whoever has it is this camera.`,
    );
    answer(
      `Try it: npm run plateward -- frames send <folder> --camera ${options.key ?? `"${name}" --agency ${options.agency}`}`,
    );
  });
};

const move = async (
  name: string,
  options: AsMember & { readonly at: string; readonly bearing?: number },
): Promise<void> => {
  const place = placeOf(options.at);
  await asMember(options, async (client) => {
    const camera = await findCamera(client, name);
    await client.put(`/api/v1/cameras/${camera.id}/place`, { ...place, bearing: options.bearing }, z.unknown());
    answer(
      `"${camera.name}" stands at ${options.at} from now on. Grants for an area reach it there and open what it reads from now on; what it read elsewhere, and be it a few metres away, they open no more.`,
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
        .option('--bearing <degrees>', lookingHelp, looking)
        .option('--key <file>', "where the camera's private key is written (default: in the data folder)")
        .action(add),
    )
    .addCommand(
      signingIn(
        new Command('move').description('say where a camera stands from now on').argument('<camera>', 'its name or id'),
      )
        .requiredOption('--at <latitude,longitude>', 'where it stands, in degrees')
        .option('--bearing <degrees>', lookingHelp, looking)
        .action(move),
    )
    .addCommand(cameraListCommand())
    .addCommand(cameraCredentialCommand())
    .addCommand(cameraEndCommand())
    .addCommand(cameraSettingsCommand())
    .addCommand(cameraQualityCommand())
    .addCommand(cameraHealthCommand())
    .addCommand(cameraLookCommand());
