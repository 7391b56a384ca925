// Plates of the households and colleagues of members, whose search is flagged. What is kept of a plate is a hash with the agency's key, made
// by the database; nothing reads it back.
import { conflict, notFound } from '../../core/errors.js';
import type { ListedPlateId, MemberId } from '../../core/ids.js';
import type { Bound } from './bound.js';

export interface ListedPlate {
  readonly id: ListedPlateId;
  /** What the auditor knows it by. */
  readonly label: string;
  readonly listedAt: Date;
  readonly listedBy: MemberId;
}

export interface ListedPlateReader {
  list(): Promise<ListedPlate[]>;
}

export const listedPlateReader = ({ sql, home, rows }: Bound): ListedPlateReader => ({
  list: async () => {
    rows('ListedPlate');
    const { rows: found } = await sql.query<ListedPlate & { [column: string]: unknown }>({
      name: 'listed-plates',
      text: `select id, label, listed_at as "listedAt", listed_by as "listedBy" from listed_plates where agency_id = $1 order by listed_at, id`,
      values: [home],
    });
    return found;
  },
});

export interface ListedPlateWriter {
  /**
   * @param plate letters and digits
   * @throws PlatewardError 409 `plate_listed`
   */
  enlist(id: ListedPlateId, plate: string, label: string): Promise<void>;
  /** @throws PlatewardError 404 `not_found` */
  delist(id: ListedPlateId): Promise<void>;
}

export const listedPlateWriter = ({ sql, home, permit, noted }: Bound): ListedPlateWriter => ({
  enlist: async (id, plate, label) => {
    const { rowCount } = await sql.query({
      name: 'listed-plate-add',
      text: `insert into listed_plates (agency_id, id, plate_key, label, listed_by) values ($1, $2, plate_key_of($3), $4, $5)
        on conflict (agency_id, plate_key) do nothing`,
      values: [home, id, plate, label, permit.facts.member?.memberId],
    });
    if (!rowCount) throw conflict('plate_listed', 'This plate is on the list already.');
    noted({ listedPlateId: id, listed: true });
  },
  delist: async (id) => {
    const { rowCount } = await sql.query({
      name: 'listed-plate-remove',
      text: 'delete from listed_plates where agency_id = $1 and id = $2',
      values: [home, id],
    });
    if (!rowCount) throw notFound('listed plate');
    noted({ listedPlateId: id, listed: false });
  },
});
