// Where a camera's key is found when it is not a real camera that sends: in the file that `camera add` wrote, or among the demo's.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { loadConfig } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { loadDemo } from './demo-data.js';

const keyFile = z.object({ camera: z.string(), credentialId: z.string(), privateKey: z.string() });
/** What a camera needs to sign its frames. */
export type CameraKey = z.infer<typeof keyFile>;

const dataDir = (): string => path.resolve(loadConfig().DATA_DIR);

/** The usual place of the key of an agency's camera. */
export const cameraKeyFileOf = (agency: string, camera: string): string =>
  path.join(
    dataDir(),
    'cameras',
    agency.replace(/[^a-z0-9-]/gi, '_'),
    `${camera.replace(/[^a-z0-9-]+/gi, '-').toLowerCase()}.json`,
  );

const readKeyFile = async (file: string): Promise<CameraKey> => {
  const text = await readFile(file, 'utf8').catch(() => {
    throw invalid('key_file', `The camera's key file ${file} cannot be read.`);
  });
  try {
    return keyFile.parse(JSON.parse(text));
  } catch {
    throw invalid('key_file', `${file} is no camera's key file. \`camera add\` makes one.`);
  }
};

const demoKey = async (agency: string, camera: string): Promise<CameraKey | undefined> => {
  if (!existsSync(path.join(dataDir(), 'demo.json'))) return undefined;
  const demo = await loadDemo(dataDir());
  const found = demo.agencies
    .find((each) => each.slug === agency)
    ?.cameras.find((each) => each.name.toLowerCase() === camera.toLowerCase());
  return found?.credentialId
    ? { camera: found.name, credentialId: found.credentialId, privateKey: found.privateKey }
    : undefined;
};

/**
 * @param camera a key file, or a camera's name when its agency is named
 * @throws PlatewardError `key_file`, `camera_unknown`
 */
export const findCameraKey = async (camera: string, agency: string | undefined): Promise<CameraKey> => {
  if (agency === undefined) {
    if (existsSync(camera)) return readKeyFile(camera);
    throw invalid(
      'camera_unknown',
      `There is no key file ${camera}. For a camera's name say also --agency <short name>.`,
    );
  }
  const usual = cameraKeyFileOf(agency, camera);
  if (existsSync(usual)) return readKeyFile(usual);
  const demo = await demoKey(agency, camera);
  if (demo) return demo;
  throw invalid(
    'camera_unknown',
    `No key of a camera "${camera}" of ${agency} is on this machine. \`camera add\` makes one; a demo camera has one after \`npm start\`.`,
  );
};
