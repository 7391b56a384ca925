// One frame from bytes to plates: decode, recognise, leave out what its camera is set to leave out, cut the evidence. Frames may be
// handed in while another is being inferred: decoding runs on the library's own threads, so that the next frame is ready when the
// models are free.
import { nothingDiscarded, type CameraSettings } from '../../src/core/camera-settings.js';
import { checkPicture } from '../../src/core/picture.js';
import { blackOut } from '../../src/recognition/black-out.js';
import { sizeFor } from '../../src/recognition/forms-detector.js';
import type { RecogniseOptions } from '../../src/recognition/recognise.js';
import { recognise } from '../../src/recognition/recognise.js';
import { Spare } from '../../src/recognition/spare.js';
import { sift } from '../../src/recognition/zones.js';
import { decode, evidenceCrop } from './image.js';
import type { OpenModels } from './models.js';
import type { Recognised, RunnerSettings } from './protocol.js';

/** The longest side that the detector sees under these settings. */
export const sizeOf = (size: RunnerSettings['size'], models: OpenModels): number => {
  const { detector } = models.manifest;
  const { sizeLive, sizeStill } = detector.input;
  return sizeFor(detector, size === 'live' ? sizeLive : size === 'still' ? sizeStill : size);
};

/** Decoded pixels that may wait for the models, 3 bytes each; one picture is always let in. */
const pixelsAheadMax = 16_000_000;

export class Pipeline {
  private readonly spare: Spare;
  private free: number;
  private readonly turns: (() => void)[] = [];
  private pixelsAhead = 0;
  private readonly door: (() => void)[] = [];

  /**
   * @param means.spare where the models put arrays that they have done with
   * @param means.atOnce frames between letterbox and text at once. One where the models infer on this thread: one frame after the
   *   other is sooner done than both at once. Two where they have their own, so that one is inferred while the other is prepared
   */
  constructor(
    private readonly models: OpenModels,
    private readonly settings: Pick<RunnerSettings, 'pixelsMax' | 'size' | 'looks' | 'crops'>,
    means: { readonly spare?: Spare; readonly atOnce?: number } = {},
  ) {
    this.spare = means.spare ?? new Spare();
    this.free = means.atOnce ?? 1;
  }

  /**
   * @param settings what is to be left out; nothing unless given
   * @throws PlatewardError of `decode` for a picture that cannot be read
   */
  async run(bytes: Uint8Array, settings?: CameraSettings): Promise<Recognised> {
    const { width, height } = checkPicture(bytes, this.settings.pixelsMax);
    const pixels = width * height;
    while (this.pixelsAhead > 0 && this.pixelsAhead + pixels > pixelsAheadMax)
      await new Promise<void>((enter) => this.door.push(enter));
    this.pixelsAhead += pixels;
    try {
      return await this.through(bytes, settings);
    } finally {
      this.pixelsAhead -= pixels;
      for (const enter of this.door.splice(0)) enter();
    }
  }

  private async through(bytes: Uint8Array, settings: CameraSettings | undefined): Promise<Recognised> {
    const began = performance.now();
    const size = sizeOf(this.settings.size, this.models);
    const { picture, view } = await decode(bytes, { pixelsMax: this.settings.pixelsMax, viewSize: size });
    const { looks } = this.settings;
    const options = { size, spare: this.spare, ...(view && { view }), ...(looks !== undefined && { looksMax: looks }) };
    const found = await this.inTurn(options, picture);
    const { kept, discarded } = settings
      ? sift(found, picture, settings)
      : { kept: found, discarded: nothingDiscarded };
    // A crop shows a little around its plate: what lies in an ignored zone is not shown there either.
    if (settings && this.settings.crops && kept.length > 0)
      blackOut(
        picture,
        settings.ignoreZones,
        kept.map(({ box }) => box),
      );
    const plates = this.settings.crops
      ? await Promise.all(kept.map(async (plate) => ({ ...plate, crop: await evidenceCrop(picture, plate.box) })))
      : kept;
    return { width: picture.width, height: picture.height, plates, discarded, ms: performance.now() - began };
  }

  /** Frames take their turns in the order in which they were decoded. */
  private async inTurn(options: RecogniseOptions, picture: Parameters<typeof recognise>[0]) {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((turn) => this.turns.push(turn));
    try {
      return await recognise(picture, this.models, options);
    } finally {
      const next = this.turns.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
