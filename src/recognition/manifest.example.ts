// A manifest as the models have it, for specs that bring models of their own.
import type { Manifest } from './manifest.js';

const weights = { sha256: '0'.repeat(64), bytes: 1, licence: 'AGPL-3.0-or-later' };

/** A fresh copy of a manifest that fits the schema; two regions, 36 characters. */
export const exampleManifest = (): Manifest => ({
  version: 1,
  detector: {
    form: 'plateward',
    id: 'detector-example',
    file: 'detector.onnx',
    card: 'detector.md',
    ...weights,
    input: {
      name: 'image',
      layout: 'NCHW',
      channels: 'RGB',
      range: [0, 1],
      multipleOf: 32,
      sizeLive: 384,
      sizeStill: 640,
      padValue: 0.447,
    },
    output: {
      name: 'candidates',
      columns: ['score', 'x1', 'y1', 'x2', 'y2', 'tlx', 'tly', 'trx', 'try', 'brx', 'bry', 'blx', 'bly'],
    },
    scoreMin: 0.3,
    nmsIou: 0.5,
  },
  reader: {
    form: 'plateward',
    id: 'reader-example',
    file: 'reader.onnx',
    card: 'reader.md',
    ...weights,
    input: {
      name: 'plate',
      layout: 'NCHW',
      channels: 'grey',
      range: [0, 1],
      width: 128,
      height: 64,
      marginX: 0.04,
      marginY: 0.06,
    },
    output: { characters: 'characters', region: 'region' },
    alphabet: 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789',
    blank: 0,
    regions: ['us', 'eu'],
    temperature: 1,
  },
  data: [],
});
