// Finds an agency's camera by the name that people use, or by its id.
import { z } from 'zod';
import { invalid } from '../core/errors.js';
import type { MemberClient } from './api-client.js';

const list = z.object({ cameras: z.array(z.object({ id: z.string(), name: z.string() })) });

/** @throws PlatewardError `camera_unknown` */
export const findCamera = async (client: MemberClient, wanted: string): Promise<{ id: string; name: string }> => {
  const { cameras } = await client.get('/api/v1/cameras', list);
  const found = cameras.find(({ id, name }) => id === wanted || name.toLowerCase() === wanted.toLowerCase());
  if (!found)
    throw invalid(
      'camera_unknown',
      `${client.agencyName} has no camera "${wanted}". ${cameras.length > 0 ? `It has: ${cameras.map(({ name }) => name).join(', ')}.` : 'It has none yet.'}`,
    );
  return found;
};
