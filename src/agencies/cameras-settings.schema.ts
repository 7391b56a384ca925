// The form of what a camera is set to leave out.
import { z } from 'zod';
import { cameraSettings } from '../core/camera-settings.js';
import { receipt } from '../core/receipt.js';

const settings = cameraSettings.meta({ id: 'CameraSettings' });
const revision = z.int().min(0).meta({ description: 'Counts the changes; 0: nothing was ever set.' });

export const settingsShown = z.object({ settings, revision, abilities: z.record(z.string(), z.boolean()) });

export const settingsChange = cameraSettings
  .partial()
  .refine(
    (change) => Object.keys(change).length > 0,
    `changes nothing: give at least one of ${Object.keys(cameraSettings.shape).join(', ')}`,
  );
export type SettingsChange = z.output<typeof settingsChange>;

export const settingsChanged = z.object({ settings, revision, receipt });
