// Which plates of a frame are kept under the camera's settings, decided before anything of them leaves the recogniser. It only
// takes away and counts; the plates that it keeps it leaves as they are.
import { plateSize, type CameraSettings, type Discarded } from '../core/camera-settings.js';
import { isInZone, type SharePoint } from '../core/zone.js';
import type { Plate } from './picture.js';

type Place = Pick<Plate, 'corners' | 'confidence'>;
interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** The mean of the corners in shares of the frame. A plate that the frame's edge cuts counts as at that edge. */
export const centreOf = ({ corners }: Pick<Place, 'corners'>, { width, height }: FrameSize): SharePoint => {
  const mean = (axis: 0 | 1): number => corners.reduce((sum, corner) => sum + corner[axis], 0) / corners.length;
  const within = (value: number): number => Math.min(1, Math.max(0, value));
  return [within(mean(0) / width), within(mean(1) / height)];
};

/** The first of the settings that leaves this plate out; undefined when it is kept. */
export const whyDiscarded = (plate: Place, frame: FrameSize, settings: CameraSettings): keyof Discarded | undefined => {
  const centre = centreOf(plate, frame);
  const { ignoreZones, regionsOfInterest, plateWidthMin, plateHeightMin, confidenceMin } = settings;
  if (ignoreZones.some((zone) => isInZone(zone, centre))) return 'ignoredZone';
  if (regionsOfInterest.length > 0 && !regionsOfInterest.some((zone) => isInZone(zone, centre)))
    return 'outsideRegions';
  const { width, height } = plateSize(plate.corners);
  if (width < plateWidthMin || height < plateHeightMin) return 'tooSmall';
  return plate.confidence < confidenceMin ? 'tooUnsure' : undefined;
};

/**
 * Parts a frame's plates.
 * @param frame in pixels, as the corners are
 */
export const sift = <P extends Place>(
  plates: readonly P[],
  frame: FrameSize,
  settings: CameraSettings,
): { readonly kept: P[]; readonly discarded: Discarded } => {
  const discarded = { ignoredZone: 0, outsideRegions: 0, tooSmall: 0, tooUnsure: 0 };
  const kept = plates.filter((plate) => {
    const why = whyDiscarded(plate, frame, settings);
    if (why) discarded[why] += 1;
    return why === undefined;
  });
  return { kept, discarded };
};
