// The form of a camera's quality: figures by the hour, without plates.
import { z } from 'zod';
import { cameraId } from '../core/ids.js';
import { instant } from '../core/text.js';

/** Longest time that one answer covers, in days. */
export const qualityDaysMax = 31;

export const qualityQuery = z.strictObject({
  from: instant.optional().meta({
    description: 'Included; taken back to the full hour (UTC). By default 24 hours before `to`.',
    examples: ['2026-11-22T00:00:00Z'],
  }),
  to: instant.optional().meta({
    description: `Not included; taken on to the full hour (UTC). By default now. At most ${qualityDaysMax} days after \`from\`.`,
    examples: ['2026-11-23T00:00:00Z'],
  }),
});
export type QualityQuery = z.output<typeof qualityQuery>;

const count = z.int().min(0);
const share = z.number().min(0).max(1).nullable();
const figure = z.number().nullable();

const figures = z
  .object({
    framesReceived: count.meta({ description: 'By the time of receipt, by our clock.' }),
    framesClockSuspect: count.meta({ description: "Of these: the camera's clock was far from ours." }),
    framesRecognised: count,
    framesQuarantined: count.meta({ description: 'Cannot be read; `GET /api/v1/frames/:frameId` says why.' }),
    framesWithPlate: count.meta({ description: 'Recognised frames of which at least one read was kept.' }),
    captureRate: share.meta({ description: '`framesWithPlate` of `framesRecognised`; null without any.' }),
    reads: count,
    confidenceMean: share,
    confidenceMedian: share,
    unsureShare: share.meta({ description: 'Share of the reads whose confidence is below 0.8.' }),
    plateHeightMedian: figure.meta({ description: 'In pixels of the frame.' }),
    latencySecondsMedian: figure.meta({
      description: 'From capture to the stored read, over frames whose clock is believed.',
    }),
    discarded: z
      .object({ ignoredZone: count, outsideRegions: count, tooSmall: count, tooUnsure: count })
      .meta({ description: "Plates that the camera's settings left out, each counted once." }),
  })
  .meta({ id: 'CameraQuality' });
export type QualityFigures = z.output<typeof figures>;

const range = { from: z.date(), to: z.date() };

const hours = z.array(z.object({ hour: z.date(), figures })).meta({
  description: 'Each hour (UTC) of the time asked, by its beginning, also those in which nothing came.',
});

export const camerasQualityQuery = qualityQuery.extend({
  by: z.enum(['camera', 'hour']).default('camera').meta({
    description: 'hour: of each camera its hours too, of at most two days.',
  }),
});
export type CamerasQualityQuery = z.output<typeof camerasQualityQuery>;

export const cameraQuality = z.object({
  cameraId,
  name: z.string(),
  ...range,
  total: figures,
  hours,
});
export type CameraQuality = z.output<typeof cameraQuality>;

export const camerasQuality = z.object({
  ...range,
  cameras: z.array(z.object({ cameraId, name: z.string(), total: figures, hours: hours.optional() })),
});
export type CamerasQuality = z.output<typeof camerasQuality>;
