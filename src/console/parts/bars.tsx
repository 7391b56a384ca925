// Bars laid down, one a row, with their figures beside them. The table under each chart says the same to whoever cannot see it.

export interface Bar {
  readonly label: string;
  readonly value: number;
}

const width = 480;
const rowHeight = 26;
const labelWidth = 70;
const figureWidth = 70;

/** @param title what is drawn, for whoever hears it */
export const Bars = ({ title, bars }: { readonly title: string; readonly bars: readonly Bar[] }) => {
  const longest = Math.max(1, ...bars.map(({ value }) => value));
  return (
    <svg className="month-bars" viewBox={`0 0 ${width} ${bars.length * rowHeight}`} role="img" aria-label={title}>
      {bars.map(({ label, value }, row) => {
        const length = (value / longest) * (width - labelWidth - figureWidth);
        const y = row * rowHeight;
        return (
          <g key={label}>
            <text x={labelWidth - 8} y={y + 18} textAnchor="end">
              {label}
            </text>
            <rect x={labelWidth} y={y + 4} width={length} height={rowHeight - 8} />
            <text x={labelWidth + length + 6} y={y + 18}>
              {value.toLocaleString('en-US')}
            </text>
          </g>
        );
      })}
    </svg>
  );
};
