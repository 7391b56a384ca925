// One question to many owners is one statement: what is asked of one owner is asked of each of a list of them, with that owner's limit and with what the
// permit opens of him. So what the second wall looks up is looked up once, and not once an owner.
import type { AgencyId } from '../../core/ids.js';
import { openedByRule, openedRules } from './opened-sql.js';
import type { Bound } from './bound.js';
import { shaped, type Opened, type Shaped } from './plates.js';
import type { ReadQuery } from './reads.js';

/** Of whom is asked, at most how many rows, and until when where that is not the question's own end. */
export interface Owner {
  readonly agencyId: AgencyId;
  readonly max: number;
  readonly until?: Date | undefined;
}

/** A column of the list of owners. */
type Column = readonly [name: string, type: string, values: readonly unknown[]];

/** In a statement over owners: what the permit opens of the owner's reads, after his page and until his end. */
const scopeOf = (alias: string, columns: readonly Column[]): Opened => {
  const has = (name: string): boolean => columns.some(([column]) => column === name);
  const parts = [
    openedByRule(alias),
    ...(has('at')
      ? [`${alias}.captured_at <= owner.at and (${alias}.captured_at < owner.at or ${alias}.id > owner.read_id)`]
      : []),
    ...(has('until') ? [`${alias}.captured_at < owner.until`] : []),
  ];
  return { text: parts.join(' and '), values: [] };
};

/**
 * The statement of one owner asked of many.
 * @param ask makes it for what is opened of reads `r` and sightings `p`; its $1 is the owner and, where `limited`, its $2 the limit of rows
 * @returns a statement whose rows say in `ownerId` whose they are
 */
export const overOwners = (
  bound: Pick<Bound, 'rows'>,
  { after, ...query }: ReadQuery,
  owners: readonly Owner[],
  ask: (query: ReadQuery, opened: { readonly reads: Opened; readonly sightings: Opened }) => Shaped,
  limited = true,
): Shaped => {
  const pages = owners.map(({ agencyId }) => after?.get(agencyId));
  const ids: Column = ['agency_id', 'uuid[]', owners.map(({ agencyId }) => agencyId)];
  const limits: Column = ['max', 'int[]', owners.map(({ max }) => max + 1)];
  const more: Column[] = [
    ...(pages.some((page) => page)
      ? ([
          ['at', 'timestamptz[]', pages.map((page) => page?.at ?? 'infinity')],
          ['read_id', 'uuid[]', pages.map((page) => page?.readId ?? null)],
        ] as const)
      : []),
    ...(owners.some(({ until }) => until)
      ? ([['until', 'timestamptz[]', owners.map(({ until }) => until ?? 'infinity')]] as const)
      : []),
  ];
  const opened = { reads: scopeOf('r', more), sightings: { text: openedByRule('p'), values: [] } };
  const one = ask(query, opened);
  const values: unknown[] = [ids[2], ...(limited ? [limits[2]] : one.values.slice(1, 2)), ...one.values.slice(2)];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const columns = [ids, ...(limited ? [limits] : []), ...more];
  const places = columns.map(([, type, rows], n) => (n < (limited ? 2 : 1) ? `$${n + 1}` : next(rows)) + `::${type}`);
  const text = one.text.replace(/\$1(?!\d)/g, 'owner.agency_id').replace(/\$2(?!\d)/g, limited ? 'owner.max' : '$2');
  const rules = next(JSON.stringify(openedRules(bound.rows('Read'), ids[2] as string[])));
  return shaped(
    'owners',
    `with rule as materialized (select * from jsonb_to_recordset(${rules}::jsonb)
          as each (agency_id uuid, camera_ids uuid[], plates text[], since timestamptz))
      select owner.agency_id as "ownerId", found.* from unnest(${places.join(', ')}) as owner (${columns.map(([name]) => name).join(', ')})
        cross join lateral (${text}) found`,
    values,
  );
};

/** A row of such a statement. */
export type Owned<Row> = Row & { readonly ownerId: AgencyId; [column: string]: unknown };

/** The rows of each owner. */
export const byOwner = <Row>(owners: readonly Owner[], rows: readonly Owned<Row>[]): Map<AgencyId, Row[]> => {
  const found = new Map(owners.map(({ agencyId }) => [agencyId, [] as Row[]]));
  for (const { ownerId, ...row } of rows) found.get(ownerId)?.push(row as unknown as Row);
  return found;
};
