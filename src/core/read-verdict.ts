// What may be said of a read.
import { z } from 'zod';

export const readVerdict = z.enum(['confirm', 'correct', 'reject']).meta({
  description:
    '`confirm`: the observed text is right. `correct`: it should be another. `reject`: there is no such plate.',
});
export type ReadVerdict = z.output<typeof readVerdict>;
