// What quantised weights gain in speed and cost in plates, beside those that are shipped. They are made by
// models/training/quantise.py and are no part of the repository; where none are named nothing is measured, and that is said.
import { readFile } from 'node:fs/promises';
import type { Engine } from '../workers/recognize/engine.js';
import { openModels } from '../workers/recognize/models.js';
import { dataFolder, developmentLabels, examine } from './accuracy.js';
import type { Ratio } from './measure.js';
import { withEngine } from './speed.js';
import { engineSettings, flood } from './streams.js';

type Say = (line: string) => void;

/** Quantised weights beside those that are shipped; skipped, saying so, unless BENCH_INT8 names their folder. */
export const benchQuantised = async (
  root: string,
  folder: string,
  files: readonly string[],
  say: Say,
): Promise<Ratio[]> => {
  const folders = (process.env['BENCH_INT8'] ?? '').split(',').filter((name) => name !== '');
  const data = dataFolder(root);
  if (folders.length === 0 || !data) {
    say('int8: skipped, set BENCH_INT8 to folders made by models/training/quantise.py, with commas between');
    return [];
  }
  const frames = await Promise.all(files.map((file) => readFile(file)));
  const labels = await developmentLabels(data);
  const settings = { ...engineSettings(root, folder), size: 'still' as const };
  const right = async (engine: Engine, from: string): Promise<number> => {
    const models = await openModels({ folder: from });
    const { summary } = await examine(engine, labels, models.reader);
    await models.close();
    const sum = (of: 'folded' | 'texts') => summary.byRegion.reduce((total, row) => total + row[of], 0);
    return (100 * sum('folded')) / sum('texts');
  };
  return withEngine({ ...settings, crops: false }, async (full) => {
    const fullRight = await right(full, folder);
    const ratios: Ratio[] = [];
    for (const quantised of folders)
      await withEngine({ ...settings, crops: false, folder: quantised }, async (small) => {
        say(`int8: ${quantised}`);
        const smallRight = await right(small, quantised);
        const rates = { full: [] as number[], small: [] as number[] };
        for (let turn = 0; turn < 3; turn += 1) {
          rates.full.push(await flood(full, frames, 2));
          rates.small.push(await flood(small, frames, 2));
        }
        const middle = (list: number[]) => list.sort((a, b) => a - b)[1]!;
        const [fast, usual] = [middle(rates.small), middle(rates.full)];
        ratios.push({
          name: `frames a second, quantised (${quantised.split('/').at(-1)}) / as shipped`,
          ratio: fast / usual,
          target: 'told; shipped only if at most 0.5 points are lost',
          met: fullRight - smallRight <= 0.5,
          ours: fast,
          floor: usual,
          note: `plates right (folded) ${smallRight.toFixed(1)} % against ${fullRight.toFixed(1)} %`,
        });
      });
    return ratios;
  });
};
