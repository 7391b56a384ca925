// The form of cameras and of their credentials.
import { z } from 'zod';
import { cameraId, credentialId } from '../core/ids.js';
import { receipt } from '../core/receipt.js';
import { lineText } from '../core/text.js';
import { bearing } from '../core/told-form.js';

const credential = z.object({
  id: credentialId,
  scheme: z.enum(['ed25519', 'hmac']),
  createdAt: z.date(),
  revokedAt: z.date().nullable(),
});

const camera = z
  .object({
    id: cameraId,
    name: z.string(),
    latitude: z.number().nullable(),
    longitude: z.number().nullable(),
    bearing: bearing.nullable().meta({ description: 'Whereto it looks, in degrees clockwise from north.' }),
    status: z.enum(['active', 'revoked']),
    createdAt: z.date(),
    placedAt: z.date().meta({
      description: 'Since when it stands where it stands: grants for an area open what it captured from then on.',
    }),
    credentials: z.array(credential),
  })
  .meta({ id: 'Camera' });

export const cameraList = z.object({ cameras: z.array(camera), abilities: z.record(z.string(), z.boolean()) });
export type CameraList = z.output<typeof cameraList>;

export const newCamera = z
  .strictObject({
    name: lineText(1, 120),
    latitude: z.number().min(-90).max(90).optional(),
    longitude: z.number().min(-180).max(180).optional(),
    bearing: bearing.optional(),
  })
  .refine(
    ({ latitude, longitude }) => (latitude === undefined) === (longitude === undefined),
    'give latitude and longitude, or neither',
  );
export type NewCamera = z.output<typeof newCamera>;

export const cameraAdded = z.object({ id: cameraId, receipt });
export type CameraAdded = z.output<typeof cameraAdded>;

export const cameraPlace = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  bearing: bearing.nullish().meta({
    description:
      'Whereto it looks, in degrees clockwise from north; null: nobody knows; left out: as it was. Vehicles that approach or recede have a bearing by it from then on.',
  }),
});
export type CameraPlace = z.output<typeof cameraPlace>;

export const cameraPath = z.strictObject({ id: cameraId });
export type CameraPath = z.output<typeof cameraPath>;

export const credentialPath = z.strictObject({ id: cameraId, credentialId });
export type CredentialPath = z.output<typeof credentialPath>;

/** One object schema, so that its faults are told by field whichever scheme was meant. */
export const newCredential = z
  .strictObject({
    scheme: z.enum(['ed25519', 'hmac']),
    publicKey: z
      .string()
      .max(2_000)
      .optional()
      .meta({ description: 'Ed25519 only: base64 of the 32 bytes or of the SPKI (DER), or the SPKI as PEM.' }),
  })
  .refine(({ scheme, publicKey }) => (scheme === 'ed25519') === (publicKey !== undefined), {
    path: ['publicKey'],
    message: 'is needed for the scheme ed25519, and only for it',
  });
export type NewCredential = z.output<typeof newCredential>;

export const credentialAdded = z.object({
  id: credentialId,
  scheme: z.enum(['ed25519', 'hmac']),
  secret: z.string().optional().meta({ description: 'HMAC only: base64 of 32 bytes. Shown this once.' }),
  receipt,
});
export type CredentialAdded = z.output<typeof credentialAdded>;

export const cameraActed = z.object({ receipt });
export type CameraActed = z.output<typeof cameraActed>;
