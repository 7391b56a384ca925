// What stands beside a grant where one of its conditions is left out: openings of one for emergencies, and a read from before its window.
import type { TestAgency } from './agencies.js';
import type { GrantWorld } from './probes.js';
import type { House } from './walls.js';

/** Columns of an opening, as SQL, and of what it is. */
export interface OpeningDrawn {
  readonly opened?: string;
  readonly purpose?: string;
  readonly ended_at?: string;
  readonly of?: string;
}

/** An opening of the newest grant of the two, or one that is of another grant. */
export const openingAs = (
  house: House,
  { opened = 'null', purpose = `'stolen-vehicle'`, ended_at = 'null', of }: OpeningDrawn,
): string => `
    set local session_replication_role = replica;
    insert into grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at, confirmed_by, opened_at, ended_at)
      select ${of === 'another agency' ? `'${house.ogdenville.agencyId}'` : 'agency_id'}, ${of === 'another' ? 'gen_random_uuid()' : 'id'}, gen_random_uuid(), grantee_agency_id, ${purpose}, 'x', 'x', gen_random_uuid(), now(),
          case when (${opened})::timestamptz is not null then gen_random_uuid() end, ${opened}, ${ended_at}
        from grants where agency_id = '${house.shelbyville.agencyId}' and grantee_agency_id = '${house.springfield.agencyId}' and opening_minutes is not null;
    set local session_replication_role = origin`;

/** A read of three days ago, under a grant that reaches back one day. */
export const readBeforeWindow = ({ agencyId }: TestAgency): GrantWorld => ({
  grant: { data_window_days: '1' },
  where: `captured_at < now() - interval '2 days'`,
  also: `insert into reads select (jsonb_populate_record(r, jsonb_build_object('captured_at', now() - interval '3 days', 'id', gen_random_uuid()))).* from reads r where agency_id = '${agencyId}'`,
});
