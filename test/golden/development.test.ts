// Real pictures, where they are at hand: they are not part of the repository. The bar of this stage is that half of their
// plates are fully right from the whole picture, with no crop given.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { developmentPictures, iouMin, measureAccuracy, readLabels } from '../../bench/accuracy.js';
import type { Engine } from '../../workers/recognize/engine.js';
import { root, startEngine } from '../support/recognition.js';

const folder = developmentPictures(root);
const shareMin = 0.5;

let engine: Engine | undefined;
beforeAll(async () => {
  if (folder) engine = await startEngine({ runners: 2 });
  else console.info('No labelled pictures at ../shared/data/dev: accuracy on real pictures is not tested here.');
});
afterAll(() => engine?.close());

it.runIf(folder)(
  `at least half of the real plates are fully right (O=0, I=1, Q=0; overlap of at least ${iouMin})`,
  async () => {
    const accuracy = await measureAccuracy(engine!, await readLabels(folder!));
    console.info(
      accuracy
        .map(({ region, plates, exact, folded }) => `${region}: ${exact} exact, ${folded} folded of ${plates}`)
        .join('; '),
    );
    const all = accuracy.at(-1)!;
    expect(all.plates).toBeGreaterThan(200);
    expect(all.folded / all.plates).toBeGreaterThanOrEqual(shareMin);
  },
);
