// The side of an agency's log that is for everybody: tree head, hashes, leaves, and bodies in the form in which personal fields are
// commitments. It never selects an opened value, and hands out no body that was written before that form.
import { proofOf } from '../../audit/checkpoint.js';
import type { Bound } from './bound.js';

export interface PublicHead {
  readonly size: number;
  readonly root: Buffer;
  /** Which of the log's keys signs it. */
  readonly keyNumber: number;
  /** The same head as the key before signed it, where it is the last that one signed. */
  readonly handover?: string;
}

/** An entry by which a key of the log took the place of another, with its proof under the last head of that one. */
export interface ReplacedKey {
  readonly entry: number;
  readonly leaf: Buffer;
  readonly body: string;
  /** tlog-proof */
  readonly proof: string;
}

export interface PublicLogReader {
  head(): Promise<PublicHead>;
  /** In order; a replaced key that has not signed its last head yet is left out. */
  keys(): Promise<ReplacedKey[]>;
  /** `count` hashes of a level from `first` on, 32 bytes each; fewer when the tree does not have them. */
  hashes(level: number, first: number, count: number): Promise<Buffer>;
  /** The same hashes from a full tile as it was written; undefined when it is not full yet. */
  tile(level: number, tile: number): Promise<Buffer | undefined>;
  /** Leaves of 96 bytes, in order. */
  leaves(first: number, count: number): Promise<Buffer[]>;
  /** Bodies in order; undefined for one that is withheld. */
  bodies(first: number, count: number): Promise<(string | undefined)[]>;
  /** The same with the time of each, in microseconds since 1970. */
  entries(first: number, count: number): Promise<{ micros: number; body: string | undefined }[]>;
}

/** The beginning of what every body in the public form holds; older ones name their schema by a number. */
const publicForm = /,"schema":"[0-9a-f]{64}"\}$/;

/** The body where it is in the public form; undefined where it is withheld. */
export const publicBody = (body: string): string | undefined => (publicForm.test(body) ? body : undefined);

/** The 96 bytes of an entry. */
const leafOf = `uuid_send(e.agency_id) || int8send(e.entry) || int8send((extract(epoch from e.at) * 1000000)::bigint) || e.prev_hash
          || sha256(convert_to(e.body, 'UTF8'))`;

export const publicLogReader = ({ sql, home }: Bound): PublicLogReader => ({
  head: async () => {
    const { rows } = await sql.query<{ size: string; root: Buffer; key_number: number; handover: string | null }>({
      name: 'log-public-head',
      text: `select h.size, h.root, h.key_number, k.handover
        from log_heads h left join log_keys k on k.agency_id = h.agency_id and k.number = h.key_number and k.entry + 1 = h.size
        where h.agency_id = $1`,
      values: [home],
    });
    const head = rows[0];
    if (!head) throw new Error('an agency has no log');
    const { size, root, key_number: keyNumber, handover } = head;
    return { size: Number(size), root, keyNumber, ...(handover !== null && { handover }) };
  },
  keys: async () => {
    const { rows } = await sql.query<{ entry: string; leaf: Buffer; body: string; path: Buffer; handover: string }>({
      name: 'log-public-keys',
      text: `select e.entry, ${leafOf} as leaf, e.body, k.path, k.handover
        from log_keys k join log_entries e on e.agency_id = k.agency_id and e.entry = k.entry
        where k.agency_id = $1 and k.handover is not null order by k.number`,
      values: [home],
    });
    return rows.map(({ leaf, body, path, handover, ...row }) => {
      const entry = Number(row.entry);
      return { entry, leaf, body, proof: proofOf(entry, path, handover) };
    });
  },
  hashes: async (level, first, count) => {
    const values = [home, first, first + count];
    const { rows } = await sql.query<{ hash: Buffer }>(
      level === 0
        ? {
            name: 'log-public-hashes',
            text: 'select hash from log_entries where agency_id = $1 and entry >= $2 and entry < $3 order by entry',
            values,
          }
        : {
            name: 'log-public-roots',
            text: 'select root as hash from log_tiles where agency_id = $1 and level = $4 and tile >= $2 and tile < $3 order by tile',
            values: [...values, level - 1],
          },
    );
    return Buffer.concat(rows.map((row) => row.hash));
  },
  tile: async (level, tile) => {
    const { rows } = await sql.query<{ hashes: Buffer }>({
      name: 'log-public-tile',
      text: 'select hashes from log_tiles where agency_id = $1 and level = $2 and tile = $3',
      values: [home, level, tile],
    });
    return rows[0]?.hashes;
  },
  leaves: async (first, count) => {
    const { rows } = await sql.query<{ leaf: Buffer }>({
      name: 'log-public-leaves',
      text: `select ${leafOf} as leaf
        from log_entries e where agency_id = $1 and entry >= $2 and entry < $3 order by entry`,
      values: [home, first, first + count],
    });
    return rows.map((row) => row.leaf);
  },
  bodies: async (first, count) => {
    const { rows } = await sql.query<{ body: string }>({
      name: 'log-public-bodies',
      text: 'select body from log_entries where agency_id = $1 and entry >= $2 and entry < $3 order by entry',
      values: [home, first, first + count],
    });
    return rows.map((row) => publicBody(row.body));
  },
  entries: async (first, count) => {
    const { rows } = await sql.query<{ micros: string; body: string }>({
      name: 'log-public-entries',
      text: `select (extract(epoch from at) * 1000000)::bigint::text as micros, body
        from log_entries where agency_id = $1 and entry >= $2 and entry < $3 order by entry`,
      values: [home, first, first + count],
    });
    return rows.map(({ micros, body }) => ({ micros: Number(micros), body: publicBody(body) }));
  },
});
