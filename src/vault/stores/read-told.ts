// What cameras told of the vehicle of a read and of its way: kept apart from the reads, because it is told and not read by us, and because each part is under the
// wall of what it is. A vehicle is what a picture shows, a direction is of the place.
import type { CameraId, FrameId, JobId, ReadId } from '../../core/ids.js';
import type { ReadFilters } from '../../core/read-filters.js';
import { asksVehicle, directionFilterOf } from '../../core/read-filters.js';
import type { Told } from '../../core/told-form.js';
import type { Direction, Vehicle } from '../../core/told.js';
import { wayBetween, wayGapMs, type SizedRead } from '../../recognition/way.js';
import type { Bound } from './bound.js';
import { discardedOf, type FrameOutcome } from './frame-results.js';

/** The bearing of a way at a camera `c`: towards where it looks, or against it; null where that is not known. */
const bearingBy = (way: string): string =>
  `(c.bearing + case ${way} when 'approaching' then 180 when 'receding' then 0 end) % 360`;

/** What a camera told of a read; null: nothing, or a grant without pictures or places does not give it. */
export interface ToldOfRead {
  readonly vehicle: Vehicle | null;
  readonly direction: Direction | null;
}

/**
 * Keeps with the one read of a frame what its camera told, and forgets what came with the frame.
 * @param alone whether the frame showed one plate and no other, not even one that is left out: of several nobody knows which vehicle was meant
 */
const keepTold = async (
  { sql, home }: Bound,
  { jobId, frame }: { readonly jobId: JobId; readonly frame: { readonly frameId: FrameId; readonly capturedAt: Date } },
  told: Told,
  alone: boolean,
): Promise<void> => {
  const { direction, vehicle = {} } = alone ? told : {};
  const { type, color, make, model } = vehicle;
  const [bearing, way] = typeof direction === 'number' ? [direction, undefined] : [undefined, direction];
  await sql.query({
    name: 'read-told-keep',
    text: `with forgotten as (update jobs set told = null where agency_id = $1 and id = $2),
        read as (select r.captured_at, r.frame_id, r.id, r.camera_id, r.plate from reads r where r.agency_id = $1 and r.frame_id = $3 and r.captured_at = $4),
        directed as (insert into read_directions (agency_id, frame_id, read_id, captured_at, camera_id, plate, bearing, way)
          select $1, r.frame_id, r.id, r.captured_at, r.camera_id, r.plate, coalesce($5::int, ${bearingBy('$6::text')}), $6::text from read r
            join cameras c on c.agency_id = $1 and c.id = r.camera_id where num_nonnulls($5::int, $6::text) > 0)
      insert into read_vehicles (agency_id, frame_id, read_id, captured_at, camera_id, plate, type, color, make, model)
        select $1, r.frame_id, r.id, r.captured_at, r.camera_id, r.plate, $7::text, $8::text, $9::text, $10::text from read r
          where num_nonnulls($7::text, $8::text, $9::text, $10::text) > 0`,
    values: [home, jobId, frame.frameId, frame.capturedAt, bearing, way, type, color, make, model].map(
      (value) => value ?? null,
    ),
  });
};

/**
 * Reckons which way the vehicles of a frame go, from the sizes of their plates here and in the frames around it, and keeps it with both reads. What a camera told
 * stands. Frames of another size say nothing: the camera was set anew between them.
 */
