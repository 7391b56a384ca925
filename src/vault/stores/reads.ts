// Reads: stored by the recogniser inside its agency, found by searches within what the permit opens, own and granted.
import type { Verdict } from '../../access/decide.js';
import { notFound } from '../../core/errors.js';
import {
  newId,
  type AgencyId,
  type CameraId,
  type FrameId,
  type JobId,
  type MemberId,
  type ReadId,
  type ReadReviewId,
} from '../../core/ids.js';
import type { PlatePattern } from '../../core/plate.js';
import type { Area, ReadFilters } from '../../core/read-filters.js';
import type { ReadVerdict } from '../../core/read-verdict.js';
import { matchOf, type Match, type Rank } from '../../core/plate-match.js';
import type { Bound } from './bound.js';
import { keepResult, nothingTold, type FrameOutcome } from './frame-results.js';
import { finish } from './jobs.js';
import { openedSql } from './opened-sql.js';
import { keepBeside, toldColumns, toldConditions, type ToldOfRead } from './read-told.js';
import {
  likeOf,
  nearAmong,
  platesFitting,
  platesMax,
  platesNearMax,
  platesNearStatement,
  platesOf,
  scopeAfter,
  shaped,
  type Opened,
  type Shaped,
  type Wanted,
} from './plates.js';

export interface NewRead {
  /** Place of the plate among those of its frame, from 0. */
  readonly ordinal: number;
  readonly plate: string;
  readonly confidence: number;
  readonly chars: readonly { readonly c: string; readonly p: number }[];
  readonly candidates: readonly { readonly text: string; readonly confidence: number }[];
  readonly region: string | null;
  readonly regionConfidence: number | null;
  readonly state: string | null;
  readonly stateConfidence: number | null;
  /** [[x, y] x 4] in pixels of the frame. */
  readonly corners: readonly (readonly [number, number])[];
  readonly cropKey: string | null;
  readonly modelId: string;
  readonly modelHash: string;
}

export interface ReadWriter {
  /**
   * Ends the job and stores its frame's reads and what became of it, each once whoever tries again.
   * @returns the ids stored; undefined when the lease is no longer held and nothing was stored
   */
  store(
    job: {
      jobId: JobId;
      leaseToken: string;
      frame: { frameId: FrameId; cameraId: CameraId; capturedAt: Date; receivedAt: Date };
    },
    reads: readonly NewRead[],
    outcome?: FrameOutcome,
  ): Promise<ReadId[] | undefined>;
}

export const readWriter = (bound: Bound): ReadWriter => ({
  store: async (job, reads, outcome = nothingTold) => {
    const ended = await finish(bound, job.jobId, job.leaseToken);
    if (!ended) return undefined;
    await keepResult(bound, job.frame.frameId, reads, outcome);
    const { told } = ended;
    if (reads.length === 0) return keepBeside(bound, job, told, outcome, [], []);
    const { frameId, cameraId, capturedAt, receivedAt } = job.frame;
    const ids = reads.map(() => newId<ReadId>());
    const column = <T>(of: (read: NewRead) => T): T[] => reads.map(of);
    await bound.sql.query({
      name: 'reads-insert',
      text: `insert into reads (agency_id, frame_id, camera_id, captured_at, received_at, id, ordinal, plate, confidence, chars, candidates, region, region_confidence, state, state_confidence, corners, crop_key, model_id, model_hash)
        select $1, $2, $3, $4, $5, * from unnest($6::uuid[], $7::int[], $8::text[], $9::real[], $10::jsonb[], $11::jsonb[], $12::text[], $13::real[], $14::text[], $15::real[], $16::jsonb[], $17::text[], $18::text[], $19::text[])
        on conflict (agency_id, frame_id, ordinal, captured_at) do nothing`,
      values: [
        bound.home,
        frameId,
        cameraId,
        capturedAt,
        receivedAt,
        ids,
        column((read) => read.ordinal),
        column((read) => read.plate),
        column((read) => read.confidence),
        column((read) => JSON.stringify(read.chars)),
        column((read) => JSON.stringify(read.candidates)),
        column((read) => read.region),
        column((read) => read.regionConfidence),
        column((read) => read.state),
        column((read) => read.stateConfidence),
        column((read) => JSON.stringify(read.corners)),
        column((read) => read.cropKey),
        column((read) => read.modelId),
        column((read) => read.modelHash),
      ],
    });
    return keepBeside(bound, job, told, outcome, reads, ids);
  },
});

