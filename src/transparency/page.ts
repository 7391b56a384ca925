// The public page of an agency: what its log says, for people. It needs no script and no session, asks for nothing else, and can be saved and
// printed. Every figure on it comes from the log's entries; whether a grant is in force is told for the moment at which the page was made.
import { count, html, Markup, moment } from './html.js';
import { grantsSection, inForce, policySection, retentionSection } from './sections-rules.js';
import {
  auditsSection,
  canariesSection,
  witnessesSection,
  camerasSection,
  readsSection,
  refusalsSection,
  searchesSection,
  type PageParts,
} from './sections.js';
import { destroyedSection } from './section-destroyed.js';
import { hitsSection } from './section-hits.js';
import { keysSection } from './section-keys.js';
import { watchesSection } from './section-watches.js';
import { opensNow, openingsSection } from './sections-openings.js';
import { style } from './style.js';

export interface Proof {
  /** C2SP checkpoint of the tree that the numbers are of. */
  readonly checkpoint: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** Verifier key, as the log says it. */
  readonly key: string;
  /** Address of the log, for a command. */
  readonly logUrl: string;
}

/** Ours, and not to be escaped: the policy names its hash. */
const styleSheet = new Markup(`<style>${style}</style>`);

/** @param name by which the verifier's page finds it */
const figure = (name: string, title: string, value: string): Markup =>
  html`<div>
    <dt>${title}</dt>
    <dd data-figure="${name}">${value}</dd>
  </div>`;

const figures = ({ numbers, own, now }: PageParts): Markup => {
  const sum = <T>(rows: readonly T[], of: (row: T) => number): string =>
    count(rows.reduce((total, row) => total + of(row), 0));
  return html`<dl class="figures">
    ${[
      figure('cameras', 'Cameras in use', count(numbers.cameras.filter(({ until }) => until === null).length)),
      figure(
        'reads',
        'Reads',
        sum(numbers.reads, (row) => row.reads),
      ),
      figure(
        'own-searches',
        'Searches by its members',
        sum(numbers.searches, (row) => (row.agency === own ? row.searches : 0)),
      ),
      figure(
        'others-searches',
        'Searches by other agencies',
        sum(numbers.searches, (row) => (row.agency === own ? 0 : row.searches)),
      ),
      figure(
        'hits',
        'Searches that found a read',
        sum(numbers.searches, (row) => row.found),
      ),
      figure(
        'refusals',
        'Refusals',
        sum(numbers.refusals, (row) => row.refusals),
      ),
      figure(
        'agencies',
        'Agencies let in now',
        count(
          new Set(
            numbers.grants
              .filter(
                (grant) => grant.side === 'given' && inForce(grant, now) && opensNow(grant, numbers.openings, now),
              )
              .map((grant) => grant.agency),
          ).size,
        ),
      ),
    ]}
  </dl>`;
};

const proofSection = ({ base }: PageParts, { checkpoint, size, root, key, logUrl }: Proof): Markup =>
  html`<section aria-labelledby="proof">
    <h2 id="proof">How to check this page</h2>
    <p>
      The numbers are counted from the first ${count(size)} entries of the log. Its tree has the root
      <code class="id">${root}</code>, and the agency's log signed it:
    </p>
    <pre id="checkpoint" tabindex="0" aria-label="Signed head">${checkpoint}</pre>
    <p>
      The same at <a href="${logUrl}/checkpoint">${logUrl}/checkpoint</a>; keep it, and every later log can be held
      against it. The key is <code class="id">${key}</code>; get it from the agency on another way too.
    </p>
    <p>
      <a href="${base}/verify">Count it again in your browser</a>: it fetches the whole log, checks it, and holds each
      number against this page.
    </p>
    <p>Counted anew by a program that shares nothing with the one that made this page:</p>
    <pre tabindex="0" aria-label="Command">npm run plateward -- verify ${logUrl} --key ${key} --numbers</pre>
    <p>Its numbers are the ones in <a href="${base}.json">this page as JSON</a>, under <code>numbers</code>.</p>
  </section>`;

const contents: readonly (readonly [id: string, title: string])[] = [
  ['policy', 'Policy'],
  ['retention', 'Law and retention'],
  ['cameras', 'Cameras'],
  ['reads', 'Reads'],
  ['searches', 'Searches'],
  ['hits', 'Hits'],
  ['watches', 'Reads as they came'],
  ['refusals', 'Refusals'],
  ['grants', 'Sharing'],
  ['openings', 'Emergencies'],
  ['canaries', 'Tests of the wall'],
  ['witnesses', 'Witnesses'],
  ['keys', 'Keys of the log'],
  ['destroyed', 'Destroyed months'],
  ['audits', 'Readings and releases'],
  ['proof', 'How to check this page'],
];

export const transparencyPage = (parts: PageParts, proof: Proof): string => {
  const { numbers, title, base } = parts;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}: licence-plate reading, from its log</title>
        ${styleSheet}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>${title}: licence-plate reading</h1>
          <p>
            What this agency's log says of its cameras, searches and sharing. Nothing on this page is typed in: it is
            counted from ${count(numbers.entries)} entries, from ${moment(numbers.first)} to ${moment(numbers.last)},
            and <a href="${base}/verify">anybody can count it again</a>, here in the browser or
            <a href="#proof">elsewhere</a>.${
              numbers.withheld > 0
                ? html` ${count(numbers.withheld)} of them are older than the public form of entries and say nothing
                  here.`
                : null
            }
          </p>
          <nav aria-label="Sections">
            <ul>
              ${contents.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main id="main">
          ${[
            figures(parts),
            policySection(parts),
            retentionSection(parts),
            camerasSection(parts),
            readsSection(parts),
            searchesSection(parts),
            hitsSection(parts),
            watchesSection(parts),
            refusalsSection(parts),
            grantsSection(parts),
            openingsSection(parts),
            canariesSection(parts),
            witnessesSection(parts),
            keysSection(parts),
            destroyedSection(parts),
            auditsSection(parts),
            proofSection(parts, proof),
          ]}
        </main>
        <footer>
          <p>Times are UTC. <a href="${base}.json">This page as JSON</a></p>
          <p class="load"><a href="/transparency">All agencies that have a public page here</a></p>
        </footer>
      </body>
    </html> `.text;
};
