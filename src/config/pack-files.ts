// The packs that this version brings, read from src/policy/packs. They are looked for beside the sources, wherever this file was built to.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { invalid, messageOf, unavailable } from '../core/errors.js';
import { bindPack, type BoundPack } from '../policy/pack.js';

export type { BoundPack };

/** Beside this file as it was written, or above the folder that it was built into. */
const places = ['../policy/packs/', '../../../src/policy/packs/'];

const packsFolder = (): string => {
  const found = places.map((place) => fileURLToPath(new URL(place, import.meta.url))).find((each) => existsSync(each));
  if (!found)
    throw unavailable(
      'packs_missing',
      'The folder src/policy/packs is missing. Take it from the version that you installed.',
    );
  return found;
};

/**
 * Reads every pack of a folder, by id.
 * @throws PlatewardError `pack_damaged` naming the first file that is no pack, or does not bear its own id
 */
export const readPacks = async (folder = packsFolder()): Promise<readonly BoundPack[]> => {
  const names = (await readdir(folder)).filter((name) => /^[^.]+\.yaml$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      try {
        const bound = bindPack(parse(await readFile(`${folder}/${name}`, 'utf8')));
        if (`${bound.pack.id}.yaml` !== name) throw new RangeError(`It calls itself ${bound.pack.id}.`);
        return bound;
      } catch (error) {
        throw invalid('pack_damaged', `The file ${name} is not a pack: ${messageOf(error)}`);
      }
    }),
  );
};

/**
 * A pack as somebody wrote it.
 * @throws PlatewardError `pack_invalid` with what is wrong
 */
export const packFrom = (data: unknown): BoundPack => {
  try {
    return bindPack(data);
  } catch (error) {
    const faults = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw invalid('pack_invalid', `This is not a pack: ${faults}`.slice(0, 2000));
  }
};

/** The pack of the law in force in a state, where this version brings one; else the strict default, which claims to be no law. */
export const packForState = (packs: readonly BoundPack[], state: string): BoundPack =>
  packs.find(({ pack }) => pack.jurisdiction === state && pack.standing === 'law') ?? findPack(packs, 'strict-default');

/** @throws PlatewardError `pack_unknown`, with the ids that there are */
export const findPack = (packs: readonly BoundPack[], id: string): BoundPack => {
  const found = packs.find(({ pack }) => pack.id === id);
  if (!found)
    throw invalid('pack_unknown', `There is no pack ${id}; there are ${packs.map(({ pack }) => pack.id).join(', ')}.`);
  return found;
};
