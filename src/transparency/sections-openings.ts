// The section of the page about emergencies: openings of grants that open nothing otherwise, and what their owners found of them.
import type { GrantNumbers } from '../audit/numbers-grants.js';
import type { OpeningNumbers } from '../audit/numbers-openings.js';
import { count, html, moment, type Markup } from './html.js';
import { download, tableOfRows } from './parts.js';
import { nameOf, type PageParts } from './sections.js';

/** Whether it opens something now, by what the log says of it. */
const isOpen = ({ opened, ended }: OpeningNumbers, minutes: number, now: Date): boolean =>
  opened !== null && ended === null && now.getTime() < Date.parse(opened) + minutes * 60_000;

/** Whether a grant needs no opening, or has one now. */
export const opensNow = (
  { id, openingMinutes }: GrantNumbers,
  openings: readonly OpeningNumbers[],
  now: Date,
): boolean =>
  openingMinutes === null || openings.some((each) => each.grant === id && isOpen(each, openingMinutes, now));

const yet = (at: string | null, none: string): Markup | string => (at === null ? none : moment(at));

export const openingsSection = (parts: PageParts): Markup => {
  const { numbers, own, title, base } = parts;
  const { openings, grants } = numbers;
  const ownerOf = ({ grant }: OpeningNumbers): string =>
    grants.find(({ id, side }) => id === grant && side === 'received')?.agency ?? own;
  const opened = openings.filter((each) => each.opened !== null);
  const unreviewed = opened.filter((each) => each.reviewed === null).length;
  return html`<section aria-labelledby="openings">
    <h2 id="openings">Emergencies</h2>
    <p>
      A grant for emergencies opens nothing by itself. Two members of the agency that received it open it, for as many
      minutes as it says; the agency that gave it is told at once, and must review what happened before it can be opened
      again.
    </p>
    ${
      openings.length === 0
        ? html`<p class="none">
            Nobody has asked for an opening yet, neither of the reads of ${title} nor in its name.
          </p>`
        : html`<p>
              Opened ${count(opened.length)} times; of them ${count(opened.length - unreviewed)} were reviewed, and
              ${count(unreviewed)} wait for it. ${count(openings.length - opened.length)} more were asked for and not
              opened.
            </p>
            ${tableOfRows(
              'Openings, newest first',
              [
                { title: 'By' },
                { title: 'Of the reads of' },
                { title: 'Purpose' },
                { title: 'Asked' },
                { title: 'Opened' },
                { title: 'Ended early' },
                { title: 'Reviewed' },
                { title: 'Found' },
              ],
              [...openings]
                .reverse()
                .map((each) => [
                  nameOf(parts, each.agency),
                  nameOf(parts, ownerOf(each)),
                  each.purpose ?? 'not told',
                  moment(each.asked),
                  yet(each.opened, 'no'),
                  yet(each.ended, 'no'),
                  yet(each.reviewed, 'not yet'),
                  each.decision ?? '',
                ]),
            )}${download(base, 'openings', 'all openings')}`
    }
  </section>`;
};
