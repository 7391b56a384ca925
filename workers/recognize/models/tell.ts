// How the answers of `plateward models` look to people.
import { percent, plainTable } from '../sheet/tables.js';
import type { Comparison, Difference, Side } from './compare.js';
import type { Checked, Listed } from './look.js';

const ms = (value: number) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;

export const listText = (folder: string, listed: readonly Listed[]): string =>
  plainTable({
    title: `Models in ${folder}`,
    columns: ['part', 'id', 'form', 'file', 'bytes', 'licence', 'hash'],
    rows: listed.map((each) => [
      ...[each.part, each.id, each.form, each.file, String(each.bytes), each.licence],
      each.well ? 'fits' : 'DOES NOT FIT',
    ]),
  }) + listed.flatMap(({ fault }) => (fault ? [`  ${fault}\n`] : [])).join('');

export const checkText = ({ id, forms, provider, fallback, detectorMs, readerMs, picture }: Checked): string =>
  [
    `${id}: hashes, inputs and outputs fit, and both run on ${provider}.`,
    ...(fallback ? [fallback] : []),
    `  detector (${forms.detector})  ${ms(detectorMs)} a frame`,
    `  reader (${forms.reader})  ${ms(readerMs)} a plate`,
    picture
      ? `  ${picture.file}: ${picture.texts.length === 0 ? 'no plate' : picture.texts.join(', ')}, ${ms(picture.ms)}`
      : '  No picture with plates was read: none comes with this installation, and none was given with --picture.',
    '',
  ].join('\n');

const sideOf = (found: Difference['a']) => (found ? `${found.text} ${Math.round(found.confidence * 100)} %` : 'nothing');

/** The differences picture by picture, then the figures of both. */
export const compareText = (comparison: Comparison, names: readonly [string, string]): string => {
  const { files, pictures, same, differing, onlyA, onlyB, a, b } = comparison;
  const rows = files.flatMap(({ file, differences }) =>
    differences.map((each) => [
      ...[file, each.box.map(Math.round).join(','), sideOf(each.a), sideOf(each.b), each.due ?? '–'],
    ]),
  );
  const line = (what: string, of: (side: Side) => string) => [what, of(a), of(b)];
  const share = (pick: (l: NonNullable<Side['labelled']>) => number) => (side: Side) =>
    side.labelled ? percent(pick(side.labelled), side.labelled.plates) : '–';
  const tables = [
    ...(rows.length > 0
      ? [plainTable({ title: 'Differences', columns: ['picture', 'x,y,w,h', 'A', 'B', 'labelled'], rows })]
      : []),
    plainTable({
      title: `${pictures} pictures: ${same} plates the same, ${differing} read differently, ${onlyA} only by A, ${onlyB} only by B`,
      columns: ['', `A ${names[0]}`, `B ${names[1]}`],
      rows: [
        line('plates', (side) => String(side.plates)),
        line('pictures that failed', (side) => String(side.failed)),
        line('mean a picture', (side) => ms(side.ms)),
        ...(a.labelled
          ? [
              line(
                'labelled plates found',
                share((l) => l.found),
              ),
              line(
                'exact',
                share((l) => l.exact),
              ),
              line(
                'folded (O = 0, I = 1)',
                share((l) => l.folded),
              ),
            ]
          : []),
        ...(a.falsePlates
          ? [line(`plates on ${a.falsePlates.pictures} pictures without any`, (s) => String(s.falsePlates?.plates ?? 0))]
          : []),
      ],
    }),
  ];
  return tables.join('\n');
};
