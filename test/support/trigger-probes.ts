// Probes of triggers: told when what a trigger keeps in step is out of step.
import type pg from 'pg';
import type { TestAgency } from './agencies.js';
import { appendEntry, entryValues } from './entries.js';
import type { Probe } from './probes.js';

const count = async (c: pg.ClientBase, text: string): Promise<number> =>
  (await c.query<{ count: number }>(`select count(*)::int as count from ${text}`)).rows[0]!.count;
/** Told when a plate that an agency reads, or has lost, has other keys than its reads say. */
export const outOfStep =
  (change: string): Probe =>
  async (c) => {
    await c.query(change);
    const [reads, sightings, suffixes, neighbours] = [
      await count(c, `(select distinct agency_id, plate, camera_id from reads) r`),
      await count(c, 'plate_sightings'),
      await count(c, '(select distinct agency_id, plate from plate_suffixes) s'),
      await count(c, '(select distinct agency_id, plate from plate_neighbours) n'),
    ];
    const plates = await count(c, '(select distinct agency_id, plate from reads) r');
    return reads === sightings && plates === suffixes && plates === neighbours
      ? undefined
      : JSON.stringify({ reads, sightings, plates, suffixes, neighbours });
  };

/** Told when a refusal of one agency that is written into another's log raises no alert there. */
export const raisesNone =
  (asker: TestAgency, owner: TestAgency): Probe =>
  async (c) => {
    const [log, body, opened] = entryValues(asker, owner, { outcome: 'refused' });
    const refusal = body.replace('"outcome":"refused"', '"outcome":"refused","rule":"a_test"');
    await c.query(appendEntry, [log, refusal, opened]);
    const raised = await count(c, `alerts where agency_id = '${owner.agencyId}' and rule = 'a_test'`);
    return raised > 0 ? undefined : 'a refusal raised no alert';
  };
