// A file with settings of a camera, as `plateward camera settings` prints and takes it and `plateward recognize` tries it out.
import { readFile } from 'node:fs/promises';
import { cameraSettings, type SettingsChange } from '../core/camera-settings.js';
import { invalid } from '../core/errors.js';

/**
 * What the file sets; the settings that it does not name are absent.
 * @throws PlatewardError `settings_file` with every fault by its place
 */
export const readSettingsFile = async (file: string): Promise<SettingsChange> => {
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
