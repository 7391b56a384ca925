// The form of an export of what a search showed.
import { z } from 'zod';
import { searchId } from '../core/ids.js';

export const exportPath = z.strictObject({ searchId });
export type ExportPath = z.output<typeof exportPath>;

/** Reads with pictures that one file holds, by what is set in of each. */
export const picturedMax = { crops: 200, frames: 30 } as const;

export const newExport = z
  .strictObject({
    shown: z
      .string()
      .regex(/^[A-Za-z0-9_-]{60,120000}$/, 'must be what the answer of the search gave')
      .meta({ description: '`shown` of the answer to be exported.' }),
    format: z.enum(['csv', 'pdf']),
    pictures: z
      .enum(['none', 'crops', 'frames'])
      .default('none')
      .meta({
        description: `Of a PDF: the plates cut out (\`crops\`, at most ${picturedMax.crops} reads), or those and the full pictures (\`frames\`, at most ${picturedMax.frames}). Each is on record with the export.`,
      }),
  })
  .refine(({ format, pictures }) => format === 'pdf' || pictures === 'none', {
    path: ['pictures'],
    error: 'a table holds no pictures; ask for a PDF',
  });
export type NewExport = z.output<typeof newExport>;
