// One question to many owners is one statement: what is asked of one owner is asked of each of a list of them, with that owner's limit and with what the
// permit opens of him. So what the second wall looks up is looked up once, and not once an owner.
import type { AgencyId } from '../../core/ids.js';
import type { RowCondition } from '../../access/ability.js';
import { openedByRule, openedRules, rowsOfRules } from './opened-sql.js';
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

/** Rules of a permit as rows of a table of that name. */
const rulesAs = (name: string, rows: string): string => `${name} as materialized (${rowsOfRules(rows)})`;

/** What is opened of the owner asked: reads `r`, sightings `p`, and pictures of reads `r` where the permit's rules over frames are given. */
interface OpenedOfOwner {
  readonly reads: Opened;
  readonly sightings: Opened;
  readonly pictures: Opened;
}

/**
 * The statement of one owner asked of many.
 * @param ask makes it for what is opened; its $1 is the owner and, where `limited`, its $2 the limit of rows
 * @param frames the permit's rules over frames; undefined opens no pictures
 * @returns a statement whose rows say in `ownerId` whose they are
 */
export const overOwners = <Query extends Pick<ReadQuery, 'after'>>(
  bound: Pick<Bound, 'rows'>,
  { after, ...query }: Query,
  owners: readonly Owner[],
  ask: (query: Omit<Query, 'after'>, opened: OpenedOfOwner) => Shaped,
  { limited = true, frames }: { readonly limited?: boolean; readonly frames?: RowCondition | undefined } = {},
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
  const opened = {
    reads: scopeOf('r', more),
    sightings: { text: openedByRule('p'), values: [] },
    pictures: { text: frames ? openedByRule('r', 'pictured') : 'false', values: [] },
  };
  const one = ask(query, opened);
  const values: unknown[] = [ids[2], ...(limited ? [limits[2]] : one.values.slice(1, 2)), ...one.values.slice(2)];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const columns = [ids, ...(limited ? [limits] : []), ...more];
  const places = columns.map(([, type, rows], n) => (n < (limited ? 2 : 1) ? `$${n + 1}` : next(rows)) + `::${type}`);
  const text = one.text.replace(/\$1(?!\d)/g, 'owner.agency_id').replace(/\$2(?!\d)/g, limited ? 'owner.max' : '$2');
  const rules = (of: RowCondition): string => next(JSON.stringify(openedRules(of, ids[2] as string[])));
  const tables = [rulesAs('rule', rules(bound.rows('Read'))), ...(frames ? [rulesAs('pictured', rules(frames))] : [])];
  return shaped(
    'owners',
    `with ${tables.join(', ')}
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

/**
 * The rows of each owner: the own agency, and another that is the only one, asked by themselves; several others at once.
 * @param alone one owner's statement
 * @param together that of several others
 */
export const rowsOfEach = async <Row, One extends Owner>(
  { sql, home }: Pick<Bound, 'sql' | 'home'>,
  owners: readonly One[],
  alone: (owner: One) => Shaped,
  together: (owners: readonly One[]) => Shaped,
): Promise<Map<AgencyId, Row[]>> => {
  const ask = async (some: readonly One[]): Promise<Map<AgencyId, Row[]>> => {
    const [first, ...rest] = some;
    if (!first) return new Map();
    if (rest.length > 0) return byOwner<Row>(some, (await sql.query<Owned<Row>>(together(some))).rows);
    const { rows } = await sql.query<Row & { [column: string]: unknown }>(alone(first));
    return new Map([[first.agencyId, rows]]);
  };
  const found = await Promise.all([
    ask(owners.filter(({ agencyId }) => agencyId === home)),
    ask(owners.filter(({ agencyId }) => agencyId !== home)),
  ]);
  return new Map(found.flatMap((each) => [...each]));
};
