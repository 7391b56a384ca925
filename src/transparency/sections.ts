// The sections of the page about what was recorded, searched and refused, each with its figures, a chart, a table and a download.
import type { LogNumbers } from '../audit/numbers.js';
import { barChart } from './chart.js';
import { count, day, html, moment, type Markup } from './html.js';
import { download, latestFirst, monthsDrawn, summed, tableOfRows } from './parts.js';

export interface PageParts {
  readonly numbers: LogNumbers;
  /** Id of the agency. */
  readonly own: string;
  /** The agency's name. */
  readonly title: string;
  readonly names: ReadonlyMap<string, string>;
  /** Address of the page. */
  readonly base: string;
  readonly now: Date;
}

export const nameOf = ({ names }: PageParts, agency: string): Markup | string =>
  names.get(agency) ?? html`<code class="id">${agency}</code>`;

const ownFirst = (own: string, agency: string, amount: number): number[] =>
  agency === own ? [amount, 0] : [0, amount];

export const camerasSection = ({ numbers: { cameras }, base }: PageParts): Markup => {
  const inUse = cameras.filter(({ until }) => until === null).length;
  return html`<section aria-labelledby="cameras">
    <h2 id="cameras">Cameras</h2>
    <p>
      ${count(inUse)} in use, ${count(cameras.length - inUse)} taken out of use. Names and places of cameras are not in
      the log's public part; each stands in it by its number.
    </p>
    ${
      cameras.length === 0
        ? null
        : html`${tableOfRows(
            'Cameras by when they were added',
            [{ title: 'Camera' }, { title: 'Since' }, { title: 'Until' }],
            cameras.map(({ id, since, until }) => [
              html`<code class="id">${id}</code>`,
              moment(since),
              until === null ? 'in use' : moment(until),
            ]),
          )}${download(base, 'cameras', 'all cameras')}`
    }
  </section>`;
};

export const readsSection = ({ numbers: { reads, readsCounted }, base }: PageParts): Markup => {
  const months = [...reads].reverse();
  return html`<section aria-labelledby="reads">
    <h2 id="reads">Reads</h2>
    <p>
      A read is one plate on one frame of a camera; a car that passes is read several times. Kept with it are the
      picture, the place, the time and, where it is known, which way the vehicle went; its type, colour, make and model
      only where the camera tells them.
      ${
        readsCounted === null
          ? 'The log has no count of reads yet.'
          : html`Counted last at ${moment(readsCounted)}; reads since then are not in these figures yet.`
      }
    </p>
    ${
      months.length === 0
        ? null
        : html`${barChart(
            'Reads by month',
            months.slice(0, monthsDrawn).map((row) => ({ label: row.month, values: [row.reads] })),
          )}${tableOfRows(
            'Reads by month',
            [{ title: 'Month' }, { title: 'Frames', number: true }, { title: 'Reads', number: true }],
            months.map((row) => [row.month, row.frames, row.reads]),
          )}${download(base, 'reads', 'reads by month')}`
    }
  </section>`;
};

