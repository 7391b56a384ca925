// What random searches are asked of: plates in families with their misreads, and reads of them in every agency, from one seed.
import type pg from 'pg';
import { foldConfusable } from '../../src/core/confusable.js';
import { newRead, type TestAgency } from './agencies.js';

/** mulberry32: the same questions for the same seed. */
export const randomFrom = (seed: number) => {
  let state = seed;
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(random() * n);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)]!;
  return { random, below, oneOf };
};
export type Dice = ReturnType<typeof randomFrom>;

const alphabet = [...'ABCDEFGHJKLMNPRSTUVWXYZ0123456789'];
export const plateOf = ({ below, oneOf }: Dice): string =>
  Array.from({ length: 6 + below(2) }, () => oneOf(alphabet)).join('');

/** Plates that pass in every agency, each with misreads of it. */
export const somePlates = (dice: Dice, families: number): readonly string[] =>
  Array.from({ length: families }, () => plateOf(dice)).flatMap((plate) => {
    const at = dice.below(plate.length);
    const misread = plate.slice(0, at) + dice.oneOf(alphabet) + plate.slice(at + 1);
    return [plate, plate, plate, misread, foldConfusable(plate)];
  });

/** So many reads of an agency, many of them of one car in a row, written behind the walls because their making is not what is tested. */
export const fillReads = async (
  admin: pg.Client,
  agency: TestAgency,
  plates: readonly string[],
  count: number,
  dice: Dice,
): Promise<void> => {
  const rows: { plate: string; camera: string; at: Date }[] = [];
  while (rows.length < count) {
    const [plate, camera] = [dice.oneOf(plates), dice.oneOf(agency.cameras).cameraId];
    const at = Date.now() - 60_000 - dice.below(20 * 86_400) * 1000;
    for (let n = dice.below(5); n >= 0; n -= 1) rows.push({ plate, camera, at: new Date(at + n * 2000) });
  }
  const { corners } = newRead('ABC123', 0);
  await admin.query(
    `with r as (select gen_random_uuid() as frame, each.* from unnest($2::text[], $3::uuid[], $4::timestamptz[]) as each (plate, camera, at)),
      f as (insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
        select $1, r.frame, r.camera, r.frame::text, sha256('x'), r.at, r.at, 'image/jpeg', 640, 480, 1, 'k' from r returning id)
      insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, region, state, state_confidence, corners, crop_key, model_id, model_hash)
      select $1, r.at, gen_random_uuid(), f.id, r.camera, 0, r.at, r.plate, 0.9,
          (select jsonb_agg(jsonb_build_object('c', c, 'p', 0.9)) from regexp_split_to_table(r.plate, '') c), '[]', 'us', 'CA', 0.9, $5, 'crop', 'm', 'h'
        from r join f on f.id = r.frame`,
    [
      ...[agency.agencyId, rows.map(({ plate }) => plate), rows.map(({ camera }) => camera)],
      ...[rows.map(({ at }) => at), JSON.stringify(corners)],
    ],
  );
};
