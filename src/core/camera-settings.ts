// What a camera is set to leave out: zones, sizes and confidences below which a plate is not kept. One form for the interface, the
// command's file, the stored row and the recogniser, so that they cannot mean different things. Nothing set means that all is kept.
import { z } from 'zod';
import { zoneFault, zonePointsMax, zonePointsMin, zonesMax, type Zone } from './zone.js';

const share = z.number().min(0).max(1);

export const zone = z
  .array(z.tuple([share, share]))
  .min(zonePointsMin)
  .max(zonePointsMax)
  .superRefine((points, context) => {
    const message = zoneFault(points);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const about =
  'Each a list of 3 to 64 corners [x, y] in shares of the picture as it is seen: 0,0 its top left, 1,1 its bottom right. Edges may not cross.';

/** Most that a smallest size may be set to, in pixels. */
export const plateSizeMax = 4096;

export const cameraSettings = z.strictObject({
  ignoreZones: z
    .array(zone)
    .max(zonesMax)
    .meta({ description: `No plate whose centre lies in one of these is kept. ${about}` }),
  regionsOfInterest: z
    .array(zone)
    .max(zonesMax)
    .meta({ description: `If there are any, only plates whose centre lies in one of these are kept. ${about}` }),
  plateWidthMin: z.int().min(0).max(plateSizeMax).meta({ description: 'In pixels of the frame; 0: any.' }),
  plateHeightMin: z.int().min(0).max(plateSizeMax).meta({ description: 'In pixels of the frame; 0: any.' }),
  confidenceMin: share.meta({ description: 'Reads that are less sure than this are not kept; 0: all that are reads.' }),
});

/** The same as a value; what the form above lets through. */
export interface CameraSettings {
  readonly ignoreZones: readonly Zone[];
  readonly regionsOfInterest: readonly Zone[];
  readonly plateWidthMin: number;
  readonly plateHeightMin: number;
  readonly confidenceMin: number;
}

/** A change of some of the settings, as it is asked for. */
export type SettingsChange = { readonly [K in keyof CameraSettings]?: CameraSettings[K] | undefined };

/** Settings as the recogniser is handed them, with the number of the change that made them; 0: never set. */
export interface SettingsInForce extends CameraSettings {
  readonly revision: number;
}

/** A camera of which nothing was set. */
export const nothingSet: SettingsInForce = {
  ignoreZones: [],
  regionsOfInterest: [],
  plateWidthMin: 0,
  plateHeightMin: 0,
  confidenceMin: 0,
  revision: 0,
};

/** Why plates were not kept, and how many of one frame; each counts once, by the first that holds, in this order. */
export interface Discarded {
  /** The centre lies in an ignored zone. */
  readonly ignoredZone: number;
  /** There are regions of interest, and the centre lies in none. */
  readonly outsideRegions: number;
  /** Narrower or lower than the smallest size. */
  readonly tooSmall: number;
  /** Less sure than the smallest confidence. */
  readonly tooUnsure: number;
}

export const nothingDiscarded: Discarded = { ignoredZone: 0, outsideRegions: 0, tooSmall: 0, tooUnsure: 0 };

/**
 * Width and height of a plate along its own edges, in the corners' unit: of each pair of opposite edges the mean.
 * @param corners top left, top right, bottom right, bottom left
 */
export const plateSize = (corners: readonly (readonly [number, number])[]): { width: number; height: number } => {
  const edge = (from: number, to: number): number =>
    Math.hypot(
      (corners[to]?.[0] ?? 0) - (corners[from]?.[0] ?? 0),
      (corners[to]?.[1] ?? 0) - (corners[from]?.[1] ?? 0),
    );
  return { width: (edge(0, 1) + edge(3, 2)) / 2, height: (edge(0, 3) + edge(1, 2)) / 2 };
};
