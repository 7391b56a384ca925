// Charts of the models' cards as SVG files: plain shapes and text in colours that read on light and on dark, no script, no style
// sheet, nothing fetched. Shares carry their 95 % interval, because with fifty plates a bar alone says more than is known. The same
// figures give the same bytes.

export interface Share {
  readonly part: number;
  readonly of: number;
}

export interface Series {
  readonly name: string;
  /** One for each category; nothing to take a share of leaves a gap. */
  readonly values: readonly Share[];
}

export interface Bars {
  readonly title: string;
  readonly categories: readonly string[];
  readonly series: readonly Series[];
}

const text = '#6e7681';
const colours = ['#2f81f7', '#d29922', '#3fa45b'];

/** Wilson's interval (1927) of a share, 95 %. */
export const interval = ({ part, of }: Share): readonly [low: number, high: number] => {
  const z = 1.96;
  const p = part / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
};

const size = { width: 720, height: 300, left: 46, right: 12, top: 58, bottom: 48 };
const n = (value: number) => Number(value.toFixed(1)).toString();
const escape = (words: string) => words.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
const write = (x: number, y: number, words: string, more = '') =>
  `<text x="${n(x)}" y="${n(y)}" fill="${text}" ${more}>${escape(words)}</text>`;
const line = (x1: number, y1: number, x2: number, y2: number, more = '') =>
  `<line x1="${n(x1)}" y1="${n(y1)}" x2="${n(x2)}" y2="${n(y2)}" stroke="${text}" ${more}/>`;

const frame = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escape(title)}" font-family="system-ui,sans-serif" font-size="12">
<title>${escape(title)}</title>
${write(8, 20, title, 'font-size="15" font-weight="600"')}
${parts.filter((part) => part !== '').join('\n')}
</svg>
`;

const legend = (names: readonly string[]): string => {
  let x = 8;
  return names
    .map((name, i) => {
      const at = x;
      x += 34 + name.length * 7;
      return `<rect x="${at}" y="32" width="12" height="12" fill="${colours[i]!}"/>${write(at + 18, 42, name)}`;
    })
    .join('');
};

/** Groups of upright bars, 0 to 100 %, with how many there were below each group. */
export const barChart = ({ title, categories, series }: Bars): string => {
  const [wide, high] = [size.width - size.left - size.right, size.height - size.top - size.bottom];
  const y = (share: number) => size.top + high * (1 - share);
  const group = wide / Math.max(1, categories.length);
  const bar = Math.min(46, (group * 0.72) / series.length);
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      line(size.left, y(share), size.width - size.right, y(share), 'stroke-opacity="0.3"') +
      write(size.left - 6, y(share) + 4, `${share * 100} %`, 'text-anchor="end"'),
  );
  const bars = series.flatMap(({ values }, s) =>
    values.map((value, i) => {
      if (value.of === 0) return '';
      const x = size.left + group * (i + 0.5) + bar * (s - series.length / 2);
      const share = value.part / value.of;
      const [low, high_] = interval(value);
      const middle = x + bar / 2;
      return (
        `<rect x="${n(x + 1)}" y="${n(y(share))}" width="${n(bar - 2)}" height="${n(y(0) - y(share))}" fill="${colours[s]!}"/>` +
        line(middle, y(low), middle, y(high_), 'stroke-width="1.5"') +
        write(middle, y(high_) - 4, (100 * share).toFixed(share === 1 ? 0 : 1), 'text-anchor="middle" font-size="11"')
      );
    }),
  );
  const names = categories.map((name, i) => {
    const middle = size.left + group * (i + 0.5);
    const counts = [...new Set(series.map(({ values }) => values[i]!.of))].filter((count) => count > 0);
    return (
      write(middle, size.height - 28, name, 'text-anchor="middle"') +
      write(middle, size.height - 12, `n = ${counts.join(', ') || '0'}`, 'text-anchor="middle" font-size="11"')
    );
  });
  return frame(size.width, size.height, title, [legend(series.map(({ name }) => name)), ...grid, ...bars, ...names]);
};

export interface Believed {
  readonly name: string;
  readonly bins: readonly { readonly n: number; readonly confidence?: number; readonly right?: number }[];
}

/** How often a confidence was right: on the diagonal it can be believed, below it promises too much. */
export const reliabilityChart = (title: string, series: readonly Believed[]): string => {
  const [left, top, side] = [46, 58, 300];
  const x = (share: number) => left + side * share;
  const y = (share: number) => top + side * (1 - share);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    line(x(0), y(share), x(1), y(share), 'stroke-opacity="0.3"'),
    line(x(share), y(0), x(share), y(1), 'stroke-opacity="0.3"'),
    write(left - 6, y(share) + 4, `${share * 100} %`, 'text-anchor="end"'),
    write(x(share), y(0) + 16, `${share * 100} %`, 'text-anchor="middle"'),
  ]);
  const points = series.flatMap(({ bins }, s) => {
    const known = bins.filter((bin) => bin.n > 0);
    const most = Math.max(...known.map((bin) => bin.n));
    const path = known.map((bin) => `${n(x(bin.confidence ?? 0))},${n(y(bin.right ?? 0))}`).join(' ');
    return [
      `<polyline points="${path}" fill="none" stroke="${colours[s]!}" stroke-width="1.5"/>`,
      ...known.map((bin) => {
        const [low, high] = interval({ part: (bin.right ?? 0) * bin.n, of: bin.n });
        const at = x(bin.confidence ?? 0);
        return (
          line(at, y(low), at, y(high), 'stroke-opacity="0.7"') +
          `<circle cx="${n(at)}" cy="${n(y(bin.right ?? 0))}" r="${n(3 + 6 * Math.sqrt(bin.n / most))}" fill="${colours[s]!}" fill-opacity="0.8"><title>${bin.n}</title></circle>`
        );
      }),
    ];
  });
  return frame(left + side + 24, top + side + 44, title, [
    legend(series.map(({ name }) => name)),
    ...grid,
    line(x(0), y(0), x(1), y(1), 'stroke-dasharray="4 4"'),
    ...points,
    write(x(0.5), y(0) + 34, 'confidence; upwards: share that was right (folded)', 'text-anchor="middle"'),
  ]);
};
