// The side of an agency's log that is for everybody: tree head, hashes, leaves, and bodies in the form in which personal fields are
// commitments. It never selects an opened value, and hands out no body that was written before that form.
import type { Bound } from './bound.js';

/** Hashes, leaves or bodies of a tile. */
export const tileWidth = 256;

export interface PublicHead {
  readonly size: number;
  readonly root: Buffer;
}

export interface PublicLogReader {
  head(): Promise<PublicHead>;
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

export const publicLogReader = ({ sql, home }: Bound): PublicLogReader => ({
  head: async () => {
    const { rows } = await sql.query<{ size: string; root: Buffer }>({
      name: 'log-public-head',
      text: 'select size, root from log_heads where agency_id = $1',
      values: [home],
    });
    const head = rows[0];
    if (!head) throw new Error('an agency has no log');
    return { size: Number(head.size), root: head.root };
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
      text: `select uuid_send(agency_id) || int8send(entry) || int8send((extract(epoch from at) * 1000000)::bigint) || prev_hash
          || sha256(convert_to(body, 'UTF8')) as leaf
        from log_entries where agency_id = $1 and entry >= $2 and entry < $3 order by entry`,
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
