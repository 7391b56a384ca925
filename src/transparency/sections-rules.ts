// The sections of the page about what the agency promises and whom it lets in: policy and custodian, retention, grants.
import type { GrantNumbers } from '../audit/numbers-grants.js';
import { policyItemNames, policyItems } from '../core/usage-policy.js';
import { count, day, escaped, html, Markup, moment } from './html.js';
import { download, tableOfRows, type Column } from './parts.js';
import { nameOf, type PageParts } from './sections.js';

/** What the agency wrote, its line breaks and all; so nothing may stand between it and its element. */
const wordsOf = (text: string): Markup => new Markup(`<p class="said">${escaped(text)}</p>`);

const missing = (what: string): Markup => html`<p class="missing"><strong>Missing.</strong> ${what}</p>`;

/** What its law asks for and it has not said: until then nothing of or by it is searched. */
const notLive = ({ numbers: { policy, laws } }: PageParts): Markup | null => {
  const owed = (laws.at(-1)?.policyItems ?? []).filter((item) => policy?.items[item] === undefined);
  return owed.length === 0
    ? null
    : html`<p class="missing">
        <strong>Not live.</strong> Its law asks for ${count(owed.length)} more of these items, and until they are
        published nothing of or by the agency is searched, and nothing is shared.
      </p>`;
};

export const policySection = (parts: PageParts): Markup => {
  const { policy } = parts.numbers;
  return html`<section aria-labelledby="policy">
    <h2 id="policy">Policy and custodian</h2>
    <p>
      The items that Cal. Civ. Code 1798.90.51 (b)(2) asks for,
      ${
        policy === null
          ? 'of which the agency has published none'
          : html`as the agency set them at ${moment(policy.since)} (change ${count(policy.revision)})`
      }.
    </p>
    ${notLive(parts)}
    <dl class="policy">
      ${policyItemNames.map((item) => {
        const { letter, title } = policyItems[item];
        const said = policy?.items[item];
        return html`<dt>(${letter}) ${title}</dt>
          <dd>${said === undefined ? missing('The agency has not said it.') : wordsOf(said)}</dd>`;
      })}
    </dl>
    ${policy === null ? null : download(parts.base, 'policy', 'the policy')}
  </section>`;
};

const spanOf = (minutes: number | null): string => {
  if (minutes === null) return 'no bound';
  return minutes % 1440 === 0 ? `${count(minutes / 1440)} days` : `${count(minutes)} minutes`;
};

export const retentionSection = ({ numbers: { policy, laws, removed }, base }: PageParts): Markup => {
  const said = policy?.items['retention'];
  const law = laws.at(-1);
  return html`<section aria-labelledby="retention">
    <h2 id="retention">Law and retention</h2>
    ${
      law === undefined
        ? missing('The agency has adopted no law, so none of its reads are shared.')
        : html`<p>
            Its data is under ${law.title ?? law.pack} (<code>${law.pack}</code>), since ${moment(law.since)}. No search
            shows reads that are older than that law lets be kept: without a hit ${spanOf(law.readMinutesMax)}, with a
            hit ${spanOf(law.hitMinutesMax)}, pictures ${spanOf(law.pictureMinutesMax)}.
          </p>`
    }
    ${
      laws.length === 0
        ? null
        : html`${tableOfRows(
            'Law over its data, one after the other',
            [{ title: 'Pack' }, { title: 'Since' }, { title: 'SHA-256 of its text' }],
            laws.map(({ pack, since, sha256 }) => [pack, moment(since), html`<code class="id">${sha256}</code>`]),
          )}${download(base, 'laws', 'the packs')}`
    }
    <h3>What the agency says</h3>
    ${said === undefined ? missing('The agency has not said how long it keeps reads.') : wordsOf(said)}
    <h3>What was removed</h3>
    ${
      removed.length === 0
        ? html`<p>By this log, nothing was removed yet.</p>`
        : html`<p>
              Each time that reads and pictures past their time are removed, an entry of the log
              (<code>data.purge</code>) says how many.
            </p>
            ${tableOfRows(
              'Removed by month',
              [
                { title: 'Month' },
                { title: 'Frames', number: true },
                { title: 'Reads', number: true },
                { title: 'Pictures', number: true },
              ],
              [...removed].reverse().map((row) => [row.month, row.frames, row.reads, row.pictures]),
            )}${download(base, 'removed', 'removals by month')}`
    }
  </section>`;
};