export interface ReadQuery {
  /** undefined: cameras and time only. */
  readonly plate?: PlatePattern | undefined;
  readonly cameraIds?: readonly CameraId[] | undefined;
  readonly from: Date;
  readonly to: Date;
  readonly filters?: ReadFilters | undefined;
  /** Of an agency: only what comes after this in the order of time, newest first. Times are compared as they are kept, to the millisecond. */
  readonly after?: ReadonlyMap<AgencyId, { readonly at: Date; readonly readId: ReadId }> | undefined;
  /** Of a search for misread plates: only what comes after this in the order of likeness, whoever's it is. */
  readonly afterRank?: Rank | undefined;
  /** Rows at most, over all agencies. */
  readonly limit: number;
}

export interface FoundRead extends ToldOfRead {
  readonly agencyId: AgencyId;
  readonly readId: ReadId;
  readonly frameId: FrameId;
  readonly cameraId: CameraId;
  readonly cameraName: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly capturedAt: Date;
  readonly receivedAt: Date;
  /** null: not told, under a grant without pictures. */
  readonly clockSuspect: boolean | null;
  readonly plate: string;
  readonly confidence: number;
  readonly chars: readonly { c: string; p: number }[];
  readonly candidates: readonly { text: string; confidence: number }[];
  readonly region: string | null;
  readonly regionConfidence: number | null;
  readonly state: string | null;
  readonly stateConfidence: number | null;
  readonly corners: readonly (readonly [number, number])[];
  readonly hasCrop: boolean;
  readonly modelId: string;
  readonly modelHash: string;
  /** Why it was found; undefined when no plate was asked for. */
  readonly match?: Match | undefined;
  /** Of own reads, newest first: the newest stands. */
  readonly reviews?: readonly ReadReview[] | undefined;
}

/** What a member of the owner said of a read. */
export interface ReadReview {
  readonly reviewId: ReadReviewId;
  readonly verdict: ReadVerdict;
  /** What it should be; null unless `correct`. */
  readonly corrected: string | null;
  readonly reason: string;
  readonly by: { readonly id: MemberId; readonly login: string; readonly name: string };
  readonly at: Date;
}

/** Longest answer that one owner gives: the grant's limit of rows; for the own agency the query's. */
export const rowsMaxOf = (verdict: Verdict, limit: number): number =>
  verdict.verdict === 'granted'
    ? Math.min(limit, Math.max(...verdict.grants.map((grant) => grant.rowsPerSearchMax)))
    : limit;

/** What is selected of a read `r` and its camera `c`. */
export const foundColumns = `select r.agency_id as "agencyId", r.id as "readId", r.frame_id as "frameId", r.camera_id as "cameraId",
  c.name as "cameraName", c.latitude, c.longitude, r.captured_at as "capturedAt", r.received_at as "receivedAt",
  (select f.clock_suspect from frames f where f.agency_id = r.agency_id and f.id = r.frame_id) as "clockSuspect",
  r.plate, r.confidence, r.chars, r.candidates, r.region, r.region_confidence as "regionConfidence",
  r.state, r.state_confidence as "stateConfidence", r.corners,
  r.crop_key is not null as "hasCrop", r.model_id as "modelId", r.model_hash as "modelHash",
  ${toldColumns}`;

/** Cameras of an area. */
const placed = ({ north, south, east, west }: Area, next: (value: unknown) => string): string => {
  const [from, to] = [`c.longitude >= ${next(west)}::float8`, `c.longitude <= ${next(east)}::float8`];
  return `r.camera_id in (select c.id from cameras c where c.agency_id = $1 and c.latitude between ${next(south)}::float8 and ${next(north)}::float8
    and (${from} ${west <= east ? 'and' : 'or'} ${to}))`;
};

