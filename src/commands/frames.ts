// `plateward frames send`: a folder of pictures, sent as a camera would send them, with progress. A file is one frame however often it
// is sent: broken off and run again, it goes on where it was.
import { stat } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { invalid } from '../core/errors.js';
import { toldForm, type Told } from '../core/told-form.js';
import { CameraClient } from './api-client.js';
import { addressOf, urlHelp } from './as-member.js';
import { findCameraKey } from './camera-key.js';
import { findPictures, sendPictures } from './pictures.js';
import { answer, say } from './say.js';

interface Options {
  readonly camera: string;
  readonly agency?: string;
  readonly url?: string;
  readonly capturedAt: string;
  readonly told?: Told;
}

const clock = (text: string): ((file: string) => Promise<Date>) => {
  if (text === 'file') return async (file) => (await stat(file)).mtime;
  if (text === 'now') return () => Promise.resolve(new Date());
  const instant = new Date(text);
  if (Number.isNaN(instant.getTime()))
    throw invalid('options', '--captured-at must be now, file, or a time such as 2026-11-23T07:15:00Z.');
  return () => Promise.resolve(instant);
};

/** @throws InvalidArgumentError what is no JSON, or tells what the door does not take */
const toldText = (text: string): Told => {
  try {
    return toldForm.parse(JSON.parse(text));
  } catch {
    throw new InvalidArgumentError(
      'It must be JSON such as {"direction":270,"vehicle":{"type":"car","color":"silver"}}; see docs/cameras.md.',
    );
  }
};

const send = async (place: string, options: Options): Promise<void> => {
  const capturedAtOf = clock(options.capturedAt);
  const { camera, credentialId, privateKey } = await findCameraKey(options.camera, options.agency);
  const files = await findPictures(place);
  const url = await addressOf(options.url);
  const { frameIds, refused } = await sendPictures(
    files,
    new CameraClient(url, credentialId, privateKey, say),
    capturedAtOf,
    { told: () => options.told },
  );
  answer(
    `The camera "${camera}" has sent ${frameIds.length === 1 ? '1 frame' : `${frameIds.length} frames`}${refused > 0 ? `; ${refused} ${refused === 1 ? 'was' : 'were'} refused (see above)` : ''}.`,
  );
  if (refused > 0) process.exitCode = 1;
};

export const framesCommand = (): Command =>
  new Command('frames').addCommand(
    new Command('send')
      .description('send pictures as a camera; run again, it goes on where it was')
      .argument('<folder>', 'folder with pictures, or one picture')
      .requiredOption('--camera <name or key file>', "the camera's name, with --agency, or its key file")
      .option('--agency <short name>', 'the agency whose camera it is')
      .option('--captured-at <time>', 'now, file (its time of change), or a time such as 2026-11-23T07:15:00Z', 'now')
      .option('--told <json>', 'what the camera tells of the one vehicle in each: direction and vehicle', toldText)
      .option('--url <address>', urlHelp)
      .action(send),
  );
