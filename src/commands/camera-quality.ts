// `plateward camera quality`: how well one camera did by the hour, or all of an agency's cameras over a time.
import { Command } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { findCamera } from './camera-find.js';
import { moment } from './moments.js';
import { answer } from './say.js';

const figure = z.number().nullable();
const figures = z.looseObject({
  framesReceived: z.number(),
  framesRecognised: z.number(),
  framesQuarantined: z.number(),
  captureRate: figure,
  reads: z.number(),
  confidenceMedian: figure,
  unsureShare: figure,
  plateHeightMedian: figure,
  latencySecondsMedian: figure,
  discarded: z.record(z.string(), z.number()),
});
type Figures = z.output<typeof figures>;
const one = z.looseObject({ total: figures, hours: z.array(z.looseObject({ hour: z.string(), figures })) });
const all = z.looseObject({ cameras: z.array(z.looseObject({ name: z.string(), total: figures })) });

interface Options extends AsMember {
  readonly from?: string;
  readonly to?: string;
  readonly json?: true;
}

const quality = async (name: string | undefined, options: Options): Promise<void> => {
  const query = new URLSearchParams();
  if (options.from) query.set('from', options.from);
  if (options.to) query.set('to', options.to);
  await asMember(options, async (client) => {
    if (name === undefined) {
      const found = await client.get(`/api/v1/cameras/quality?${query}`, all);
      if (options.json) return answer(JSON.stringify(found));
      return table(
        'camera',
        found.cameras.map((each) => [each.name, each.total]),
      );
    }
    const camera = await findCamera(client, name);
    const found = await client.get(`/api/v1/cameras/${camera.id}/quality?${query}`, one);
    if (options.json) return answer(JSON.stringify(found));
    const hours = found.hours.filter((each) => each.figures.framesReceived > 0);
    table('hour (UTC)', [
      ...hours.map((each): [string, Figures] => [each.hour.slice(0, 13).replace('T', ' '), each.figures]),
      ['total', found.total],
    ]);
  });
};

const columns: readonly (readonly [string, (figures: Figures) => string])[] = [
  ['frames', (each) => String(each.framesReceived)],
  ['read', (each) => String(each.framesRecognised)],
  ['bad', (each) => String(each.framesQuarantined)],
  ['capture', (each) => percent(each.captureRate)],
  ['plates', (each) => String(each.reads)],
  ['confidence', (each) => percent(each.confidenceMedian)],
  ['unsure', (each) => percent(each.unsureShare)],
  ['height', (each) => plain(each.plateHeightMedian, ' px')],
  ['latency', (each) => plain(each.latencySecondsMedian, ' s')],
  ['left out', (each) => String(Object.values(each.discarded).reduce((sum, count) => sum + count, 0))],
];

const percent = (share: number | null): string => (share === null ? '-' : `${Math.round(share * 100)} %`);
const plain = (value: number | null, unit: string): string => (value === null ? '-' : `${value.toFixed(1)}${unit}`);

const table = (first: string, rows: readonly (readonly [string, Figures])[]): void => {
  const wide = Math.max(first.length, ...rows.map(([name]) => name.length));
  answer([first.padEnd(wide), ...columns.map(([name]) => name.padStart(10))].join(' '));
  for (const [name, each] of rows)
    answer([name.padEnd(wide), ...columns.map(([, of]) => of(each).padStart(10))].join(' '));
};

export const cameraQualityCommand = (): Command =>
  signingIn(
    new Command('quality')
      .description('how well a camera did by the hour, or all cameras: capture, reads, confidence (docs/cameras.md)')
      .argument('[camera]', 'its name or id; all of the agency when left out'),
  )
    .option('--from <time>', 'from this hour on (default: 24 hours before the end)', moment)
    .option('--to <time>', 'until this hour (default: now); at most 31 days', moment)
    .option('--json', 'the whole answer as JSON')
    .action(quality);
