// The section of the page about reads that were looked at as they came.
import { html, type Markup } from './html.js';
import { download, latestFirst, summed, tableOfRows } from './parts.js';
import type { PageParts } from './sections.js';

export const watchesSection = ({ numbers: { watches }, base }: PageParts): Markup => {
  const monthly = latestFirst(
    summed(
      watches,
      (row) => `${row.month} ${row.purpose ?? 'not told'}`,
      (row) => [row.watches, row.vague, row.rows, row.crops],
    ),
  );
  return html`<section aria-labelledby="watches">
    <h2 id="watches">Reads looked at as they came</h2>
    <p>
      Members may look at reads of this agency's own cameras as they come. Each ten minutes of it is an entry with a
      purpose, a case number and a reason, like a search; how many reads it showed is told when it ends.
    </p>
    ${
      watches.length === 0
        ? html`<p class="none">Nobody looked at reads as they came.</p>`
        : html`${tableOfRows(
            'Periods of looking, by month and purpose',
            [
              { title: 'Month' },
              { title: 'Purpose' },
              { title: 'Periods', number: true },
              { title: 'Of them without a case, or with a reason of one word', number: true },
              { title: 'Reads shown', number: true },
              { title: 'Pictures of plates opened', number: true },
            ],
            monthly.map(([key, sums]) => [key.slice(0, 7), key.slice(8), ...sums]),
          )}${download(base, 'watches', 'periods by month and purpose')}`
    }
  </section>`;
};