const columns: readonly Column[] = [
  { title: 'Agency' },
  { title: 'Purposes' },
  { title: 'What of them' },
  { title: 'Cameras' },
  { title: 'Reads of the last days', number: true },
  { title: 'Searches a day', number: true },
  { title: 'Rows a search', number: true },
  { title: 'Valid' },
  { title: 'Approved' },
  { title: 'State' },
];

/** What of a read a grant gives, and of which plates. */
const whatOf = ({ certainPlates, platesPerDayMax, fields, openingMinutes }: GrantNumbers): string =>
  [
    ...(openingMinutes === null ? [] : [`in an emergency alone, ${openingMinutes} minutes an opening`]),
    certainPlates ? 'certain plates alone' : 'any plate',
    ...(platesPerDayMax === null ? [] : [`${platesPerDayMax} different ones a day`]),
    ...(fields === null || fields.includes('picture') ? [] : ['no pictures']),
    ...(fields === null || fields.includes('place') ? [] : ['no places']),
  ].join(', ');

const rowOf = (parts: PageParts, grant: GrantNumbers): (Markup | string | number)[] => {
  const { decided, ended } = grant;
  return [
    nameOf(parts, grant.agency),
    grant.purposes.join(', '),
    whatOf(grant),
    grant.inArea ? 'those in an area' : grant.cameras === null ? 'all' : count(grant.cameras),
    grant.dataWindowDays,
    grant.searchesPerDayMax === null ? 'no bound' : grant.searchesPerDayMax,
    grant.rowsPerSearchMax,
    html`${day(grant.validFrom)} to ${day(grant.validUntil)}`,
    decided === null
      ? html`<span class="none">not decided</span>`
      : grant.state === 'declined'
        ? html`declined ${day(decided.at)} by an ${decided.role ?? ''}`
        : html`${day(decided.at)} by an ${decided.role ?? ''}`,
    ended === null
      ? grant.state
      : html`${grant.state} ${day(ended.at)}${ended.role === null ? null : html` by an ${ended.role}`}`,
  ];
};

/** Whether searches may go under it now, by what the log says of it. */
export const inForce = (grant: GrantNumbers, now: Date): boolean => {
  const at = now.getTime();
  return (
    grant.state === 'approved' && Date.parse(grant.validFrom ?? '') <= at && at < Date.parse(grant.validUntil ?? '')
  );
};

export const grantsSection = (parts: PageParts): Markup => {
  const { numbers, now, title, base } = parts;
  const list = (name: string, grants: readonly GrantNumbers[]): Markup =>
    grants.length === 0
      ? html`<p class="none">None.</p>`
      : tableOfRows(
          name,
          columns,
          [...grants].reverse().map((grant) => rowOf(parts, grant)),
        );
  const of = (side: GrantNumbers['side'], live: boolean): GrantNumbers[] =>
    numbers.grants.filter((grant) => grant.side === side && inForce(grant, now) === live);
  return html`<section aria-labelledby="grants">
    <h2 id="grants">Sharing</h2>
    <p>
      Another agency finds this agency's reads through a grant alone: asked for by it, approved by an administrator
      here, within its purposes, cameras and time. Whom the reads are shown to is counted under
      <a href="#searches">Searches</a>.
    </p>
    <h3>Agencies that may search the reads of ${title} now</h3>
    ${list('Grants given, in force', of('given', true))}
    <h3>Grants given that are not in force: waiting, declined, ended or over</h3>
    ${list('Grants given, not in force', of('given', false))}
    <h3>Agencies whose reads ${title} may search now</h3>
    ${list('Grants received, in force', of('received', true))}
    <h3>Grants received that are not in force</h3>
    ${list('Grants received, not in force', of('received', false))}
    ${numbers.grants.length === 0 ? null : download(base, 'grants', 'all grants')}
  </section>`;
};
