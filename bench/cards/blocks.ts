// The measured parts of a card: everything between `<!-- measured: name -->` and `<!-- /measured -->` is made from the figures and the
// manifest and written over each time; everything else on a card is people's text and is never touched.
import { z } from 'zod';
import { invalid } from '../../src/core/errors.js';
import type { Manifest } from '../../src/recognition/manifest.js';
import {
  causeTable,
  markdownTable,
  percent,
  reliabilityTable,
  rowTable,
  type Table,
} from '../../workers/recognize/sheet/tables.js';
import type { CropRow } from '../accuracy.js';
import { barChart, reliabilityChart } from './chart.js';
import type { Measured } from './measure.js';

/** Parts by their names, as they stand in the cards. */
export type Blocks = Readonly<Record<string, string>>;

/** @throws PlatewardError `card` when the card asks for a part that there is not, or has no end of one */
export const fillBlocks = (card: string, blocks: Blocks, name: string): string => {
  const filled = card.replace(
    /<!-- measured: ([a-z-]+) -->\n[\s\S]*?<!-- \/measured -->/g,
    (_whole, part: string) => `<!-- measured: ${part} -->\n\n${blocks[part] ?? lack(name, part)}\n\n<!-- /measured -->`,
  );
  const [begins, ends] = [/<!-- measured: /g, /<!-- \/measured -->/g].map((mark) => card.match(mark)?.length ?? 0);
  if (begins !== ends) throw invalid('card', `The card ${name} begins ${begins} measured parts and ends ${ends}.`);
  if (begins === 0) throw invalid('card', `The card ${name} has no measured part.`);
  return filled;
};

const lack = (card: string, part: string): never => {
  throw invalid('card', `The card ${card} asks for a measured part "${part}"; there is none of that name.`);
};

/** File names of the charts, in the folder `charts` beside the cards, with their SVG. */
export const chartsOf = (measured: Measured): Readonly<Record<string, string>> => {
  const { whole, sizes, streets, heldOutCrops } = measured;
  const accuracy = (title: string, rows: Measured['whole']['byRegion']) =>
    barChart({
      title,
      categories: rows.map(({ name }) => name),
      series: [
        { name: 'exact', values: rows.map(({ exact, texts }) => ({ part: exact, of: texts })) },
        { name: 'folded (O = Q = 0, I = 1)', values: rows.map(({ folded, texts }) => ({ part: folded, of: texts })) },
      ],
    });
  const recall = (title: string, rows: Measured['whole']['byRegion']) =>
    barChart({
      title,
      categories: rows.map(({ name }) => name),
      series: [
        { name: 'found at IoU 0.3', values: rows.map(({ found, n }) => ({ part: found, of: n })) },
        { name: 'found at IoU 0.5', values: rows.map(({ recall50 = 0, n }) => ({ part: recall50, of: n })) },
      ],
    });
  return {
    'accuracy-by-region.svg': accuracy('Plates fully right, whole picture in, by region', whole.byRegion),
    'accuracy-by-height.svg': accuracy('Plates fully right by height of the plate in the picture', whole.byHeight),
    'accuracy-by-sharpness.svg': accuracy(
      'Plates fully right by sharpness (variance of the Laplacian)',
      whole.bySharpness,
    ),
    'recall-by-region.svg': recall('Plates found, by region', whole.byRegion),
    'recall-by-height.svg': recall('Plates found by height of the plate in the picture', whole.byHeight),
    ...(streets && { 'recall-streets.svg': recall('Every plate of kept-out street pictures, by height', streets) }),
    'sizes.svg': barChart({
      title: 'By the longest side that the detector sees',
      categories: sizes.map(({ size }) => `${size} px`),
      series: [
        { name: 'found at IoU 0.5', values: sizes.map(({ recall50, plates }) => ({ part: recall50, of: plates })) },
        { name: 'fully right (folded)', values: sizes.map(({ folded, plates }) => ({ part: folded, of: plates })) },
      ],
    }),
    'calibration.svg': reliabilityChart('How far a confidence can be believed', [
      { name: 'whole texts', bins: whole.reliability.bins },
      { name: 'characters', bins: whole.characters.bins },
      ...(heldOutCrops ? [{ name: 'kept-out crops', bins: heldOutCrops.reliability.bins }] : []),
    ]),
  };
};

