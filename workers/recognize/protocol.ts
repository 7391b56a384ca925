// What the engine and its runners say to each other over their channel. Plain values only.
import type { PlatewardError } from '../../src/core/errors.js';
import type { CameraSettings, Discarded } from '../../src/core/camera-settings.js';
import type { Plate } from '../../src/recognition/picture.js';

/** How a runner is to be; handed over as one JSON argument. */
export interface RunnerSettings {
  readonly folder: string;
  readonly threads: number;
  /** Where to infer: names in the order in which they are tried, with commas between. */
  readonly provider: string;
  readonly pixelsMax: number;
  /** Longest side that the detector sees: the manifest's `sizeLive` or `sizeStill`, or a number of pixels. */
  readonly size: 'live' | 'still' | number;
  /** Most second looks at plates of one picture that were not read surely; the usual number unless given. */
  readonly looks?: number;
  /** Whether each plate comes with a small JPEG of it. */
  readonly crops: boolean;
}

export interface Recognised {
  readonly width: number;
  readonly height: number;
  /** In pixels of the picture as it is meant to be seen; `crop` is a small JPEG where crops were asked for. */
  readonly plates: readonly (Plate & { readonly crop?: Uint8Array })[];
  /** Plates that the camera's settings left out; nothing else is known of them here. */
  readonly discarded: Discarded;
  /** From bytes to plates and crops. */
  readonly ms: number;
}

/** Which weights a runner has opened. */
export interface ModelInfo {
  readonly id: string;
  readonly hash: string;
  /** Where detector and reader are run. */
  readonly provider?: string;
  readonly fallback?: string;
}

export type ToRunner = {
  readonly frame: number;
  readonly bytes: Uint8Array;
  /** What is to be left out; absent: nothing. */
  readonly settings?: CameraSettings | undefined;
};

/** Of an error only what is public goes over the channel; anything else is an `internal` fault. */
export type Fault = Pick<PlatewardError, 'kind' | 'code' | 'publicMessage'> | { readonly internal: string };

export type FromRunner =
  | { readonly ready: ModelInfo }
  | { readonly unfit: Fault }
  | { readonly frame: number; readonly recognised: Recognised }
  | { readonly frame: number; readonly fault: Fault };
