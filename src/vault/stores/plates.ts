// Plates by part of their text: which distinct plates of an owner fit a pattern, from tables that row-level security lets be reached
// by an index. It tells texts only, to the searches that then look for the reads; and puts away what stands for reads that are gone.
import { createHash } from 'node:crypto';
import type { AgencyId, CameraId } from '../../core/ids.js';
import { keysNear } from '../../core/confusable.js';
import type { PlatePattern } from '../../core/plate.js';
import type { Bound } from './bound.js';

/** Distinct plates of one owner that a search looks for one by one; a pattern that more of them fit is met by most reads anyway. */
export const platesMax = 1000;

/** A statement with one name a shape, so that it is prepared once. */
export interface Shaped {
  readonly name: string;
  readonly text: string;
  readonly values: unknown[];
}

export const shaped = (kind: string, text: string, values: unknown[]): Shaped => ({
  name: `${kind}-${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`,
  text,
  values,
});

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
 * Plates that fit a pattern, at most `max`. What is known at the beginning is looked for among whole plates, what is known elsewhere
 * among their ends, whichever is longer; LIKE comes after the policy, over rows that it has let through.
 * @param opened over the alias `p`; a sighting's time is that of its newest read
 */
export const platesFittingStatement = (
  pattern: Extract<PlatePattern, { kind: 'pattern' }>,
  query: PlateQuery,
  agencyId: AgencyId,
  opened: Opened,
  max: number,
): Shaped => {
  const values: unknown[] = [agencyId];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const { prefix, run } = pattern;
  const like = next(likeOf(pattern.text));
  const between = (column: string, text: string): string =>
    `${column} >= ${next(text)} and ${column} < ${next(afterPrefix(text))}`;
  if (prefix.length >= run.length)
    return shaped(
      'plates-by-prefix',
      `select distinct p.plate from plate_sightings p where p.agency_id = $1 and ${between('p.plate', prefix)}
      and p.plate like ${like} and ${sighted(query, opened, next)} limit ${next(max)}`,
      values,
    );
  const conditions = `${between('k.suffix', run)} and k.plate like ${like}`;
  return shaped('plates-by-run', keyed('plate_suffixes', conditions, sighted(query, opened, next), next(max)), values);
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
