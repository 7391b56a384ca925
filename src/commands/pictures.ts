// A folder of pictures sent as a camera: one after the other, each once, with progress. A picture that is refused is told and
// passed over; a credential that is refused ends it.
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { invalid } from '../core/errors.js';
import type { Told } from '../core/told-form.js';
import { ApiFault, keyOfBytes, type CameraClient } from './api-client.js';
import { Progress, say } from './say.js';

const mediaTypes: Readonly<Record<string, string>> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
};
export const mediaTypeOf = (file: string): string | undefined => mediaTypes[path.extname(file).toLowerCase()];

/**
 * Pictures in a folder and below it, or the one picture that is named; by name.
 * @throws PlatewardError `no_pictures`
 */
export const findPictures = async (place: string): Promise<readonly string[]> => {
  const info = await stat(place).catch(() => undefined);
  if (!info) throw invalid('no_pictures', `There is no file or folder ${place}.`);
  if (info.isFile()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && mediaTypeOf(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  if (files.length === 0) throw invalid('no_pictures', `${place} holds no picture (.jpg, .jpeg, .png or .webp).`);
  return files.sort();
};

export interface SendResult {
  readonly frameIds: readonly string[];
  readonly refused: number;
}

/**
 * @param capturedAtOf time of capture that the camera tells for a file
 * @param more the camera's name, for the progress; and what it tells of the vehicle in a file
 */
export const sendPictures = async (
  files: readonly string[],
  camera: CameraClient,
  capturedAtOf: (file: string, index: number) => Promise<Date>,
  { name, told }: { readonly name?: string; readonly told?: (file: string, index: number) => Told | undefined } = {},
): Promise<SendResult> => {
  const progress = new Progress(name ? `frames sent by ${name}` : 'frames sent', files.length);
  const frameIds: string[] = [];
  let refused = 0;
  for (const [index, file] of files.entries()) {
    const bytes = await readFile(file);
    try {
      const mediaType = mediaTypeOf(file) ?? 'application/octet-stream';
      frameIds.push(
        await camera.send({
          ...{ bytes, mediaType, key: keyOfBytes(bytes) },
          capturedAt: await capturedAtOf(file, index),
          told: told?.(file, index),
        }),
      );
    } catch (error) {
      if (!(error instanceof ApiFault) || error.status === 401 || error.status >= 500) throw error;
      refused += 1;
      say(`${file} was refused: ${error.message}`);
    }
    progress.show(index + 1, refused > 0 ? `${refused} refused` : '');
  }
  return { frameIds, refused };
};