const keepWays = async (
  { sql, home }: Bound,
  {
    frameId,
    cameraId,
    capturedAt,
  }: { readonly frameId: FrameId; readonly cameraId: CameraId; readonly capturedAt: Date },
  reads: readonly (Pick<SizedRead, 'corners'> & { readonly readId: ReadId; readonly plate: string })[],
): Promise<void> => {
  const { rows: near } = await sql.query<SizedRead & { plate: string; readId: ReadId; frameId: FrameId }>({
    name: 'read-ways-near',
    text: `select r.plate, r.corners, r.captured_at as "capturedAt", r.id as "readId", r.frame_id as "frameId" from reads r
        join frames f on f.agency_id = $1 and f.id = r.frame_id join frames o on o.agency_id = $1 and o.id = $3 and (o.width, o.height) = (f.width, f.height)
      where r.agency_id = $1 and r.plate = any($2::text[]) and r.camera_id = $4 and r.frame_id <> $3
        and r.captured_at >= $5::timestamptz - $6 * interval '1 millisecond' and r.captured_at <= $5::timestamptz + $6 * interval '1 millisecond'
      order by abs(extract(epoch from r.captured_at - $5::timestamptz)) desc limit 50`,
    values: [home, reads.map(({ plate }) => plate), frameId, cameraId, capturedAt, wayGapMs],
  });
  const ways = reads.flatMap(({ readId, plate, corners }) => {
    for (const other of near.filter((each) => each.plate === plate)) {
      const way = wayBetween({ capturedAt, corners }, other);
      if (way)
        return [
          { readId, frameId, capturedAt, plate, way },
          { readId: other.readId, frameId: other.frameId, capturedAt: other.capturedAt, plate, way },
        ];
    }
    return [];
  });
  if (ways.length === 0) return;
  await sql.query({
    name: 'read-ways-keep',
    text: `insert into read_directions (agency_id, frame_id, read_id, captured_at, camera_id, plate, bearing, way, said_by)
      select $1, w.frame_id, w.read_id, w.captured_at, c.id, w.plate, ${bearingBy('w.way')}, w.way, 'size'
        from unnest($3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[]) as w (frame_id, read_id, captured_at, plate, way)
          join cameras c on c.agency_id = $1 and c.id = $2
      on conflict (agency_id, frame_id, read_id) do nothing`,
    values: [
      ...[home, cameraId],
      ...[ways.map((each) => each.frameId), ways.map((each) => each.readId), ways.map((each) => each.capturedAt)],
      ...[ways.map((each) => each.plate), ways.map((each) => each.way)],
    ],
  });
};

/**
 * Keeps with the reads of a frame, just stored under these ids, what is known of their vehicles beside the plate.
 * @returns the ids
 */
export const keepBeside = async (
  bound: Bound,
  job: Parameters<typeof keepTold>[1] & { readonly frame: Parameters<typeof keepWays>[1] },
  told: Told | null,
  outcome: FrameOutcome,
  reads: readonly (Pick<SizedRead, 'corners'> & { readonly plate: string })[],
  ids: ReadId[],
): Promise<ReadId[]> => {
  if (told) await keepTold(bound, job, told, reads.length + discardedOf(outcome) === 1);
  const named = reads.map(({ plate, corners }, at) => ({ plate, corners, readId: ids[at]! }));
  if (named.length > 0) await keepWays(bound, job.frame, named);
  return ids;
};

/** Of the read `r`. */
const ofRead = (alias: string): string =>
  `${alias}.agency_id = r.agency_id and ${alias}.frame_id = r.frame_id and ${alias}.read_id = r.id`;

/** What is selected of a read `r` beside what was read; null: nothing was told, or the policy does not give it. */
export const toldColumns = `(select jsonb_build_object('type', v.type, 'color', v.color, 'make', v.make, 'model', v.model) from read_vehicles v
    where ${ofRead('v')}) as vehicle,
  (select jsonb_build_object('bearing', d.bearing, 'way', d.way, 'by', d.said_by) from read_directions d
    where ${ofRead('d')}) as direction`;

/** Conditions on reads `r`: a read of which nothing was told, or nothing is given, fits none. */
export const toldConditions = (filters: ReadFilters, next: (value: unknown) => string): string[] => {
  const { vehicleTypes, vehicleColors, make, model } = filters;
  const vehicle = [
    ...(vehicleTypes ? [`v.type = any(${next(vehicleTypes)}::text[])`] : []),
    ...(vehicleColors ? [`v.color = any(${next(vehicleColors)}::text[])`] : []),
    ...(make === undefined ? [] : [`lower(v.make) = lower(${next(make)}::text)`]),
    ...(model === undefined ? [] : [`lower(v.model) = lower(${next(model)}::text)`]),
  ];
  const asked = directionFilterOf(filters);
  const directed = (): string => {
    if (typeof asked === 'string') return `d.way = ${next(asked)}::text`;
    // The way around the circle from the one to the other, 180 at most.
    return `180 - abs(180 - abs(d.bearing - ${next(asked?.bearing)}::int)) <= ${next(asked?.within)}::int`;
  };
  return [
    ...(asksVehicle(filters)
      ? [`exists (select from read_vehicles v where ${ofRead('v')} and ${vehicle.join(' and ')})`]
      : []),
    ...(asked ? [`exists (select from read_directions d where ${ofRead('d')} and ${directed()})`] : []),
  ];
};

/** The read that stands for a passage, with what was told of the vehicle at any of its reads. */
export const toldAmong = <Read extends ToldOfRead>(evidence: Read, reads: readonly Read[]): Read => ({
  ...evidence,
  vehicle: evidence.vehicle ?? reads.find(({ vehicle }) => vehicle)?.vehicle ?? null,
  direction: evidence.direction ?? reads.find(({ direction }) => direction)?.direction ?? null,
});
