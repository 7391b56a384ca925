// What became of frames, as numbers: written by the recogniser with a frame's reads, counted by hour or by camera for whoever looks
// after the cameras. No plate is here, none is looked at, and only the own agency's rows are ever counted.
import { nothingDiscarded, plateSize, type Discarded } from '../../core/camera-settings.js';
import { notFound } from '../../core/errors.js';
import type { CameraId, FrameId } from '../../core/ids.js';
import type { Bound } from './bound.js';

/** What the recogniser tells of a frame beside its reads. */
export interface FrameOutcome extends Discarded {
  /** Of the settings under which the frame was read; 0: none. */
  readonly settingsRevision: number;
}

/** Of a frame that was read as it came. */
export const nothingTold: FrameOutcome = { ...nothingDiscarded, settingsRevision: 0 };

/** Plates of a frame that were found and not kept. */
export const discardedOf = ({ ignoredZone, outsideRegions, tooSmall, tooUnsure }: FrameOutcome): number =>
  ignoredZone + outsideRegions + tooSmall + tooUnsure;

interface Measured {
  readonly confidence: number;
  readonly corners: readonly (readonly [number, number])[];
}

/** Stores a frame's result, once whoever tries again, and counts it for the log. Camera and times are the frame's own. */
export const keepResult = async (
  { sql, home }: Bound,
  frameId: FrameId,
  reads: readonly Measured[],
  outcome: FrameOutcome,
): Promise<void> => {
  await sql.query({
    name: 'frame-result',
    text: `with kept as (insert into frame_results (agency_id, frame_id, camera_id, received_at, latency_seconds, settings_revision, confidences, plate_heights, ignored_zone, outside_regions, too_small, too_unsure)
      select f.agency_id, f.id, f.camera_id, f.received_at, case when not f.clock_suspect then extract(epoch from now() - f.captured_at) end, $3, $4, $5, $6, $7, $8, $9
      from frames f where f.agency_id = $1 and f.id = $2
      on conflict (agency_id, frame_id) do nothing returning camera_id)
      insert into read_counts as c (agency_id, day, camera_id, frames, reads) select $1, current_date, camera_id, 1, cardinality($4::real[]) from kept
      on conflict (agency_id, day, camera_id) do update set frames = c.frames + excluded.frames, reads = c.reads + excluded.reads`,
    values: [
      home,
      frameId,
      outcome.settingsRevision,
      reads.map((read) => read.confidence),
      reads.map((read) => plateSize(read.corners).height),
      outcome.ignoredZone,
      outcome.outsideRegions,
      outcome.tooSmall,
      outcome.tooUnsure,
    ],
  });
};

export interface QualityRow {
  readonly cameraId: CameraId;
  /** Beginning of the hour (UTC); null for the whole time asked. */
  readonly hour: Date | null;
  readonly framesReceived: number;
  readonly framesClockSuspect: number;
  readonly framesRecognised: number;
  readonly framesQuarantined: number;
  readonly framesWithPlate: number;
  readonly reads: number;
  /** Of the reads; null without any. */
  readonly confidenceMean: number | null;
  readonly confidenceMedian: number | null;
  /** Share of reads whose confidence is below `unsureBelow`. */
  readonly unsureShare: number | null;
  /** In pixels of the frame. */
  readonly plateHeightMedian: number | null;
  /** Median from capture to read, over frames whose clock is believed. */
  readonly latencySecondsMedian: number | null;
  readonly discarded: Discarded;
}

/** Reads below this are counted as unsure: about where a person should look at the picture before believing the text. */
export const unsureBelow = 0.8;

export interface QualityReader {
  /** Cameras of the agency by name. */
  cameras(): Promise<{ id: CameraId; name: string }[]>;
  /** @throws PlatewardError `not_found` when the agency has no such camera */
  camera(id: CameraId): Promise<{ id: CameraId; name: string }>;
  /** Frames by time of receipt in [from, to); nothing for a camera, or its hour, of which nothing was received. */
  count(cameraIds: readonly CameraId[], from: Date, to: Date, by: 'hour' | 'camera'): Promise<QualityRow[]>;
}

const ofCamera = { select: { id: true, name: true } } as const;

