// The form in which it is told that the personal values of a month of a log are gone.
import { z } from 'zod';

export const logPeriod = z
  .string()
  .regex(/^[0-9]{4}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-09')
  .meta({ description: 'A calendar month in UTC, as `yyyy-mm`.' });

/** A month of a log whose personal values are gone, as an answer tells it. */
export const destroyedPeriod = z
  .object({
    period: logPeriod,
    entry: z.int().min(0).meta({ description: 'The entry that did it.' }),
    at: z.date(),
    by: z.array(z.string()).meta({ description: 'Logins of who proposed it and of who did it.' }),
  })
  .meta({ id: 'DestroyedPeriod' });
