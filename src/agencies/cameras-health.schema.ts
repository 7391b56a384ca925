// The form of whether cameras work, and of looking at one's newest frame.
import { z } from 'zod';
import { cameraStandings, clockSecondsWorth, silentMinutes } from '../core/camera-health.js';
import { cameraId, frameId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { plainText } from '../core/text.js';

const frameState = z.enum(['waiting', 'reading', 'done', 'quarantined']);

export const camerasHealth = z.object({
  at: z.date(),
  cameras: z.array(
    z
      .object({
        cameraId,
        name: z.string(),
        latitude: z.number().nullable(),
        longitude: z.number().nullable(),
        standing: z.enum(cameraStandings).meta({
          description: `\`refused\`: its credential was turned away since it was last let in. \`quarantine\`: its newest frame cannot be read. \`silent\`: no frame for ${silentMinutes} minutes.`,
        }),
        lastFrame: z
          .object({
            id: frameId,
            receivedAt: z.date(),
            capturedAt: z.date(),
            clockSuspect: z.boolean(),
            state: frameState,
            reason: z.string().nullable().meta({ description: 'Why it cannot be read.' }),
          })
          .nullable(),
        clock: z
          .object({ seconds: z.number(), at: z.date() })
          .nullable()
          .meta({
            description: `How far its clock is ahead of ours (below 0: behind), by its newest signed request; beyond ${clockSecondsWorth} it is worth setting.`,
          }),
        refused: z
          .object({ at: z.date(), by: z.string() })
          .nullable()
          .meta({ description: 'When a request with one of its credentials was last turned away, and by which rule.' }),
      })
      .meta({ id: 'CameraHealth' }),
  ),
  abilities: z.record(z.string(), z.boolean()),
});
export type CamerasHealth = z.output<typeof camerasHealth>;

export const newLook = z.strictObject({
  reason: plainText(3, 500).meta({ description: 'Why the picture is opened. The log commits to it.' }),
});
export type NewLook = z.output<typeof newLook>;

export const cameraLook = z.object({
  frame: z.object({
    id: frameId,
    capturedAt: z.date(),
    receivedAt: z.date(),
    clockSuspect: z.boolean(),
    width: z.int(),
    height: z.int(),
    state: frameState,
    reason: z.string().nullable(),
  }),
  plates: z.array(
    z.object({
      plate: z.string(),
      confidence: z.number(),
      chars: z.array(z.object({ c: z.string(), p: z.number() })),
      corners: z
        .array(z.tuple([z.number(), z.number()]))
        .meta({ description: 'Corners of the plate in pixels of the frame.' }),
      region: z.string().nullable(),
      state: z.string().nullable(),
    }),
  ),
  picture: z.object({ mediaType: z.string(), base64: z.string() }),
  receipt,
});
export type CameraLook = z.output<typeof cameraLook>;
