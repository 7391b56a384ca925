// The front door: the few functions that work without an actor, because they make one. Its own database role sees logins,
// sessions, credentials and the directory, and no frame, read, search, grant or log.
import pg from 'pg';
import { schemaEntry } from '../audit/entry.js';
import { schemaHash } from '../audit/schema.js';
import type { MemberActor, CameraActor } from '../access/actor.js';
import { conflict, invalid, notFound } from '../core/errors.js';
import { newId, type AgencyId, type CameraId, type CredentialId, type MemberId, type SessionId } from '../core/ids.js';
import { defaultPurposes, type LegalClass, type Role } from '../core/roles.js';
import type { BoundPack } from '../policy/pack.js';
import { survive } from './database/database.js';
import { noteFailureText } from './failures.js';
import { sqlStateOf } from './database/faults.js';
import type { CredentialFacts, LiveSession, LoginRow } from './sign-in-facts.js';
import { hashToken, makeOneTimeToken, newToken, renewOneTimeToken } from './one-time-token.js';
import { appendAsOperator, inTransaction, told } from './operator.js';

export type { CredentialFacts, LiveSession, LoginRow } from './sign-in-facts.js';

export class FrontDoor {
  private readonly pool: pg.Pool;

  /** @param url address of the role plateward_door */
  constructor(url: string, connectionsMax = 4) {
    this.pool = new pg.Pool({
      connectionString: url,
      max: connectionsMax,
      connectionTimeoutMillis: 5_000,
      application_name: 'plateward-door',
    });
    survive(this.pool);
  }

