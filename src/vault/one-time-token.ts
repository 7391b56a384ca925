// The one-time token by which an agency's first administrator comes in: made when it is enrolled, and anew while nobody has come in.
import { createHash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import { conflict, notFound } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';

/** SHA-256 of a token: only hashes of tokens are stored. */
export const hashToken = (token: string): Buffer => createHash('sha256').update(token).digest();
export const newToken = (): string => randomBytes(32).toString('base64url');

/** How long a first administrator has to come in. */
const hoursUsual = 72;

/** Makes the token of an agency. It is told once; its use is an entry of the agency's log. */
export const makeOneTimeToken = async (
  client: pg.PoolClient,
  agencyId: AgencyId,
  hours = hoursUsual,
): Promise<{ token: string; expiresAt: Date }> => {
  const token = newToken();
  const { rows } = await client.query<{ expires_at: Date }>(
    `insert into bootstrap_tokens (agency_id, token_hash, expires_at) values ($1, $2, now() + $3 * interval '1 hour') returning expires_at`,
    [agencyId, hashToken(token), hours],
  );
  return { token, expiresAt: rows[0]!.expires_at };
};

/**
 * Makes it anew, and ends those of before, so that one at most opens at any time. An agency that ever had a member gets none: that would be
 * a way in past its administrators.
 * @throws PlatewardError 404 `not_found`; 409 `agency_has_members`
 */
export const renewOneTimeToken = async (
  client: pg.PoolClient,
  slug: string,
): Promise<{ token: string; expiresAt: Date }> => {
  const { rows } = await client.query<{ agency_id: AgencyId }>(
    'select agency_id from agencies where slug = $1 and not synthetic',
    [slug],
  );
  const agencyId = rows[0]?.agency_id;
  if (!agencyId) throw notFound('agency');
  // Two at once would each leave one that opens.
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`plateward.one-time-token ${agencyId}`]);
  // Whoever is coming in with one holds its row until he is a member; so members are looked for after it.
  await client.query('update bootstrap_tokens set used_at = now() where agency_id = $1 and used_at is null', [
    agencyId,
  ]);
  const members = await client.query('select 1 from members where agency_id = $1 limit 1', [agencyId]);
  if (members.rows.length > 0)
    throw conflict(
      'agency_has_members',
      `${slug} has its people, and nobody else lets anyone in: its administrators add members and make new passwords.`,
    );
  return makeOneTimeToken(client, agencyId);
};
