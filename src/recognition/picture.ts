// The values that go into recognition: decoded pixels, tensors and the two models as functions. This room is pure: it
// opens no file, decodes no format and knows no inference library; whoever calls brings pixels and models along.
import type { DetectorSpec, ReaderSpec } from './manifest.js';

/** Decoded pixels, 8 bits, rows top to bottom without padding; `data.length` is width x height x channels. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 RGB interleaved. */
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Row-major numbers with their shape. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Finds plates: image [N,3,H,W] in 0..1, RGB, to candidates [N,K,13], see `candidates.ts`; whatever form its weights have. */
export interface Detector {
  readonly spec: DetectorSpec;
  run(image: Tensor): Promise<Tensor>;
}

/**
 * Reads plates set upright: [N,1,h,w] grey or [N,3,h,w] RGB in 0..1 to class probabilities a step or slot [N,T,C] and region
 * probabilities [N,R], R being 0 where the reader says nothing of regions.
 */
export interface Reader {
  readonly spec: ReaderSpec;
  run(plates: Tensor): Promise<{ readonly characters: Tensor; readonly region: Tensor }>;
}

export interface Models {
  readonly detector: Detector;
  readonly reader: Reader;
}

export type Point = readonly [x: number, y: number];
/** Corners of a plate in reading order of its text: top left, top right, bottom right, bottom left. */
export type Quad = readonly [Point, Point, Point, Point];
/** x, y of the top left corner, width, height. */
export type Box = readonly [x: number, y: number, width: number, height: number];

/** A plate read from a picture. Places are pixels of the picture that was given, 0,0 being its top left edge. */
export interface Plate {
  /** Upper-case letters and digits, no spaces. */
  readonly text: string;
  /** Probability that the whole text is right, 0..1: never above that of its weakest character. */
  readonly confidence: number;
  /** Region code of the reader's list, such as `us`; null where the reader cannot or does not tell. */
  readonly region: string | null;
  readonly regionConfidence: number | null;
  /** State of that region that issued the plate, such as `CA`; null where the reader cannot tell or is not sure enough. */
  readonly state: string | null;
  /** Probability of region and state together, never above that of the region. */
  readonly stateConfidence: number | null;
  /** How sure the detector is that a plate is here, 0..1. */
  readonly score: number;
  /** Upright, inside the picture. */
  readonly box: Box;
  /** May lie a little outside where the plate is cut by the picture's edge. */
  readonly corners: Quad;
  readonly chars: readonly { readonly c: string; readonly p: number }[];
  /** The likeliest texts with their probabilities, `text` first. */
  readonly candidates: readonly { readonly text: string; readonly confidence: number }[];
}
