// The words in which strangers' graphs are spoken of: what is seen in one, what only its owner can tell, and what comes out.
import type ort from 'onnxruntime-node';
import { invalid, messageOf } from '../../../src/core/errors.js';
import type { DetectorSpec, Manifest, ReaderSpec } from '../../../src/recognition/manifest.js';
import type { PlateConfig } from './plate-config.js';

export type Weights = 'id' | 'file' | 'sha256' | 'bytes' | 'licence' | 'card';
export type Without<T> = T extends unknown ? Omit<T, Weights> : never;

/** What the manifest says of weights apart from which file they are, with sentences about what is lost or was assumed. */
export type Inspected = { readonly notes: readonly string[] } & (
  | { readonly part: 'detector'; readonly spec: Without<DetectorSpec> }
  | { readonly part: 'reader'; readonly spec: Without<ReaderSpec> }
);

/** What only the person knows. */
export interface Told {
  readonly form?: string;
  readonly config?: PlateConfig;
  readonly size?: number;
  readonly plateClasses?: readonly number[];
  readonly objectness?: boolean;
  readonly channels?: 'RGB' | 'BGR';
  readonly range?: 1 | 255;
  readonly fit?: 'middle' | 'stretch';
  readonly boxes?: 'centre' | 'corners';
  readonly unit?: 'pixels' | 'share';
  readonly scoreMin?: number;
  readonly iou?: number;
  /** Whose settings weights of our own form are taken to have: shapes alone do not tell alphabet and margins. */
  readonly ours?: Manifest;
}

export type Value = Extract<ort.InferenceSession['inputMetadata'][number], { isTensor: true }>;

export interface Graph {
  readonly name: string;
  readonly input: Value;
  readonly outputs: readonly Value[];
  readonly session: ort.InferenceSession;
}

export const unfit = (file: string, why: string) => invalid('models', `${file} cannot be used: ${why}.`);

export const shapeOf = ({ name, type, shape }: Value) => `${name} (${type} [${shape.join(', ')}])`;

/** One answer of the graph to a plain input. @throws PlatewardError `models` */
export const tryOut = async (graph: Graph, input: ort.Tensor): Promise<ort.InferenceSession.ReturnType> =>
  graph.session.run({ [graph.input.name]: input }).catch((error: unknown) => {
    throw unfit(graph.name, `it opens and does not run (${messageOf(error).split('\n')[0]!.slice(0, 200)})`);
  });
