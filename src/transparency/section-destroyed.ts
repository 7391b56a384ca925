// The section of the page about months whose personal values were destroyed.
import type { DestroyedNumbers } from '../audit/numbers-periods.js';
import { html, type Markup, moment } from './html.js';
import { download, tableOfRows } from './parts.js';
import type { PageParts } from './sections.js';

const stepOf = (step: DestroyedNumbers['proposed']): Markup | string =>
  step === null ? 'not told' : html`${moment(step.at)}${step.role === null ? null : html`, by an ${step.role}`}`;

const monthOf = (month: string | null): Markup | string =>
  month === null ? 'not told' : html`<time datetime="${month}">${month}</time>`;

export const destroyedSection = ({ numbers: { destroyed }, base }: PageParts): Markup =>
  html`<section aria-labelledby="destroyed">
    <h2 id="destroyed">Months whose personal values were destroyed</h2>
    <p>
      Plates, case numbers, reasons and members stand beside the entries of the log under a key of their month. Two
      administrators can destroy the key of a month: one proposes it, another does it. The entries stay, and with them
      every number on this page; what they held of people is gone for good.
    </p>
    ${
      destroyed.length === 0
        ? html`<p class="none">No month was destroyed so.</p>`
        : html`${tableOfRows(
            'Months whose personal values were destroyed, newest first',
            [
              { title: 'Month' },
              { title: 'Entries', number: true },
              { title: 'Proposed' },
              { title: 'Approved and destroyed' },
            ],
            [...destroyed]
              .reverse()
              .map((each) => [monthOf(each.month), each.entries, stepOf(each.proposed), stepOf(each.destroyed)]),
          )}${download(base, 'destroyed', 'all months that were destroyed')}`
    }
  </section>`;