const picture = (file: string, says: string) => `![${says}](charts/${file})`;
const crops = (first: string, rows: readonly CropRow[]): Table => {
  const withStates = rows.some(({ states }) => states);
  return {
    title: '',
    columns: [first, 'n', 'exact', 'folded', ...(withStates ? ['state told', 'right of these'] : [])],
    rows: rows.map(({ name, n, exact, folded, states }) => [
      ...[name, String(n), percent(exact, n), percent(folded, n)],
      ...(states ? [String(states.told), states.told > 0 ? percent(states.right, states.told) : '–'] : []),
    ]),
  };
};

/** Every part of both cards. */
export const blocksOf = (measured: Measured, manifest: Manifest): Blocks => {
  const { whole, streets, states, heldOutCrops } = measured;
  const none = 'Not measured: the pictures were missing.';
  return {
    'detector-facts': detectorFacts(manifest),
    'reader-facts': readerFacts(manifest),
    setting: `Measured on ${measured.when} with the weights that the manifest names, longest side ${measured.size}.`,
    regions: `${markdownTable(rowTable('', 'region', whole.byRegion))}\n\n${picture('recall-by-region.svg', 'Plates found, by region')}`,
    accuracy: `${markdownTable(rowTable('', 'region', whole.byRegion))}\n\n${picture('accuracy-by-region.svg', 'Plates fully right, by region')}`,
    'recall-heights': `${markdownTable(rowTable('', 'height', whole.byHeight))}\n\n${picture('recall-by-height.svg', 'Plates found, by height')}`,
    'accuracy-heights': `${markdownTable(rowTable('', 'height', whole.byHeight))}\n\n${picture('accuracy-by-height.svg', 'Plates fully right, by height')}`,
    sharpness: `${markdownTable(rowTable('', 'sharpness', whole.bySharpness))}\n\n${picture('accuracy-by-sharpness.svg', 'Plates fully right, by sharpness')}`,
    sizes: `${markdownTable(sizeTable(measured))}\n\n${picture('sizes.svg', 'Recall and accuracy by input size')}`,
    streets: streets
      ? `${markdownTable(streetTable(streets))}\n\n${picture('recall-streets.svg', 'Recall on kept-out street pictures')}`
      : none,
    'in-boxes': markdownTable(crops('region', measured.inBoxes)),
    'held-out-crops': heldOutCrops ? markdownTable(crops('crops', heldOutCrops.rows)) : none,
    states: states ? markdownTable(crops('state', states.rows)) : none,
    calibration: calibration(measured),
    causes: markdownTable(causeTable(whole)),
    wrong: wrong(measured),
    'detector-data': dataTable(manifest, 'detector'),
    'reader-data': dataTable(manifest, 'reader'),
  };
};

const detectorFacts = ({ detector }: Manifest): string =>
  `| | |
| --- | --- |
| id | \`${detector.id}\` |
| file | \`${detector.file}\`, ${detector.bytes.toLocaleString('en-US')} bytes, SHA-256 \`${detector.sha256.slice(0, 16)}…\` |
| input | \`image\` [N,3,H,W], RGB 0..1, sides multiples of ${detector.input.multipleOf}; picture at the top left, padding ${detector.input.padValue}; longest side ${detector.input.sizeLive} live, ${detector.input.sizeStill} for stills |
| output | \`candidates\` [N,K,13]: score, box, corners top-left, top-right, bottom-right, bottom-left, in input pixels; no suppression inside |
| thresholds | score ${detector.scoreMin}, suppression IoU ${detector.nmsIou} |
| licence | ${detector.licence} |`;

