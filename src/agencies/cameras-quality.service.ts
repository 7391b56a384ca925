// How well cameras do, by the hour. It counts; no plate is looked at or shown.
import { Inject, Injectable } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import { invalid } from '../core/errors.js';
import { nothingDiscarded } from '../core/camera-settings.js';
import type { CameraId } from '../core/ids.js';
import type { QualityRow } from '../vault/stores/frame-results.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import {
  qualityDaysMax,
  type CameraQuality,
  type CamerasQuality,
  type CamerasQualityQuery,
  type QualityFigures,
  type QualityQuery,
} from './cameras-quality.schema.js';

const hourMs = 3_600_000;
/** Of all cameras one answer has at most so many hours each. */
const hoursOfAllMax = 49;

/**
 * The time that is asked for, in full hours (UTC).
 * @throws PlatewardError `window_order`, `window_too_long`
 */
export const qualityWindow = (asked: QualityQuery, now: Date): { from: Date; to: Date } => {
  const to = (asked.to ?? now).getTime();
  const from = asked.from?.getTime() ?? to - 24 * hourMs;
  if (from >= to) throw invalid('window_order', 'The beginning of the time that is asked for must be before its end.');
  if (to - from > qualityDaysMax * 24 * hourMs)
    throw invalid('window_too_long', `One answer covers at most ${qualityDaysMax} days; ask for a shorter time.`, {
      daysMax: qualityDaysMax,
    });
  return { from: new Date(Math.floor(from / hourMs) * hourMs), to: new Date(Math.ceil(to / hourMs) * hourMs) };
};

@Injectable()
export class CamerasQualityService {
  constructor(@Inject(CLOCK) private readonly clock: Clock) {}

  /** Every camera of the agency over the time asked, by name. @throws PlatewardError `window_order`, `window_too_long` */
  async list(door: Door<'camera.quality'>, { by, ...query }: CamerasQualityQuery): Promise<CamerasQuality> {
    const { from, to } = qualityWindow(query, this.clock.now());
    if (by === 'hour' && to.getTime() - from.getTime() > hoursOfAllMax * hourMs)
      throw invalid('window_too_long', 'Of all cameras by the hour one answer covers at most two days.', {
        daysMax: 2,
      });
    const { value } = await door.open({}, async ({ quality }) => {
      const cameras = await quality.cameras();
      const ids = cameras.map(({ id }) => id);
      return {
        cameras,
        totals: await quality.count(ids, from, to, 'camera'),
        byHour: by === 'hour' ? await quality.count(ids, from, to, 'hour') : undefined,
      };
    });
    const cameras = value.cameras.map(({ id, name }) => ({
      cameraId: id,
      name,
      total: figuresOf(value.totals.find((row) => row.cameraId === id)),
      ...(value.byHour && {
        hours: hoursOf(
          value.byHour.filter((row) => row.cameraId === id),
          from,
          to,
        ),
      }),
    }));
    return { from, to, cameras };
  }

  /** One camera, by the hour. @throws PlatewardError `not_found`, `window_order`, `window_too_long` */
  async get(door: Door<'camera.quality'>, id: CameraId, query: QualityQuery): Promise<CameraQuality> {
    const { from, to } = qualityWindow(query, this.clock.now());
    const { value } = await door.open({}, async ({ quality }) => ({
      camera: await quality.camera(id),
      total: await quality.count([id], from, to, 'camera'),
      byHour: await quality.count([id], from, to, 'hour'),
    }));
    const hours = hoursOf(value.byHour, from, to);
    return { cameraId: id, name: value.camera.name, from, to, total: figuresOf(value.total[0]), hours };
  }
}

/** Each hour of the time, also those in which nothing came. */
const hoursOf = (byHour: readonly QualityRow[], from: Date, to: Date): CameraQuality['hours'] => {
  const rows = new Map(byHour.map((row) => [row.hour?.getTime(), row]));
  const hours = [];
  for (let hour = from.getTime(); hour < to.getTime(); hour += hourMs)
    hours.push({ hour: new Date(hour), figures: figuresOf(rows.get(hour)) });
  return hours;
};

const nothing: Omit<QualityRow, 'cameraId' | 'hour'> = {
  framesReceived: 0,
  framesClockSuspect: 0,
  framesRecognised: 0,
  framesQuarantined: 0,
  framesWithPlate: 0,
  reads: 0,
  confidenceMean: null,
  confidenceMedian: null,
  unsureShare: null,
  plateHeightMedian: null,
  latencySecondsMedian: null,
  discarded: nothingDiscarded,
};

const figuresOf = (row: Omit<QualityRow, 'cameraId' | 'hour'> = nothing): QualityFigures => ({
  framesReceived: row.framesReceived,
  framesClockSuspect: row.framesClockSuspect,
  framesRecognised: row.framesRecognised,
  framesQuarantined: row.framesQuarantined,
  framesWithPlate: row.framesWithPlate,
  captureRate: row.framesRecognised === 0 ? null : rounded(row.framesWithPlate / row.framesRecognised, 4),
  reads: row.reads,
  confidenceMean: rounded(row.confidenceMean, 4),
  confidenceMedian: rounded(row.confidenceMedian, 4),
  unsureShare: rounded(row.unsureShare, 4),
  plateHeightMedian: rounded(row.plateHeightMedian, 1),
  latencySecondsMedian: rounded(row.latencySecondsMedian, 3),
  discarded: row.discarded,
});

const rounded = <T extends number | null>(value: T, digits: number): T =>
  (value === null ? value : Number(value.toFixed(digits))) as T;
