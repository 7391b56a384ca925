// What of the own log leaves when records are asked for: entries of a period with the fields that were named, plates as pseudonyms. The key of the
// pseudonyms is made for one release and forgotten with it: it is written nowhere, so nobody can be made to hand it over.
import { randomBytes } from 'node:crypto';
import type { Opening } from '../../audit/commitment.js';
import { disclosed, platesIn, type DisclosableField, type Disclosed } from '../../audit/disclosure.js';
import { countsOf, type DisclosedCounts } from '../../audit/disclosure-counts.js';
import { conflict, invalid } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import { commitsInSql } from '../log-values.js';
import type { Bound } from './bound.js';
import { destroyedPeriods, type DestroyedPeriod } from './log-periods.js';
import { publicBody } from './log-public.js';

/** Most entries of one release; a longer period is asked for in parts. */
export const disclosedEntriesMax = 10_000;

export interface DisclosedEntry extends Disclosed {
  readonly entry: number;
  readonly at: Date;
  /** Canonical JSON; null of an entry that is older than the public form. Of such a one nothing is opened either. */
  readonly body: string | null;
}

/** What is asked of a release. */
export interface Disclosing {
  readonly from: Date;
  readonly to: Date;
  readonly fields: readonly DisclosableField[];
  /** Only tables of counts leave, without counts below this; undefined: entries leave, and every count. */
  readonly suppressBelow?: number | undefined;
  /** Most entries, where it is to be fewer than any release may have. */
  readonly entriesMax?: number | undefined;
}

export interface DisclosedRecords {
  /** With a time in [from, to), in order; none where small counts are not told, because counting them would tell. */
  readonly entries: readonly DisclosedEntry[];
  readonly counts: DisclosedCounts;
  /** Who acted in them, by the public directory. */
  readonly agencies: readonly { readonly id: AgencyId; readonly slug: string; readonly name: string }[];
  /** Months of which no personal value can be disclosed any more. */
  readonly destroyed: readonly DestroyedPeriod[];
}

export interface LogDiscloser {
  /** @throws PlatewardError 400 `disclosure_long` when they are too many for one release */
  disclose(asked: Disclosing): Promise<DisclosedRecords>;
}

const nothing: Disclosed = { opened: {}, told: {}, plate: null };

/** The agencies that the entries say acted. */
const actors = (bodies: readonly (string | null)[]): string[] => [
  ...new Set(bodies.flatMap((body) => /"by":\{"agencyId":"([0-9a-f-]{36})"/.exec(body ?? '')?.[1] ?? [])),
];

export const logDiscloser = ({ sql, home, rows, noted, values }: Bound): LogDiscloser => ({
  disclose: async ({ from, to, fields, suppressBelow, entriesMax = disclosedEntriesMax }) => {
    rows('LogEntry');
    const { rows: kept } = await sql.query<{
      entry: string;
      at: Date;
      body: string;
      opened: Record<string, Opening>;
      sealed: Buffer | null;
      commits: boolean;
    }>({
      name: 'log-disclose',
      text: `select entry, at, body, opened, sealed, ${commitsInSql} as commits from log_entries
        where agency_id = $1 and at >= $2 and at < $3 order by entry limit $4`,
      values: [home, from, to, entriesMax + 1],
    });
    if (kept.length > entriesMax)
      throw invalid(
        'disclosure_long',
        `The log has more than ${entriesMax} entries in this period; ask for it in parts.`,
      );
    noted({ entries: kept.length });
    const read = await values.read(sql, home, kept);
    // What was changed cannot be told apart from what is withheld by whoever gets the release.
    if (read.some(({ state }) => state === 'damaged'))
      throw conflict(
        'log_values_damaged',
        'Opened values of entries in this period were changed in the database and cannot be disclosed; `plateward doctor --as` names the entries.',
      );
    const found = kept.map((row, index) => ({ ...row, ...read[index]! }));
    const key = randomBytes(32);
    const known = platesIn(found.map(({ opened }) => opened));
    const entries = found.map(({ entry, at, body, opened }): DisclosedEntry => {
      const shown = publicBody(body);
      const leaves = shown === undefined ? nothing : disclosed(opened, fields, known, key);
      return { entry: Number(entry), at, body: shown ?? null, ...leaves };
    });
    const { rows: agencies } = await sql.query<DisclosedRecords['agencies'][number] & { [column: string]: unknown }>({
      name: 'log-disclose-agencies',
      text: 'select agency_id as id, slug, name from agencies where agency_id = any($1::uuid[]) order by slug',
      values: [actors(entries.map(({ body }) => body))],
    });
    return {
      entries: suppressBelow === undefined ? entries : [],
      counts: countsOf(entries, suppressBelow),
      agencies,
      destroyed: await destroyedPeriods(sql, home, found),
    };
  },
});