export const qualityReader = (bound: Bound): QualityReader => ({
  cameras: async () =>
    (await bound.prisma.camera.findMany({
      ...ofCamera,
      where: bound.rows('Camera'),
      orderBy: { name: 'asc' },
    })) as { id: CameraId; name: string }[],
  camera: async (id) => {
    const camera = await bound.prisma.camera.findFirst({ ...ofCamera, where: { AND: [bound.rows('Camera'), { id }] } });
    if (!camera) throw notFound('camera');
    return { id, name: camera.name };
  },
  count: async (cameraIds, from, to, by) => {
    bound.rows('FrameResult');
    bound.rows('Frame');
    bound.rows('Job');
    const values = [bound.home, cameraIds, from, to];
    const parts = await Promise.all(
      Object.entries(counts).map(
        async ([name, statement]) =>
          (
            await bound.sql.query<Part & { [column: string]: unknown }>({
              name: `quality-${name}-${by}`,
              text: statement(by === 'hour' ? hourOf : () => 'null::timestamptz'),
              values,
            })
          ).rows,
      ),
    );
    return merged(parts.flat());
  },
});

const hourOf = (alias: string): string => `date_trunc('hour', ${alias}.received_at, 'UTC')`;
const where = (alias: string): string =>
  `${alias}.agency_id = $1 and ${alias}.camera_id = any($2::uuid[]) and ${alias}.received_at >= $3 and ${alias}.received_at < $4`;

/** One statement a source; each answers some of the figures of a camera and hour. */
const counts: Readonly<Record<string, (hour: (alias: string) => string) => string>> = {
  received: (hour) => `select f.camera_id as "cameraId", ${hour('f')} as hour, count(*)::int as "framesReceived",
      count(*) filter (where f.clock_suspect)::int as "framesClockSuspect"
    from frames f where ${where('f')} group by 1, 2`,
  quarantined: (hour) => `select f.camera_id as "cameraId", ${hour('f')} as hour, count(*)::int as "framesQuarantined"
    from jobs j join frames f on f.agency_id = j.agency_id and f.id = j.frame_id
    where j.agency_id = $1 and j.state = 'quarantined' and j.finished_at >= $3::timestamptz - interval '1 hour' and ${where('f')} group by 1, 2`,
  recognised: (hour) => `select r.camera_id as "cameraId", ${hour('r')} as hour, count(*)::int as "framesRecognised",
      count(*) filter (where cardinality(r.confidences) > 0)::int as "framesWithPlate", sum(cardinality(r.confidences))::int as reads,
      percentile_cont(0.5) within group (order by r.latency_seconds) as "latencySecondsMedian",
      sum(r.ignored_zone)::int as "ignoredZone", sum(r.outside_regions)::int as "outsideRegions",
      sum(r.too_small)::int as "tooSmall", sum(r.too_unsure)::int as "tooUnsure"
    from frame_results r where ${where('r')} group by 1, 2`,
  measured: (hour) => `select r.camera_id as "cameraId", ${hour('r')} as hour, avg(m.confidence) as "confidenceMean",
      percentile_cont(0.5) within group (order by m.confidence) as "confidenceMedian",
      avg((m.confidence < ${unsureBelow}::real)::int)::float8 as "unsureShare",
      percentile_cont(0.5) within group (order by m.height) as "plateHeightMedian"
    from frame_results r cross join lateral unnest(r.confidences, r.plate_heights) as m (confidence, height)
    where ${where('r')} group by 1, 2`,
};

/** A row of any of the statements. */
interface Part extends Partial<Omit<QualityRow, 'discarded'>>, Partial<Discarded> {
  readonly cameraId: CameraId;
  readonly hour: Date | null;
}

const merged = (parts: readonly Part[]): QualityRow[] => {
  const byPlace = new Map<string, Part>();
  for (const part of parts) {
    const place = `${part.cameraId} ${part.hour?.getTime() ?? ''}`;
    byPlace.set(place, { ...byPlace.get(place), ...part });
  }
  return [...byPlace.values()].map(rowOf);
};

const rowOf = (part: Part): QualityRow => ({
  cameraId: part.cameraId,
  hour: part.hour,
  framesReceived: part.framesReceived ?? 0,
  framesClockSuspect: part.framesClockSuspect ?? 0,
  framesRecognised: part.framesRecognised ?? 0,
  framesQuarantined: part.framesQuarantined ?? 0,
  framesWithPlate: part.framesWithPlate ?? 0,
  reads: part.reads ?? 0,
  confidenceMean: part.confidenceMean ?? null,
  confidenceMedian: part.confidenceMedian ?? null,
  unsureShare: part.unsureShare ?? null,
  plateHeightMedian: part.plateHeightMedian ?? null,
  latencySecondsMedian: part.latencySecondsMedian ?? null,
  discarded: {
    ignoredZone: part.ignoredZone ?? 0,
    outsideRegions: part.outsideRegions ?? 0,
    tooSmall: part.tooSmall ?? 0,
    tooUnsure: part.tooUnsure ?? 0,
  },
});