export const searchesSection = (parts: PageParts): Markup => {
  const { numbers, own, title, base } = parts;
  const { searches } = numbers;
  const byMonth = latestFirst(
    summed(
      searches,
      (row) => row.month,
      (row) => ownFirst(own, row.agency, row.searches),
    ),
  );
  const purposeOf = (purpose: string | null): string => purpose ?? 'not told';
  const byPurpose = summed(
    searches,
    (row) => purposeOf(row.purpose),
    (row) => ownFirst(own, row.agency, row.searches),
  ).sort(([, a], [, b]) => b[0]! + b[1]! - a[0]! - a[1]!);
  const monthly = latestFirst(
    summed(
      searches,
      (row) => `${row.month} ${purposeOf(row.purpose)}`,
      (row) => [...ownFirst(own, row.agency, row.searches), ...ownFirst(own, row.agency, row.rows)],
    ),
  );
  const byAgency = summed(
    searches,
    (row) => row.agency,
    (row) => [row.searches, row.vague, row.rows],
  ).sort(([, a], [, b]) => b[0]! - a[0]!);
  const series = [`by members of ${title}`, 'of its reads, by other agencies'];
  return html`<section aria-labelledby="searches">
    <h2 id="searches">Searches</h2>
    <p>
      Each search is an entry in the log of the agency that searched, and in the log of every agency whose reads it
      asked for. Here are those by this agency's own members, and those of other agencies that its grants let through.
    </p>
    ${numbers.purposes === null ? null : html`<p>Purposes on the agency's list: ${numbers.purposes.join(', ')}.</p>`}
    ${
      searches.length === 0
        ? html`<p class="none">The log has no search yet.</p>`
        : html`<h3>By month</h3>
            ${barChart(
              'Searches by month',
              byMonth.slice(0, monthsDrawn).map(([label, values]) => ({ label, values })),
              series,
            )}
            <h3>By purpose</h3>
            ${barChart(
              'Searches by purpose',
              byPurpose.map(([label, values]) => ({ label, values })),
              series,
            )}
            ${tableOfRows(
              'Searches by month and purpose',
              [
                { title: 'Month' },
                { title: 'Purpose' },
                { title: 'By its members', number: true },
                { title: 'By others', number: true },
                { title: 'Reads shown to its members', number: true },
                { title: 'To others', number: true },
              ],
              monthly.map(([key, sums]) => [key.slice(0, 7), key.slice(8), ...sums]),
            )}
            ${tableOfRows(
              'Searches by agency, since the log began',
              [
                { title: 'Agency' },
                { title: 'Searches', number: true },
                { title: 'Of them without a case, or with a reason of one word', number: true },
                { title: 'Reads shown', number: true },
              ],
              byAgency.map(([agency, sums]) => [nameOf(parts, agency), ...sums]),
            )}${download(base, 'searches', 'searches by month, agency and purpose')}`
    }
    ${
      numbers.pictures.length === 0
        ? null
        : html`<p>
              Pictures that were opened under a search:
              ${count(numbers.pictures.reduce((sum, row) => sum + row.pictures, 0))}.
            </p>
            ${download(base, 'pictures', 'pictures by month and agency')}`
    }
    ${
      numbers.exports.length === 0
        ? null
        : html`<p>
              Files that were made of what a search showed:
              ${count(numbers.exports.reduce((sum, row) => sum + row.exports, 0))}, with
              ${count(numbers.exports.reduce((sum, row) => sum + row.rows, 0))} reads of this agency.
            </p>
            ${download(base, 'exports', 'exports by month and agency')}`
    }
  </section>`;
};

export const refusalsSection = (parts: PageParts): Markup => {
  const { numbers, own, title, base } = parts;
  const { refusals } = numbers;
  const byMonth = latestFirst(
    summed(
      refusals,
      (row) => row.month,
      (row) => ownFirst(own, row.agency, row.refusals),
    ),
  );
  const rows = [...refusals].sort((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : b.refusals - a.refusals));
  return html`<section aria-labelledby="refusals">
    <h2 id="refusals">Refusals</h2>
    <p>What was asked for and refused by a rule. A refused attempt is an entry too.</p>
    ${
      refusals.length === 0
        ? html`<p class="none">The log has no refusal.</p>`
        : html`${barChart(
            'Refusals by month',
            byMonth.slice(0, monthsDrawn).map(([label, values]) => ({ label, values })),
            [`of members of ${title}`, 'of other agencies'],
          )}${tableOfRows(
            'Refusals by month, agency and rule',
            [
              { title: 'Month' },
              { title: 'Agency' },
              { title: 'Act' },
              { title: 'Rule that refused' },
              { title: 'Refusals', number: true },
            ],
            rows.map((row) => [
              row.month,
              nameOf(parts, row.agency),
              html`<code>${row.kind}</code>`,
              html`<code>${row.rule ?? ''}</code>`,
              row.refusals,
            ]),
          )}${download(base, 'refusals', 'all refusals')}`
    }
  </section>`;
};

/** Outsiders who cosign the log, without whom nothing is searched. */
export const witnessesSection = ({ numbers: { witnesses, absences }, base }: PageParts): Markup =>
  html`<section aria-labelledby="witnesses">
    <h2 id="witnesses">Witnesses</h2>
    <p>
      Witnesses are outsiders who keep a copy of this log's signed tree heads and cosign those that only add to it. An
      agency can require them: while too few have cosigned lately, its data is not searched and it searches nothing.
    </p>
    ${
      witnesses === null
        ? html`<p class="none">This agency requires none.</p>`
        : html`<p>
              Since ${moment(witnesses.since)}, ${count(witnesses.needed)} of ${count(witnesses.named.length)} must have
              cosigned in the last ${count(witnesses.seconds)} seconds.
            </p>
            ${tableOfRows(
              'Witnesses that are required',
              [{ title: 'Name' }, { title: 'Key' }],
              witnesses.named.map(({ name, key }) => [name, html`<code>${key}</code>`]),
            )}${download(base, 'witnesses', 'the witnesses')}`
    }
    ${
      absences.length === 0
        ? null
        : html`${tableOfRows(
            'When too few had cosigned and searching was stopped',
            [{ title: 'From' }, { title: 'Until' }],
            [...absences]
              .reverse()
              .map(({ since, until }) => [moment(since), until === null ? 'still' : moment(until)]),
          )}${download(base, 'absences', 'all absences')}`
    }
  </section>`;

/** Tests of the wall between agencies. */
export const canariesSection = ({ numbers: { canaries, canary, stops }, base }: PageParts): Markup =>
  html`<section aria-labelledby="canaries">
    <h2 id="canaries">Tests of the wall</h2>
    <p>
      Two agencies that nobody works in try, on a schedule, to get at what another agency has: over every route, every
      table and more. Each run is an entry in this log; one that finds a way across stops all sharing of this agency's
      reads, until its administrator says that it goes on.
    </p>
    ${
      canary === null
        ? html`<p class="none">The log has no run yet.</p>`
        : html`<p>
              The newest was at ${moment(canary.at)}: ${count(canary.tried)} ways were tried,
              ${canary.crossed === 0 ? 'and none led across' : html`<strong>${count(canary.crossed)} led across</strong>`}.
            </p>
            ${tableOfRows(
              'Tests by month',
              [
                { title: 'Month' },
                { title: 'Runs', number: true },
                { title: 'Ways tried', number: true },
                { title: 'Runs in which one led across', number: true },
              ],
              [...canaries].reverse().map(({ month, runs, tried, crossing }) => [month, runs, tried, crossing]),
            )}${download(base, 'canaries', 'tests by month')}`
    }
    ${
      stops.length === 0
        ? null
        : html`${tableOfRows(
            'When all sharing was stopped',
            [{ title: 'From' }, { title: 'Until' }],
            [...stops].reverse().map(({ since, until }) => [moment(since), until === null ? 'still' : moment(until)]),
          )}${download(base, 'stops', 'all stops')}`
    }
  </section>`;

export const auditsSection = ({ numbers: { audits, disclosures }, base }: PageParts): Markup =>
  html`<section aria-labelledby="audits">
    <h2 id="audits">Readings and releases of the log</h2>
    <p>Who reads the log with what only auditors may see leaves an entry.</p>
    ${
      audits.length === 0
        ? html`<p class="none">Nobody has read it so yet.</p>`
        : html`${tableOfRows(
            'Readings by month',
            [{ title: 'Month' }, { title: 'Readings', number: true }],
            [...audits].reverse().map(({ month, readings }) => [month, readings]),
          )}${download(base, 'audits', 'readings by month')}`
    }
    ${
      disclosures.length === 0
        ? html`<p class="none">No records were released from it.</p>`
        : html`<p>Records released for a request: plates by pseudonyms, and the fields that are named.</p>
            ${tableOfRows(
              'Records released',
              [
                { title: 'Released' },
                { title: 'From' },
                { title: 'To' },
                { title: 'Fields' },
                { title: 'Entries', number: true },
              ],
              [...disclosures]
                .reverse()
                .map(({ at, from, to, fields, entries }) => [
                  moment(at),
                  day(from),
                  day(to),
                  fields.length === 0 ? 'none' : fields.join(', '),
                  entries,
                ]),
            )}${download(base, 'disclosures', 'all releases')}`
    }
  </section>`;