const filtered = (filters: ReadFilters, next: (value: unknown) => string): string[] => {
  const { regions, states, confidenceMin, area } = filters;
  return [
    ...(regions ? [`r.region = any(${next(regions)}::text[])`] : []),
    ...(states ? [`r.state = any(${next(states)}::text[])`] : []),
    // As the column is kept: what is less than the least of it would fail.
    ...(confidenceMin === undefined ? [] : [`r.confidence >= ${next(Math.fround(confidenceMin))}::real`]),
    ...(area ? [placed(area, next)] : []),
    ...toldConditions(filters, next),
  ];
};

/** Conditions on reads `r` but that of their plate: agency, window, cameras, filters, page and what the permit opens. */
export const conditionsOf = (
  query: ReadQuery,
  agencyId: AgencyId,
  opened: Opened,
  next: (value: unknown) => string,
): string[] => {
  const { from, to, cameraIds, filters = {}, after } = query;
  const page = after?.get(agencyId);
  const pageOf = (at: string): string[] => [
    `r.captured_at <= ${at}`,
    `(r.captured_at < ${at} or r.id > ${next(page?.readId)}::uuid)`,
  ];
  return [
    `r.captured_at >= ${next(from)}`,
    `r.captured_at < ${next(to)}`,
    ...(page ? pageOf(next(page.at)) : []),
    ...(cameraIds ? [`r.camera_id = any(${next(cameraIds)}::uuid[])`] : []),
    ...filtered(filters, next),
    `(${scopeAfter(opened, next)})`,
  ];
};

/**
 * The statement of a search by one plate or by time, newest first. Only operators that row-level security lets reach the index stand
 * before the policy: `=` and ranges. A pattern's LIKE comes after the policy, over rows of the window that it has let through, from
 * the newest on: for patterns that are met so often that this ends soon.
 */
export const searchStatement = (
  query: ReadQuery,
  agencyId: AgencyId,
  opened: Opened,
  limit: number,
  columns = foundColumns,
): Shaped => {
  const values: unknown[] = [agencyId, limit];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const { plate } = query;
  const byPlate =
    plate?.kind === 'exact'
      ? [`r.plate = ${next(plate.text)}`]
      : plate
        ? [`r.plate like ${next(likeOf(plate.text))}`]
        : [];
  const text = `${columns}
      from reads r left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      where r.agency_id = $1 and ${[...byPlate, ...conditionsOf(query, agencyId, opened, next)].join(' and ')}
      order by r.captured_at desc, r.id limit $2`;
  return shaped('search', text, values);
};

/** What looking for reads needs of a store's bonds. */
type Asking = Pick<Bound, 'sql' | 'rows'>;

/** The statement of a search for several plates: of each tier the newest reads, at most `limit` in all. */
export const platesStatement = (
  wanted: readonly Wanted[],
  query: ReadQuery,
  agencyId: AgencyId,
  opened: Opened,
  limit: number,
  columns = foundColumns,
): Shaped => {
  const of = wanted.map((each) => each.agencyId ?? agencyId);
  const values: unknown[] = [agencyId, limit, wanted.map(({ plate }) => plate), wanted.map(({ tier }) => tier), of];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const text = `${columns}
      from (select wanted.tier, found.* from unnest($3::text[], $4::int[], $5::uuid[]) as wanted (plate, tier, of) cross join lateral (select r.* from reads r
          where r.agency_id = $1 and wanted.of = $1 and r.plate = wanted.plate and ${conditionsOf(query, agencyId, opened, next).join(' and ')}
          order by r.captured_at desc, r.id limit $2) found
        order by wanted.tier, found.captured_at desc, found.id limit $2) r
      left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      order by r.tier, r.captured_at desc, r.id`;
  return shaped('search-plates', text, values);
};

/**
 * The statement of a search for part of a plate: the plates that fit, and of all of them the newest reads, at most `limit`; one row that says how
 * many plates fit where there is no read, and no read where more than `platesMax` do.
 */
