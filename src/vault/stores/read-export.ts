// The reads that a search showed, looked up again for a file: only those that are still there and still open to whoever exports, by the grants,
// the law and the retention of this moment. Where the permit opens the frame of a place and time it gives the pictures of its reads, and else none.
import type { Verdict } from '../../access/decide.js';
import type { AgencyId, ReadId } from '../../core/ids.js';
import type { Bound } from './bound.js';
import { asGiven } from './given.js';
import { openedSql } from './opened-sql.js';
import { scopeAfter, shaped } from './plates.js';
import { ownColumns, saidOf } from './read-reviews.js';
import { foundColumns, rowsMaxOf, type FoundRead } from './reads.js';

/** A read with where its pictures lie; null where there is none, or no grant of its owner gives any. */
export interface ExportedRead extends FoundRead {
  readonly cropKey: string | null;
  readonly frameKey: string | null;
}

export interface ReadExporter {
  /** Those of the named reads that are still open, each owner's in the order in which they were named. */
  find(named: readonly { readonly agencyId: AgencyId; readonly readId: ReadId }[]): Promise<ExportedRead[]>;
}

export const readExporter = (bound: Bound): ReadExporter => ({
  find: async (named) => {
    const { sql, home, rows, permit, shown } = bound;
    const action = permit.demand.action;
    const givesPictures = permit.ability.can(action, 'Frame');
    const ofOwner = async (verdict: Verdict): Promise<ExportedRead[]> => {
      const { agencyId } = verdict;
      const ids = named.filter((each) => each.agencyId === agencyId).map(({ readId }) => readId);
      const values: unknown[] = [agencyId, ids, home];
      const next = (value: unknown): string => `$${values.push(value)}`;
      const opened = scopeAfter(openedSql(rows('Read'), agencyId, 'r'), next);
      const pictured = givesPictures ? scopeAfter(openedSql(rows('Frame'), agencyId, 'r'), next) : 'false';
      // The database is asked once more, by the grant itself.
      const gives = `(${pictured}) and (r.agency_id = $3 or granted(r.agency_id, r.camera_id, r.captured_at, 'picture', r.plate, (select open_grants())))`;
      const { rows: found } = await sql.query<ExportedRead & { [column: string]: unknown }>(
        shaped(
          'read-export',
          `${agencyId === home ? ownColumns : foundColumns}, case when ${gives} then r.crop_key end as "cropKey",
            case when ${gives} then (select f.blob_key from frames f where f.agency_id = r.agency_id and f.id = r.frame_id) end as "frameKey"
          from reads r left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
          where r.agency_id = $1 and r.id = any($2::uuid[]) and (${opened})`,
          values,
        ),
      );
      const order = new Map(ids.map((readId, at) => [readId, at]));
      const reads = found.sort((a, b) => order.get(a.readId)! - order.get(b.readId)!);
      // A grant of fewer rows than the search was made under may be what is left of it.
      const some = reads.slice(0, rowsMaxOf(verdict, reads.length));
      shown(agencyId, some.length);
      return some;
    };
    const opened = permit.verdicts.filter((each) => each.verdict !== 'refused');
    const found = (await Promise.all(opened.map(ofOwner))).flat();
    return found.map((read) => (read.agencyId === home ? saidOf(read) : asGiven(bound)(read)));
  },
});
