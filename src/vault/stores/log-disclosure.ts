// What of the own log leaves when records are asked for: entries of a period with the fields that were named, plates as pseudonyms. The key of the
// pseudonyms is made for one release and forgotten with it: it is written nowhere, so nobody can be made to hand it over.
import { randomBytes } from 'node:crypto';
import type { Opening } from '../../audit/commitment.js';
import { disclosed, platesIn, type DisclosableField, type Disclosed } from '../../audit/disclosure.js';
import { invalid } from '../../core/errors.js';
import type { Bound } from './bound.js';
import { publicBody } from './log-public.js';

/** Most entries of one release; a longer period is asked for in parts. */
export const disclosedEntriesMax = 10_000;

export interface DisclosedEntry extends Disclosed {
  readonly entry: number;
  readonly at: Date;
  /** Canonical JSON; null of an entry that is older than the public form. Of such a one nothing is opened either. */
  readonly body: string | null;
}

export interface LogDiscloser {
  /**
   * Entries with a time in [from, to), in order.
   * @throws PlatewardError 400 `disclosure_long` when they are too many for one release
   */
  disclose(from: Date, to: Date, fields: readonly DisclosableField[]): Promise<DisclosedEntry[]>;
}

const nothing: Disclosed = { opened: {}, told: {}, plate: null };

export const logDiscloser = ({ sql, home, rows, noted }: Bound): LogDiscloser => ({
  disclose: async (from, to, fields) => {
    rows('LogEntry');
    const { rows: found } = await sql.query<{
      entry: string;
      at: Date;
      body: string;
      opened: Record<string, Opening>;
    }>({
      name: 'log-disclose',
      text: `select entry, at, body, opened from log_entries
        where agency_id = $1 and at >= $2 and at < $3 order by entry limit $4`,
      values: [home, from, to, disclosedEntriesMax + 1],
    });
    if (found.length > disclosedEntriesMax)
      throw invalid(
        'disclosure_long',
        `The log has more than ${disclosedEntriesMax} entries in this period; ask for it in parts.`,
      );
    noted({ entries: found.length });
    const key = randomBytes(32);
    const known = platesIn(found.map(({ opened }) => opened));
    return found.map(({ entry, at, body, opened }) => {
      const shown = publicBody(body);
      const leaves = shown === undefined ? nothing : disclosed(opened, fields, known, key);
      return { entry: Number(entry), at, body: shown ?? null, ...leaves };
    });
  },
});
