// Answers for many pictures in their order, a few read ahead of the one that is waited for, so that all runners have work and
// memory stays small however many pictures there are.
import { readFile } from 'node:fs/promises';
import type { CameraSettings } from '../../src/core/camera-settings.js';
import { messageOf, PlatewardError } from '../../src/core/errors.js';
import type { Answer } from './answer.js';
import type { Engine } from './engine.js';

/** One answer a file, in order, without what the settings leave out; a picture that cannot be read is an answer too. */
export async function* answersOf(
  engine: Engine,
  files: readonly string[],
  settings?: CameraSettings,
): AsyncGenerator<Answer> {
  const ahead: Promise<Answer>[] = [];
  for (let i = 0; i < files.length; i++) {
    while (ahead.length <= engine.capacity && i + ahead.length < files.length)
      ahead.push(one(engine, files[i + ahead.length]!, settings));
    yield await ahead.shift()!;
  }
}

const one = async (engine: Engine, file: string, settings?: CameraSettings): Promise<Answer> => {
  try {
    const recognised = await engine.recognise(await readFile(file), settings);
    return { file, recognised, ...(settings && { discarded: recognised.discarded }) };
  } catch (error) {
    if (error instanceof PlatewardError) return { file, error: { code: error.code, message: error.publicMessage } };
    return { file, error: { code: 'unreadable_file', message: `The file cannot be read: ${messageOf(error)}.` } };
  }
};
