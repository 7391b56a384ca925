// The section of the page about hits: of the searches, how many found something. There are no others, since no list of wanted plates is kept.
import { barChart } from './chart.js';
import { count, html, type Markup } from './html.js';
import { download, latestFirst, monthsDrawn, summed, tableOfRows } from './parts.js';
import type { PageParts } from './sections.js';

export const hitsSection = ({ numbers: { searches }, own, title, base }: PageParts): Markup => {
  const byMonth = latestFirst(
    summed(
      searches,
      (row) => row.month,
      (row) => [row.found, row.searches - row.found],
    ),
  );
  const monthly = latestFirst(
    summed(
      searches,
      (row) => `${row.month} ${row.purpose ?? 'not told'}`,
      (row) => [
        ...[row.searches, row.found],
        ...(row.agency === own ? [row.found, 0] : [0, row.found]),
        row.searches - row.found,
      ],
    ),
  );
  const found = searches.reduce((sum, row) => sum + row.found, 0);
  const all = searches.reduce((sum, row) => sum + row.searches, 0);
  return html`<section aria-labelledby="hits">
    <h2 id="hits">Hits</h2>
    <p>
      This deployment compares no read with any list of wanted plates, of its own or of anybody else. Nothing is found
      by itself: a hit is a search, by a member who says why, that found at least one read.
    </p>
    ${
      searches.length === 0
        ? html`<p class="none">Nobody has searched, so nothing was found.</p>`
        : html`<p>
              Of ${count(all)} searches ${count(found)} found at least one read, and ${count(all - found)} found none. A
              search by members of ${title} counts whosever reads it found; one by others, only for what it found here.
            </p>
            ${barChart(
              'Searches that found something, by month',
              byMonth.slice(0, monthsDrawn).map(([label, values]) => ({ label, values })),
              ['found at least one read', 'found none'],
            )}${tableOfRows(
              'Searches that found something, by month and purpose',
              [
                { title: 'Month' },
                { title: 'Purpose' },
                { title: 'Searches', number: true },
                { title: 'Found something', number: true },
                { title: 'Of them by its members', number: true },
                { title: 'By others', number: true },
                { title: 'Found nothing', number: true },
              ],
              monthly.map(([key, sums]) => [key.slice(0, 7), key.slice(8), ...sums]),
            )}${download(base, 'hits', 'searches that found something, by month, agency and purpose')}`
    }
  </section>`;
};