const readerFacts = ({ reader }: Manifest): string => {
  if (reader.form !== 'plateward') throw new Error(`The cards are of our own reader and not of ${reader.id}.`);
  return `| | |
| --- | --- |
| id | \`${reader.id}\` |
| file | \`${reader.file}\`, ${reader.bytes.toLocaleString('en-US')} bytes, SHA-256 \`${reader.sha256.slice(0, 16)}…\` |
| input | \`plate\` [N,1,${reader.input.height},${reader.input.width}], grey 0..1: the four corners widened by ${100 * reader.input.marginX} % of the width and ${100 * reader.input.marginY} % of the height on each side |
| output | \`characters\` [N,steps,${reader.alphabet.length + 1}] probabilities (${reader.blank} is the blank), \`region\` [N,${reader.regions.length}] probabilities (${regionNames(reader.regions)}) |
| temperature | ${reader.temperature}, already applied inside |
| licence | ${reader.licence} |`;
};

/** The states of a country as one. */
const regionNames = (regions: readonly string[]): string => {
  const states = regions.filter((name) => /^[a-z]{2}-/.test(name));
  const others = regions.filter((name) => !states.includes(name)).join(', ');
  return states.length > 1
    ? `${states[0]} to ${states.at(-1)}: ${states.length} states and territories; ${others}`
    : others;
};

const sizeTable = ({ sizes }: Measured): Table => ({
  title: '',
  columns: [
    'longest side',
    'exact',
    'folded',
    'recall at IoU 0.5',
    'other plates returned, a picture',
    'false plates for 100 pictures without one',
    'pictures with one',
  ],
  rows: sizes.map(({ size, exact, folded, recall50, plates, others, empty }) => [
    String(size),
    percent(exact, plates),
    percent(folded, plates),
    percent(recall50, plates),
    (others / plates).toFixed(2),
    empty ? ((100 * empty.plates) / empty.pictures).toFixed(1) : '–',
    empty ? `${empty.picturesWith} of ${empty.pictures}` : '–',
  ]),
});

const streetTable = (rows: NonNullable<Measured['streets']>): Table => ({
  title: '',
  columns: ['height', 'plates', 'found (IoU 0.3)', 'recall at IoU 0.5'],
  rows: rows.map(({ name, n, found, recall50 }) => [name, String(n), percent(found, n), percent(recall50, n)]),
});

const calibration = ({ whole, heldOutCrops }: Measured): string =>
  [
    `Whole texts of the same pictures:\n\n${markdownTable(reliabilityTable('', 'texts', whole.reliability))}`,
    `Single characters, set against the text that is there:\n\n${markdownTable(reliabilityTable('', 'characters', whole.characters))}`,
    ...(heldOutCrops
      ? [
          `Kept-out training crops (they also set the temperature):\n\n${markdownTable(reliabilityTable('', 'texts', heldOutCrops.reliability))}`,
        ]
      : []),
    picture('calibration.svg', 'Confidence against the share that was right'),
  ].join('\n\n');

const wrong = ({ whole }: Measured): string => {
  const { texts, folded } = whole.byRegion.at(-1)!;
  const missed = texts - folded;
  const oneIn = missed > 0 ? `, about one in ${Math.round(texts / missed)}` : '';
  return `Of ${texts} main plates ${missed} were not read right even when folded${oneIn}.`;
};

const source = z.object({
  source: z.string(),
  commit: z.string().optional(),
  licence: z.string(),
  used: z.string(),
  counts: z.record(z.string(), z.union([z.number(), z.string()])).optional(),
});

/** Sources that name the other model alone are left out. */
const dataTable = (manifest: Manifest, model: 'detector' | 'reader'): string => {
  const other = model === 'detector' ? 'reader' : 'detector';
  const rows = z
    .array(source)
    .parse(manifest.data)
    .filter(({ used }) => used.includes(model) || !used.includes(other))
    .map(({ source: from, commit, licence, used, counts = {} }) => [
      from,
      commit?.slice(0, 12) ?? '-',
      licence,
      used,
      Object.entries(counts)
        .map(([what, count]) => `${what} ${count}`)
        .join(', '),
    ]);
  return markdownTable({ title: '', columns: ['source', 'commit', 'licence', 'used for', 'counts'], rows });
};
