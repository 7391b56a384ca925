// Bar charts as inline SVG: one bar a row, laid down, so that they are read on a telephone as on paper. Each has its figures as text beside the
// bars; the table under it says the same to whoever cannot see it.
import { count, html, type Markup } from './html.js';

export interface Bar {
  readonly label: string;
  /** One length a series, drawn end to end. */
  readonly values: readonly number[];
}

/** In the chart's own units; the page scales it to its width. */
const width = 360;
const rowHeight = 22;
const figureWidth = 66;
/** Of one character of a label, about. */
const charWidth = 6.8;
/** Longest label, in characters, that fits beside a bar. */
const labelMax = 18;

const shortened = (label: string): string => (label.length > labelMax ? `${label.slice(0, labelMax - 1)}…` : label);

/**
 * @param title what the chart shows, for whoever hears it
 * @param series names of the parts of each bar, when there are several
 */
export const barChart = (title: string, bars: readonly Bar[], series: readonly string[] = []): Markup => {
  const sums = bars.map(({ values }) => values.reduce((sum, value) => sum + value, 0));
  const longest = Math.max(1, ...sums);
  const labelWidth = Math.round(Math.max(...bars.map(({ label }) => shortened(label).length)) * charWidth) + 10;
  const barWidth = width - labelWidth - figureWidth;
  const rows = bars.map(({ label, values }, row) => {
    const y = row * rowHeight;
    let x = labelWidth;
    const parts = values.map((value, part) => {
      const length = (value / longest) * barWidth;
      const rect = html`<rect
        class="bar bar${part}"
        x="${x.toFixed(1)}"
        y="${y + 4}"
        width="${length.toFixed(1)}"
        height="${rowHeight - 8}"
      />`;
      x += length;
      return rect;
    });
    return html`<text x="${labelWidth - 6}" y="${y + 15}" text-anchor="end">${shortened(label)}</text>${parts}<text
        x="${(x + 5).toFixed(1)}"
        y="${y + 15}"
        >${count(sums[row]!)}</text
      >`;
  });
  return html`<figure class="chart">
    <svg viewBox="0 0 ${width} ${bars.length * rowHeight}" role="img" aria-label="${title}">${rows}</svg>${
      series.length > 1
        ? html`<figcaption>
            ${series.map(
              (name, part) =>
                html`<span class="key"
                  ><svg viewBox="0 0 10 10" aria-hidden="true">
                    <rect class="bar bar${part}" width="10" height="10" /></svg
                  >${name}</span
                > `,
            )}
          </figcaption>`
        : null
    }
  </figure>`;
};
