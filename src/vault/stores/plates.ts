// Plates by part of their text: which distinct plates of an owner fit a pattern, from tables that row-level security lets be reached
// by an index. It tells texts only, to the searches that then look for the reads; and puts away what stands for reads that are gone.
import { createHash } from 'node:crypto';
import type { AgencyId, CameraId } from '../../core/ids.js';
import { keysNear } from '../../core/confusable.js';
import type { PlatePattern } from '../../core/plate.js';
import { nearPlates } from '../../core/plate-match.js';
import type { Bound } from './bound.js';

/** Distinct plates of one owner that a search looks for one by one; a pattern that more of them fit is met by so many reads that a limit of rows is soon reached. */
export const platesMax = 1000;

/** A statement with one name a shape, so that it is prepared once. */
export interface Shaped {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

/** Names of statements that were asked before. */
const names = new Map<string, string>();
/** Names kept in memory; more than there are shapes. */
const namesMax = 1000;

export const shaped = (kind: string, text: string, values: unknown[]): Shaped => {
  let name = names.get(text);
  if (name === undefined) {
    if (names.size >= namesMax) names.clear();
    name = createHash('sha256').update(text).digest('base64url').slice(0, 20);
    names.set(text, name);
  }
  return { name: `${kind}-${name}`, text, values };
};

/** What a permit opens, as SQL over an alias, with its own $1…. */
export interface Opened {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The scope with its parameters after those that a statement has. */
export const scopeAfter = (opened: Opened, next: (value: unknown) => string): string =>
  opened.text.replace(/\$(\d+)/g, (_, number: string) => next(opened.values[Number(number) - 1]));

/** A pattern as LIKE writes it; the alphabet of patterns has no character that LIKE knows but these two. */
export const likeOf = (pattern: string): string => pattern.replaceAll('?', '_').replaceAll('*', '%');

/** The first text after all that begin with `prefix`, in the order of bytes ("C"); its last character is a letter or digit. */
const afterPrefix = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);

export interface PlateQuery {
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly from: Date;
}

/** A sighting `p` of the plates asked for that the permit opens, at these cameras, with a read since then. */
const sighted = (query: PlateQuery, opened: Opened, next: (value: unknown) => string): string =>
  [
    `p.captured_at >= ${next(query.from)}`,
    ...(query.cameraIds ? [`p.camera_id = any(${next(query.cameraIds)}::uuid[])`] : []),
    `(${scopeAfter(opened, next)})`,
  ].join(' and ');

/** Plates reached by another table `k`; the sighting is a scalar sub-select, so that it is looked up and never joined whole. */
const keyed = (table: string, conditions: string, sightings: string, limit: string): string =>
  `select distinct k.plate from ${table} k where k.agency_id = $1 and ${conditions}
      and (select true from plate_sightings p where p.agency_id = $1 and p.plate = k.plate and ${sightings} limit 1) limit ${limit}`;

/**
 * The select of plates that fit a pattern, at most `platesMax` and one, over a statement whose $1 is the agency. What is known at the beginning is
 * looked for among whole plates, what is known elsewhere among their ends, whichever is longer; LIKE comes after the policy, over rows
 * that it has let through.
 * @param opened over the alias `p`; a sighting's time is that of its newest read
 * @param next takes a value and answers its parameter
 */
export const platesFitting = (
  { text, prefix, run }: Extract<PlatePattern, { kind: 'pattern' }>,
  query: PlateQuery,
  opened: Opened,
  next: (value: unknown) => string,
): string => {
  const like = next(likeOf(text));
  const max = next(platesMax + 1);
  const between = (column: string, from: string): string =>
    `${column} >= ${next(from)} and ${column} < ${next(afterPrefix(from))}`;
  if (prefix.length >= run.length)
    return `select distinct p.plate from plate_sightings p where p.agency_id = $1 and ${between('p.plate', prefix)}
      and p.plate like ${like} and ${sighted(query, opened, next)} limit ${max}`;
  return keyed(
    'plate_suffixes',
    `${between('k.suffix', run)} and k.plate like ${like}`,
    sighted(query, opened, next),
    max,
  );
};

/** Plates of one owner that have a key in common with what is near; those that really are near are told apart afterwards. */
export const platesNearMax = 5000;

/** Plates that may be near a text, at most `max`, by their keys. Arguments as of `platesFittingStatement`. */
export const platesNearStatement = (
  { text, distance }: Extract<PlatePattern, { kind: 'near' }>,
  query: PlateQuery,
  agencyId: AgencyId,
  opened: Opened,
  max: number,
): Shaped => {
  const values: unknown[] = [agencyId];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const conditions = `k.key = any(${next(keysNear(text, distance))}::text[])`;
  return shaped('plates-near', keyed('plate_neighbours', conditions, sighted(query, opened, next), next(max)), values);
};

/** Texts that one of these statements answers. */
export const platesOf = async ({ sql }: Pick<Bound, 'sql'>, statement: Shaped): Promise<string[]> =>
  (await sql.query<{ plate: string }>(statement)).rows.map(({ plate }) => plate);

/** A plate to look for, of whom where it is not of whoever is asked; those of a lower tier come first. */
export interface Wanted {
  readonly plate: string;
  readonly tier: number;
  readonly agencyId?: AgencyId;
}

/** Of the texts that have a key in common with a plate those that are near it, nearest first, from a tier on; `more` where not all could be compared. */
export const nearAmong = (
  { text, distance }: Extract<PlatePattern, { kind: 'near' }>,
  tierMin = 0,
  texts: readonly string[],
): { wanted: Wanted[]; more: boolean } => {
  const near = nearPlates(text, distance, texts).filter(({ tier }) => tier >= tierMin);
  return { wanted: near.slice(0, platesMax), more: texts.length > platesNearMax || near.length > platesMax };
};

export interface PlateKeeper {
  /** Puts away what stands for plates whose reads went with their month. @returns sightings put away, at most `max` */
  forget(max: number): Promise<number>;
}

export const plateKeeper = ({ sql, home }: Bound): PlateKeeper => ({
  forget: async (max) =>
    (
      await sql.query({
        name: 'plates-forget',
        text: `with oldest as materialized (select min(r.captured_at) at time zone 'UTC' as at from reads r where r.agency_id = $1),
            month as materialized (select coalesce(extract(year from at) * 12 + extract(month from at), 1000000)::int as first from oldest)
          delete from plate_sightings s using (select p.plate, p.camera_id from plate_sightings p
              where p.agency_id = $1 and p.captured_month < (select first from month) order by p.captured_month limit $2) gone
            where s.agency_id = $1 and s.plate = gone.plate and s.camera_id = gone.camera_id
              and s.captured_month < (select first from month)`,
        values: [home, max],
      })
    ).rowCount ?? 0,
});
