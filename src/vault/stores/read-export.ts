// The reads that a search showed, looked up again for a file: only those that are still there and still open to whoever exports, by the grants,
// the law and the retention of this moment. Where the permit opens the frame of a place and time it gives the pictures of its reads, and else none.
import type { RowCondition } from '../../access/ability.js';
import type { AgencyId, ReadId } from '../../core/ids.js';
import type { Bound } from './bound.js';
import { asGiven } from './given.js';
import { openedSql } from './opened-sql.js';
import { overOwners, rowsOfEach, type Owner } from './owners.js';
import { scopeAfter, shaped, type Opened, type Shaped } from './plates.js';
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

interface Named {
  readonly agencyId: AgencyId;
  readonly readId: ReadId;
}

/** The statement of those of the named reads that are the owner's. @param pictures what is opened of their pictures */
const exportStatement = (
  named: readonly Named[],
  { agencyId, home, columns }: { readonly agencyId: AgencyId; readonly home: AgencyId; readonly columns: string },
  { reads, pictures }: { readonly reads: Opened; readonly pictures: Opened },
): Shaped => {
  const values: unknown[] = [agencyId, named.map(({ readId }) => readId), named.map((each) => each.agencyId), home];
  const next = (value: unknown): string => `$${values.push(value)}`;
  // The database is asked once more, by the grant itself.
  const gives = `(${scopeAfter(pictures, next)}) and (r.agency_id = $4 or granted(r.agency_id, r.camera_id, r.captured_at, 'picture', r.plate, (select open_grants())))`;
  const text = `${columns}, case when ${gives} then r.crop_key end as "cropKey",
      case when ${gives} then (select f.blob_key from frames f where f.agency_id = r.agency_id and f.id = r.frame_id) end as "frameKey"
    from unnest($2::uuid[], $3::uuid[]) as named (read_id, of) join reads r on r.agency_id = $1 and r.id = named.read_id
      left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
    where named.of = $1 and (${scopeAfter(reads, next)})`;
  return shaped('read-export', text, values);
};

/**
 * Of each owner those of the named reads that are still there and open.
 * @param named each read once
 * @param frames the permit's rules over frames; undefined gives no pictures
 */
export const readsNamed = (
  bound: Pick<Bound, 'sql' | 'rows' | 'home'>,
  named: readonly Named[],
  owners: readonly AgencyId[],
  frames: RowCondition | undefined,
): Promise<Map<AgencyId, ExportedRead[]>> => {
  const { home } = bound;
  return rowsOfEach<ExportedRead, Owner>(
    bound,
    owners.map((agencyId) => ({ agencyId, max: named.length })),
    ({ agencyId }) =>
      exportStatement(
        named,
        { agencyId, home, columns: agencyId === home ? ownColumns : foundColumns },
        {
          reads: openedSql(bound.rows('Read'), agencyId, 'r'),
          pictures: frames ? openedSql(frames, agencyId, 'r') : { text: 'false', values: [] },
        },
      ),
    (all) =>
      overOwners(
        bound,
        { after: undefined },
        all,
        (_, opened) => exportStatement(named, { agencyId: all[0]!.agencyId, home, columns: foundColumns }, opened),
        { limited: false, frames },
      ),
  );
};

export const readExporter = (bound: Bound): ReadExporter => ({
  find: async (asked) => {
    const { home, rows, permit, shown } = bound;
    const order = new Map(asked.map(({ agencyId, readId }, at) => [`${agencyId} ${readId}`, at]));
    const named = asked.filter(({ agencyId, readId }, at) => order.get(`${agencyId} ${readId}`) === at);
    const frames = permit.ability.can(permit.demand.action, 'Frame') ? rows('Frame') : undefined;
    const opened = permit.verdicts.filter((each) => each.verdict !== 'refused');
    const owners = opened.map(({ agencyId }) => agencyId);
    const placeOf = ({ agencyId, readId }: Named): number => order.get(`${agencyId} ${readId}`)!;
    const all = await readsNamed(bound, named, owners, frames);
    const found = opened.flatMap((verdict) => {
      const reads = all.get(verdict.agencyId)!.sort((a, b) => placeOf(a) - placeOf(b));
      // A grant of fewer rows than the search was made under may be what is left of it.
      const some = reads.slice(0, rowsMaxOf(verdict, reads.length));
      shown(verdict.agencyId, some.length);
      return some;
    });
    return found.map((read) => (read.agencyId === home ? saidOf(read) : asGiven(bound)(read)));
  },
});
