// Openings of grants for emergencies, drawn by chance for the test that the walls agree.
import type pg from 'pg';
import type { GrantFacts } from '../../src/access/facts.js';
import { newId, type MemberId, type OpeningId } from '../../src/core/ids.js';

/** Some of the grants become ones for emergencies, and most of those are or were open. */
export const maybeOpened = (
  grant: GrantFacts,
  next: () => number,
  purposes: readonly string[],
  now: Date,
): GrantFacts => {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(next() * all.length)]!;
  if (next() >= 0.25) return grant;
  const emergency = { ...grant, openingMinutes: pick([30, 60]) };
  if (next() < 0.1) return emergency;
  const opened = new Date(now.getTime() - pick([1, 1, 1, 29, 45, 90]) * 60_000);
  const opening = {
    ...{ openingId: newId<OpeningId>(), askedBy: newId<MemberId>(), askedAt: new Date(opened.getTime() - 60_000) },
    askerStands: true,
    purpose: next() < 0.4 ? 'stolen-vehicle' : pick(purposes),
    openedAt: next() < 0.9 ? opened : null,
    endedAt: next() < 0.1 ? now : null,
    reviewedAt: null,
  };
  return { ...emergency, opening };
};

/** Puts the opening of a grant, if it has one, into the database as an administrator. */
export const insertOpening = async (admin: pg.ClientBase, grant: GrantFacts): Promise<void> => {
  const { opening } = grant;
  if (!opening) return;
  await admin.query(
    `insert into grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at, confirmed_by, opened_at, ended_at)
      values ($1, $2, $3, $4, $5, 'x', 'x', $6, $7, case when $8::timestamptz is not null then gen_random_uuid() end, $8, $9)`,
    [
      ...[grant.ownerAgencyId, grant.grantId, opening.openingId, grant.granteeAgencyId],
      ...[opening.purpose, opening.askedBy, opening.askedAt, opening.openedAt, opening.endedAt],
    ],
  );
};
