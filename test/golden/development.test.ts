// The whole way on real pictures, where they are at hand: a floor far below what is reached, so that it tells of a break and not of a
// bad day. What is reached stands in the models' cards and in docs/benchmarks.md.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, developmentLabels, examine } from '../../bench/accuracy.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { openModels } from '../../workers/recognize/models.js';
import { modelsFolder, root, startEngine } from '../support/recognition.js';

const data = dataFolder(root);
const shareMin = 0.7;

let engine: Engine | undefined;
beforeAll(async () => {
  if (data) engine = await startEngine({ runners: 2 });
  else console.info('No labelled pictures at ../shared/data/dev: accuracy on real pictures is not tested here.');
});
afterAll(() => engine?.close());

it.runIf(data)(
  `more than ${100 * shareMin} of 100 real plates are fully right (O=0, I=1, Q=0), in every region`,
  async () => {
    const models = await openModels({ folder: modelsFolder });
    const { summary } = await examine(engine!, await developmentLabels(data!), models.reader);
    await models.close();
    console.info(
      summary.byRegion
        .map(({ name, texts, exact, folded }) => `${name}: ${exact} exact, ${folded} folded of ${texts}`)
        .join('; '),
    );
    expect(summary.plates).toBeGreaterThan(200);
    for (const { folded, texts } of summary.byRegion) expect(folded / texts).toBeGreaterThanOrEqual(shareMin);
  },
);