  /** @param name of a statement that is asked at every request: each connection plans it once */
  private async query<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[],
    name?: string,
  ): Promise<pg.QueryResult<Row>> {
    try {
      return await this.pool.query<Row>({ text, values, ...(name !== undefined && { name }) });
    } catch (error) {
      throw told(error);
    }
  }

  /**
   * Counts a login attempt before its password is looked at, so that many at once cannot outrun the lock; `beginSession` forgets
   * the count. The attempt that reaches `failuresMax` may still be checked; while the lock lasts none may. The count does not
   * wait for the disk, so that a known login takes no longer than an unknown one.
   * @returns what to check the password against; undefined when there is no such member
   */
  chargeLogin(
    agencySlug: string,
    login: string,
    failuresMax: number,
    lockSeconds: number,
  ): Promise<LoginRow | undefined> {
    return this.charge('a.slug = $1 and m.login = $2', [agencySlug, login], failuresMax, lockSeconds);
  }

  /** The same for a member who is signed in and gives his password again. */
  chargeMember(
    { agencyId, memberId }: Pick<MemberActor, 'agencyId' | 'memberId'>,
    failuresMax: number,
    lockSeconds: number,
  ): Promise<LoginRow | undefined> {
    return this.charge('m.agency_id = $1::uuid and m.id = $2::uuid', [agencyId, memberId], failuresMax, lockSeconds);
  }

  private async charge(
    whose: string,
    who: readonly [string, string],
    failuresMax: number,
    lockSeconds: number,
  ): Promise<LoginRow | undefined> {
    const { rows } = await this.query<LoginRow & { [column: string]: unknown }>(
      `with seen as (
          select m.agency_id, a.slug, m.id, m.password_hash, m.status = 'active' as active, coalesce(m.locked_until > now(), false) as locked,
            case when m.locked_until is null then m.failed_attempts else 0 end as failures
          from members m join agencies a on a.agency_id = m.agency_id where ${whose} for update of m)
        update members m set
          failed_attempts = case when seen.locked then m.failed_attempts else seen.failures + 1 end,
          locked_until = case when seen.locked then m.locked_until
            when seen.failures + 1 >= $3 then now() + $4 * interval '1 second' end
        from seen, (select set_config('synchronous_commit', 'off', true)) unhurried where m.agency_id = seen.agency_id and m.id = seen.id
        returning m.agency_id as "agencyId", seen.slug as "agencySlug", m.id as "memberId", m.login, seen.password_hash as "passwordHash", seen.active, seen.locked,
          not seen.locked and m.locked_until is not null as locking`,
      [...who, failuresMax, lockSeconds],
    );
    return rows[0];
  }

  /**
   * Notes that an attempt failed, for the entry that tells of them. The same statement, whether there is such a login or not; it
   * does not wait for the disk either.
   * @param row what `chargeLogin` found
   */
  async noteFailure(agencySlug: string, row: LoginRow | undefined, address: string): Promise<void> {
    await this.query(noteFailureText, [agencySlug, row?.memberId ?? null, row?.locking ? 1 : 0, address]);
  }

  /** Opens a session and forgets earlier failures. The token is told once; only its hash is kept. */
  async beginSession(
    agencyId: AgencyId,
    memberId: MemberId,
    lifetimeSeconds: number,
  ): Promise<{ token: string; csrfToken: string; expiresAt: Date; sessionId: SessionId }> {
    const token = newToken();
    const csrfToken = newToken();
    const sessionId = newId<SessionId>();
    await this.query('update members set failed_attempts = 0, locked_until = null where agency_id = $1 and id = $2', [
      agencyId,
      memberId,
    ]);
    const { rows } = await this.query<{ expires_at: Date }>(
      `insert into sessions (agency_id, id, member_id, token_hash, csrf_token, expires_at) values ($1, $2, $3, $4, $5, now() + $6 * interval '1 second') returning expires_at`,
      [agencyId, sessionId, memberId, hashToken(token), csrfToken, lifetimeSeconds],
    );
    return { token, csrfToken, sessionId, expiresAt: rows[0]!.expires_at };
  }

  /** The live session of a token, touched; undefined when it is unknown, ended, past its time or idle for too long, or the member's standing has ended. */
  async findSession(token: string, idleSecondsMax: number): Promise<LiveSession | undefined> {
    const { rows } = await this.query<{
      agency_id: AgencyId;
      id: SessionId;
      member_id: MemberId;
      csrf_token: string;
      expires_at: Date;
      stale: boolean;
    }>(
      `select s.agency_id, s.id, s.member_id, s.csrf_token, s.expires_at, s.last_seen_at < now() - interval '30 seconds' as stale
        from sessions s join members m on m.agency_id = s.agency_id and m.id = s.member_id
        where s.token_hash = $1 and s.ended_at is null and s.expires_at > now() and s.last_seen_at > now() - $2 * interval '1 second' and m.status = 'active'`,
      [hashToken(token), idleSecondsMax],
      'session',
    );
    const row = rows[0];
    if (!row) return undefined;
    if (row.stale)
      await this.query('update sessions set last_seen_at = now() where agency_id = $1 and id = $2', [
        row.agency_id,
        row.id,
      ]);
    return {
      actor: { kind: 'member', agencyId: row.agency_id, memberId: row.member_id, sessionId: row.id },
      csrfToken: row.csrf_token,
      expiresAt: row.expires_at,
    };
  }

  async endSession(actor: MemberActor): Promise<void> {
    await this.query('update sessions set ended_at = now() where agency_id = $1 and id = $2 and ended_at is null', [
      actor.agencyId,
      actor.sessionId,
    ]);
  }

  /** A camera's credential by its id; undefined when there is none. */
  async findCredential(id: CredentialId): Promise<CredentialFacts | undefined> {
    const { rows } = await this.query<{
      agency_id: AgencyId;
      camera_id: CameraId;
      scheme: 'ed25519' | 'hmac';
      public_key: Buffer | null;
      sealed_secret: Buffer | null;
      live: boolean;
    }>(
      `select k.agency_id, k.camera_id, k.scheme, k.public_key, k.sealed_secret, k.revoked_at is null and c.status = 'active' as live
        from camera_credentials k join cameras c on c.agency_id = k.agency_id and c.id = k.camera_id where k.id = $1`,
      [id],
      'credential',
    );
    const row = rows[0];
    return (
      row && {
        actor: { kind: 'camera', agencyId: row.agency_id, cameraId: row.camera_id, credentialId: id },
        scheme: row.scheme,
        publicKey: row.public_key,
        sealedSecret: row.sealed_secret,
        live: row.live,
      }
    );
  }

  /**
   * Takes a nonce; false when this credential has used it before. Now and then it notes that the credential was let in.
   * @param clockSeconds how far the camera's clock was ahead of ours
   */
  async takeNonce(actor: CameraActor, nonce: string, clockSeconds?: number): Promise<boolean> {
    const { rowCount } = await this.query(
      `with taken as (insert into camera_nonces (agency_id, credential_id, nonce) values ($1, $2, $3) on conflict do nothing returning 1),
        seen as (update camera_credentials set seen_at = now(), clock_seconds = coalesce($4, clock_seconds)
          where agency_id = $1 and id = $2 and exists (select from taken)
            and (seen_at is null or seen_at < now() - interval '10 seconds' or refused_at > seen_at))
        select from taken`,
      [actor.agencyId, actor.credentialId, nonce, clockSeconds ?? null],
      'nonce',
    );
    return rowCount === 1;
  }

  /** Notes that a request with a credential's id was turned away. It may be anybody's, so this tells only that it happened. */
  async noteRefused(id: CredentialId, rule: string): Promise<void> {
    await this.query('update camera_credentials set refused_at = now(), refused_by = $2 where id = $1', [id, rule]);
  }

  /** Ids of all agencies, for housekeeping that goes from door to door. */
  agencyIds(): Promise<AgencyId[]> {
    return this.agenciesWhere('true');
  }

  /** Agencies with work that may be begun now or whose lease has run out. */
  agenciesWithWork(): Promise<AgencyId[]> {
    return this
      .agenciesWhere(`exists (select 1 from jobs j where j.agency_id = a.agency_id and j.state = 'queued' and j.not_before <= now())
        or exists (select 1 from jobs j where j.agency_id = a.agency_id and j.state = 'leased' and j.lease_until < now())`);
  }

  /** Agencies to whose destinations something is to be told now. */
  agenciesToTell(): Promise<AgencyId[]> {
    return this.agenciesWhere('a.agency_id in (select agency_id from alert_deliveries where due_at <= now())');
  }

  private async agenciesWhere(condition: string): Promise<AgencyId[]> {
    const text = `select a.agency_id from agencies a where ${condition} order by a.agency_id`;
    return (await this.query<{ agency_id: AgencyId }>(text, [])).rows.map((row) => row.agency_id);
  }

  /**
   * A session of a member of a canary, for whoever tries the wall; of no other agency, whatever is asked.
   * @returns undefined when there is no such member of a canary
   */
  async beginCanarySession(
    agencySlug: string,
    login: string,
  ): Promise<{ actor: MemberActor; token: string; csrfToken: string } | undefined> {
    const { rows } = await this.query<{ agency_id: AgencyId; id: MemberId }>(
      `select m.agency_id, m.id from members m join agencies a on a.agency_id = m.agency_id where a.slug = $1 and a.synthetic and m.login = $2`,
      [agencySlug, login],
    );
    const [found] = rows;
    if (!found) return undefined;
    const { token, csrfToken, sessionId } = await this.beginSession(found.agency_id, found.id, 900);
    return { actor: { kind: 'member', agencyId: found.agency_id, memberId: found.id, sessionId }, token, csrfToken };
  }

  /** When canaries last tried the wall; undefined: never. */
  async canaryRanAt(): Promise<Date | undefined> {
    const { rows } = await this.query<{ at: Date | null }>(
      'select max(canary_at) as at from agencies where synthetic',
      [],
    );
    return rows[0]?.at ?? undefined;
  }

  /** Names of all agencies, as their public pages carry them; canaries are none of them. */
  async publicAgencies(): Promise<{ slug: string; name: string }[]> {
    return (
      await this.query<{ slug: string; name: string }>(
        'select slug, name from agencies where not synthetic order by lower(name), slug',
        [],
      )
    ).rows;
  }

  /** The agency of this short name, if there is one. */
  async findAgency(slug: string): Promise<AgencyId | undefined> {
    return (await this.query<{ agency_id: AgencyId }>('select agency_id from agencies where slug = $1', [slug])).rows[0]
      ?.agency_id;
  }

  /**
   * Enrols an agency with its own log, and makes the one-time token by which its first administrator comes in.
   * @param agency with the number of administrators who must sign each of its grants, and the law that its data is under; without one nothing of it is shared until it adopts one
   * @throws PlatewardError `agency_taken` when the short name is in use
   */
  async enrolAgency(
    {
      pack,
      approvalsNeeded = 2,
      ...agency
    }: {
      slug: string;
      name: string;
      legalClass: LegalClass;
      state: string;
      /** Who looked at the papers that say what it is. */
      attestedBy?: string;
      pack?: BoundPack;
      approvalsNeeded?: 1 | 2;
      /** A canary: nobody works in it, and the directory of the others leaves it out. */
      synthetic?: true;
    },
    tokenHours?: number,
  ): Promise<{ agencyId: AgencyId; token: string; expiresAt: Date }> {
    const agencyId = newId<AgencyId>();
    return inTransaction(this.pool, async (client) => {
      try {
        await client.query(
          'insert into agencies (agency_id, slug, name, legal_class, state, purposes, pack, approvals_needed, attested_by, synthetic) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
          [
            agencyId,
            agency.slug,
            agency.name,
            agency.legalClass,
            agency.state,
            defaultPurposes,
            pack?.text,
            approvalsNeeded,
            agency.attestedBy ?? null,
            agency.synthetic ?? false,
          ],
        );
      } catch (error) {
        throw sqlStateOf(error) === '23505'
          ? conflict('agency_taken', `There is already an agency with the short name ${agency.slug}.`)
          : error;
      }
      await client.query('insert into log_heads (agency_id, schema) values ($1, $2)', [agencyId, schemaHash]);
      await client.query('insert into log_entries (agency_id, body) values ($1, $2)', [
        agencyId,
        schemaEntry(agencyId, 'front-door').body,
      ]);
      const made = await makeOneTimeToken(client, agencyId, tokenHours);
      const law = pack && { pack: pack.pack.id, packSha256: pack.hash, document: pack.text };
      await appendAsOperator(client, agencyId, 'agency.enrol', { ...agency, approvalsNeeded, ...law });
      return { agencyId, ...made };
    });
  }

  /** A one-time token in the stead of one that was lost or is too old, while nobody has come in. @throws PlatewardError 404; 409 `agency_has_members` */
  renewToken(slug: string): Promise<{ token: string; expiresAt: Date }> {
    return inTransaction(this.pool, (client) => renewOneTimeToken(client, slug));
  }

  /**
   * Says anew, by an entry that itself changes it, what an agency is. What it was given as something else opens nothing from this commit on, until it is asked for and signed again.
   * @throws PlatewardError 404 `not_found`; 409 `agency_is_that` when it is that already, attested by the same
   */
  async attestAgency(
    slug: string,
    is: { legalClass: LegalClass; state: string; attestedBy: string },
  ): Promise<AgencyId> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ agency_id: AgencyId; same: boolean }>(
        `select agency_id, (legal_class, state, attested_by) is not distinct from ($2, $3, $4) as same from agencies where slug = $1`,
        [slug, is.legalClass, is.state, is.attestedBy],
      );
      const [found] = rows;
      if (!found) throw notFound('agency');
      if (found.same) throw conflict('agency_is_that', 'The agency is that already, and attested by the same.');
      await appendAsOperator(client, found.agency_id, 'agency.attest', is);
      return found.agency_id;
    });
  }

  /**
   * The first administrator of an agency, by its one-time token.
   * @throws PlatewardError `bootstrap_token` when the token is wrong, used or too old
   */
  async bootstrapMember(
    slug: string,
    token: string,
    member: { login: string; name: string; passwordHash: string },
  ): Promise<{ agencyId: AgencyId; memberId: MemberId }> {
    return inTransaction(this.pool, async (client) => {
      const { rows } = await client.query<{ agency_id: AgencyId }>(
        `update bootstrap_tokens t set used_at = now() from agencies a
          where a.slug = $1 and t.agency_id = a.agency_id and t.token_hash = $2 and t.used_at is null and t.expires_at > now() returning t.agency_id`,
        [slug, hashToken(token)],
      );
      const agencyId = rows[0]?.agency_id;
      if (!agencyId)
        throw invalid(
          'bootstrap_token',
          'This one-time token is wrong, used or too old. While nobody has come in, your operator makes a new one: `plateward agency token`.',
        );
      const memberId = newId<MemberId>();
      const role: Role = 'administrator';
      await client.query(
        'insert into members (agency_id, id, login, name, role, password_hash) values ($1, $2, $3, $4, $5, $6)',
        [agencyId, memberId, member.login, member.name, role, member.passwordHash],
      );
      await appendAsOperator(client, agencyId, 'member.bootstrap', { memberId, role });
      return { agencyId, memberId };
    });
  }

  async ping(): Promise<void> {
    await this.query('select 1', []);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