export const patternStatement = (
  pattern: Extract<PlatePattern, { kind: 'pattern' }>,
  query: ReadQuery,
  agencyId: AgencyId,
  opened: { readonly reads: Opened; readonly sightings: Opened },
  limit: number,
  columns = foundColumns,
): Shaped => {
  const values: unknown[] = [agencyId, limit];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const text = `with wanted as materialized (${platesFitting(pattern, query, opened.sightings, next)}),
        counted as materialized (select count(*)::int as plates from wanted)
      select counted.plates, found.* from counted left join lateral (${columns}
        from (select near.* from wanted cross join lateral (select r.* from reads r
            where r.agency_id = $1 and r.plate = wanted.plate and ${conditionsOf(query, agencyId, opened.reads, next).join(' and ')}
            order by r.captured_at desc, r.id limit $2) near
          order by near.captured_at desc, near.id limit $2) r
        left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id) found on counted.plates <= ${platesMax}
      order by found."capturedAt" desc, found."readId"`;
  return shaped('search-pattern', text, values);
};

/** What one owner's statement answers, `more` where not all that is near could be compared. */
interface Answered {
  readonly found: FoundRead[];
  readonly more: boolean;
}
type FoundRow = FoundRead & { [column: string]: unknown };

const misread = async (
  bound: Asking,
  pattern: Extract<PlatePattern, { kind: 'near' }>,
  query: ReadQuery,
  agencyId: AgencyId,
  opened: { readonly reads: Opened; readonly sightings: Opened },
  limit: number,
  columns: string,
): Promise<Answered> => {
  const statement = platesNearStatement(pattern, query, agencyId, opened.sightings, platesNearMax + 1);
  const { wanted, more } = nearAmong(pattern, query.afterRank?.tier, await platesOf(bound, statement));
  if (wanted.length === 0) return { found: [], more };
  const { rows } = await bound.sql.query<FoundRow>(
    platesStatement(wanted, query, agencyId, opened.reads, limit, columns),
  );
  return { found: rows, more };
};

/** One owner's reads that fit, nearest and then newest first, at most `max`. */
export const readsOf = async (
  bound: Asking,
  query: ReadQuery,
  agencyId: AgencyId,
  max: number,
  columns = foundColumns,
): Promise<{ reads: FoundRead[]; more: boolean }> => {
  const scope = bound.rows('Read');
  const opened = { reads: openedSql(scope, agencyId, 'r'), sightings: openedSql(scope, agencyId, 'p') };
  const { plate } = query;
  const byTime = async (): Promise<Answered> => {
    const statement = searchStatement(query, agencyId, opened.reads, max + 1, columns);
    return { found: (await bound.sql.query<FoundRow>(statement)).rows, more: false };
  };
  const byPattern = async (pattern: Extract<PlatePattern, { kind: 'pattern' }>): Promise<Answered> => {
    const statement = patternStatement(pattern, query, agencyId, opened, max + 1, columns);
    const { rows } = await bound.sql.query<FoundRow & { plates: number }>(statement);
    if (rows[0]!.plates > platesMax) return byTime();
    return { found: rows.filter(({ readId }) => readId !== null).map(({ plates: _, ...read }) => read), more: false };
  };
  const { found, more } =
    plate?.kind === 'near'
      ? await misread(bound, plate, query, agencyId, opened, max + 1, columns)
      : await (plate?.kind === 'pattern' ? byPattern(plate) : byTime());
  const reads = found.slice(0, max).map((read) => (plate ? { ...read, match: matchOf(plate, read) } : read));
  return { reads, more: more || found.length > max };
};

export interface PictureReader {
  /** Where the bytes of a read's crop or frame lie. @throws not_found when the permit does not open it */
  find(agencyId: AgencyId, readId: ReadId, kind: 'crop' | 'frame'): Promise<{ blobKey: string; mediaType: string }>;
}

export const pictureReader = ({ prisma, rows, shown }: Bound): PictureReader => ({
  find: async (agencyId, readId, kind) => {
    const read = await prisma.read.findFirst({
      where: { AND: [rows('Read'), { agencyId, id: readId }] },
      select: { cropKey: true, frameId: true },
    });
    if (!read) throw notFound('read');
    if (kind === 'crop') {
      if (read.cropKey === null) throw notFound('picture');
      shown(agencyId, 1);
      return { blobKey: read.cropKey, mediaType: 'image/jpeg' };
    }
    const frame = await prisma.frame.findFirst({
      where: { AND: [rows('Frame'), { agencyId, id: read.frameId }] },
      select: { blobKey: true, mediaType: true },
    });
    if (!frame) throw notFound('picture');
    shown(agencyId, 1);
    return frame;
  },
});
