// The packs in force, as the database keeps them. A pack never changes under its hash, so a process reads each text once. A text that this
// version cannot read opens nothing: it is an error, not an absence of law.
import { messageOf, unavailable } from '../core/errors.js';
import { bindPack, hashOfPack, type Pack } from '../policy/pack.js';
import type { Sql } from './database/database.js';

export interface Law {
  readonly pack: Pack;
  readonly hash: string;
}

const known = new Map<string, Law>();
/** Packs kept in memory; more than any house has in force. */
const knownMax = 500;

/** A pack from its canonical text. @throws PlatewardError `law_unreadable` */
export const lawFrom = (text: string, hash: string): Law => {
  try {
    if (hashOfPack(text) !== hash) throw new RangeError('its text does not have its hash');
    return { pack: bindPack(JSON.parse(text)).pack, hash };
  } catch (error) {
    throw unavailable('law_unreadable', `The law ${hash.slice(0, 12)} cannot be read: ${messageOf(error)}`);
  }
};

/** The packs of these agencies, by hash. @throws PlatewardError `law_unreadable` */
export const lawsOf = async (
  sql: Sql,
  agencies: readonly { readonly agency_id: string; readonly pack_hash: string | null }[],
): Promise<ReadonlyMap<string, Law>> => {
  const found = new Map<string, Law>();
  const missing = new Map<string, string>();
  for (const { agency_id, pack_hash } of agencies) {
    if (pack_hash === null) continue;
    const law = known.get(pack_hash);
    if (law) found.set(pack_hash, law);
    else missing.set(pack_hash, agency_id);
  }
  if (missing.size === 0) return found;
  const { rows } = await sql.query<{ pack: string; pack_hash: string }>({
    name: 'facts-laws',
    text: 'select pack, pack_hash from agencies where agency_id = any($1::uuid[])',
    values: [[...missing.values()]],
  });
  for (const { pack, pack_hash } of rows) {
    const law = lawFrom(pack, pack_hash);
    if (known.size >= knownMax) known.clear();
    known.set(pack_hash, law);
    found.set(pack_hash, law);
  }
  return found;
};
