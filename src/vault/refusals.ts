// How many refusals one agency may leave in another's log. Who is refused again and again is told to wait, once the owner has its alert; what is
// refused above the limit is counted and told by one entry (stores/counted.ts). What is granted is never held back.
import { actorId, type Actor } from '../access/actor.js';
import type { EntryDraft } from '../audit/entry.js';
import type { AgencyId } from '../core/ids.js';
import type { Sql } from './database/database.js';

/** The time in which refusals are counted together, in seconds. */
export const refusalSeconds = 600;
/** Refusals at one agency in that time: of one member, and of all of one agency. */
export interface RefusalLimits {
  readonly member: number;
  readonly agency: number;
}
/** As in src/config/config.ts. */
export const refusalsMax: RefusalLimits = { member: 60, agency: 240 };

/** Agencies in whose logs these entries say that another one was refused. */
export const refusedAt = (home: AgencyId, drafts: readonly EntryDraft[]): string[] =>
  drafts.filter((each) => each.agencyId !== home && each.outcome === 'refused').map(({ agencyId }) => agencyId);

/**
 * Counts one refusal at each of these agencies.
 * @returns seconds to wait when it was one too many, and then none of them is to stand in their logs
 */
export const countRefusals = async (
  sql: Sql,
  actor: Actor,
  owners: readonly string[],
  { member, agency }: RefusalLimits,
): Promise<number | undefined> => {
  if (owners.length === 0) return undefined;
  const who: unknown[] = [actor.agencyId, [...owners].sort(), actorId(actor), refusalSeconds];
  // Holds the rows until the commit, so that refusals of one member come here one after the other.
  await sql.query({
    name: 'refusals-count',
    text: `insert into refusals_sent as r (agency_id, owner_agency_id, actor_id) select $1, owner, $3 from unnest($2::uuid[]) owner
      on conflict (agency_id, owner_agency_id, actor_id) do update set
        told = case when r.since > now() - $4 * interval '1 second' then r.told + 1 else 1 end,
        since = case when r.since > now() - $4 * interval '1 second' then r.since else now() end`,
    values: who,
  });
  const { rows } = await sql.query<{ wait: number }>({
    name: 'refusals-counted',
    text: `select ceil($4 - extract(epoch from now() - min(since)))::int as wait from refusals_sent
      where agency_id = $1 and owner_agency_id = any($2::uuid[]) and since > now() - $4 * interval '1 second'
      group by owner_agency_id having sum(told) > $5 or max(told) filter (where actor_id = $3) > $6 order by 1 desc limit 1`,
    values: [...who, agency, member],
  });
  if (!rows[0]) return undefined;
  await sql.query({
    name: 'refusals-hold',
    text: `update refusals_sent set told = told - 1, held = held + 1, held_since = coalesce(held_since, now()), held_until = now()
      where agency_id = $1 and owner_agency_id = any($2::uuid[]) and actor_id = $3`,
    values: who.slice(0, 3),
  });
  return Math.max(1, rows[0].wait);
};
