import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nothingSet, type CameraSettings } from '../core/camera-settings.js';
import { isInZone, type Zone } from '../core/zone.js';
import { blackOut } from './black-out.js';
import type { Box, Picture, Quad } from './picture.js';
import { sift, whyDiscarded } from './zones.js';

const frame = { width: 1000, height: 500 };
const plateAt = (x: number, y: number, width = 100, height = 40, confidence = 0.9) => ({
  corners: [
    [x - width / 2, y - height / 2],
    [x + width / 2, y - height / 2],
    [x + width / 2, y + height / 2],
    [x - width / 2, y + height / 2],
  ] satisfies Quad as Quad,
  confidence,
});
const left: Zone = [
  [0, 0],
  [0.5, 0],
  [0.5, 1],
  [0, 1],
];
const settings = (change: Partial<CameraSettings>): CameraSettings => ({ ...nothingSet, ...change });

describe('which plates are kept', () => {
  it('all of them when nothing is set', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ max: 2000 }), fc.integer({ max: 2000 }))), (places) => {
        const plates = places.map(([x, y]) => plateAt(x, y, 1, 1, 0));
        expect(sift(plates, frame, nothingSet).kept).toEqual(plates);
      }),
    );
  });

  it.each<[string, ReturnType<typeof plateAt>, Partial<CameraSettings>, string | undefined]>([
    ['in an ignored zone', plateAt(200, 100), { ignoreZones: [left] }, 'ignoredZone'],
    ['with its centre on the edge of one', plateAt(500, 100), { ignoreZones: [left] }, 'ignoredZone'],
    ['that reaches into one', plateAt(510, 100), { ignoreZones: [left] }, undefined],
    ['cut by the picture’s edge beside one', plateAt(-5, 100), { ignoreZones: [left] }, 'ignoredZone'],
    ['in a region of interest', plateAt(200, 100), { regionsOfInterest: [left] }, undefined],
    ['in none of them', plateAt(700, 100), { regionsOfInterest: [left] }, 'outsideRegions'],
    ['in both', plateAt(200, 100), { regionsOfInterest: [left], ignoreZones: [left] }, 'ignoredZone'],
    ['as wide as is asked', plateAt(200, 100, 80, 30), { plateWidthMin: 80 }, undefined],
    ['narrower', plateAt(200, 100, 79, 30), { plateWidthMin: 80 }, 'tooSmall'],
    ['lower', plateAt(200, 100, 80, 29), { plateHeightMin: 30 }, 'tooSmall'],
    ['as sure as is asked', plateAt(200, 100, 80, 30, 0.5), { confidenceMin: 0.5 }, undefined],
    ['less sure', plateAt(200, 100, 80, 30, 0.49), { confidenceMin: 0.5 }, 'tooUnsure'],
  ])('a plate %s', (_, plate, change, why) => expect(whyDiscarded(plate, frame, settings(change))).toBe(why));

  it('the same at any resolution', () => {
    const wanted = settings({ ignoreZones: [left] });
    fc.assert(
      fc.property(
        fc.integer({ max: 999, min: 1 }),
        fc.integer({ max: 499, min: 1 }),
        fc.integer({ min: 1, max: 8 }),
        (x, y, scale) => {
          const larger = { width: frame.width * scale, height: frame.height * scale };
          expect(whyDiscarded(plateAt(x * scale, y * scale, 2, 2), larger, wanted)).toBe(
            whyDiscarded(plateAt(x, y, 2, 2), frame, wanted),
          );
        },
      ),
    );
  });

  it('counts each plate once, and every one', () => {
    const wanted = settings({ ignoreZones: [left], plateWidthMin: 50, confidenceMin: 0.5 });
    const plate = fc
      .tuple(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 1, max: 100 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      .map(([x, y, width, confidence]) => plateAt(x, y, width, 20, confidence));
    fc.assert(
      fc.property(fc.array(plate), (plates) => {
        const { kept, discarded } = sift(plates, frame, wanted);
        expect(kept.length + Object.values(discarded).reduce((a, b) => a + b, 0)).toBe(plates.length);
        for (const each of kept) expect(whyDiscarded(each, frame, wanted)).toBeUndefined();
      }),
    );
  });
});

describe('blackening', () => {
  const picture = (channels: 1 | 3): Picture => {
    const data = new Uint8Array(40 * 30 * channels).fill(200);
    return { width: 40, height: 30, channels, data };
  };
  const zone: Zone = [
    [0.1, 0.1],
    [0.9, 0.2],
    [0.4, 0.5],
    [0.8, 0.95],
    [0.05, 0.8],
  ];
  it.each([1, 3] as const)(
    'takes every pixel of a zone and no other, but those of a plate that is kept (%i)',
    (channels) => {
      const kept: Box = [10, 8, 6, 4];
      const shown = picture(channels);
      blackOut(shown, [zone], [kept]);
      for (let y = 0; y < 30; y += 1)
        for (let x = 0; x < 40; x += 1) {
          const inKept = x >= 10 && x < 16 && y >= 8 && y < 12;
          const black = isInZone(zone, [(x + 0.5) / 40, (y + 0.5) / 30]) && !inKept;
          for (let c = 0; c < channels; c += 1)
            expect(shown.data[(y * 40 + x) * channels + c], `${x},${y}`).toBe(black ? 0 : 200);
        }
    },
  );
  it('of the whole picture leaves nothing, of none everything', () => {
    const whole: Zone = [[0, 0], [1, 0], [1, 1], [0, 1]]; // prettier-ignore
    const [dark, bright] = [picture(3), picture(3)];
    blackOut(dark, [whole], []);
    blackOut(bright, [], []);
    expect(dark.data.every((value) => value === 0)).toBe(true);
    expect(bright.data.every((value) => value === 200)).toBe(true);
  });
});
