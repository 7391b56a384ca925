// Signing in and out, and how an agency's first administrator comes in. A failed sign-in has one answer, whatever was wrong.
import { Injectable } from '@nestjs/common';
import { actionNames, ruleOf } from '../access/actions.js';
import { invalid, refused, unauthenticated } from '../core/errors.js';
import type { AgencyId, MemberId } from '../core/ids.js';
import type { LiveSession } from '../vault/front-door.js';
import { Vault, type Door } from '../vault/vault.js';
import { LoginLimiter } from './login-limiter.js';
import { receiptOf } from '../web/receipt.js';
import { checkPassword, hashPassword, passwordFits } from './passwords.js';
import type { Bootstrap, PasswordChange, PasswordChanged, SignIn, WhoAmI } from './sessions.schema.js';

/** Failures after which an account is locked. */
export const failuresMax = 5;
/** How long it stays locked. */
export const lockSeconds = 15 * 60;
/** A session ends after this time, whatever happens. */
export const sessionSecondsMax = 12 * 3_600;

const failed = () =>
  unauthenticated(
    'sign_in_failed',
    `The agency, login or password is wrong, or the account is locked. After ${failuresMax} failures it stays locked for ${lockSeconds / 60} minutes; your administrator can unlock it.`,
  );

@Injectable()
export class SessionsService {
  private readonly signIns = new LoginLimiter();
  private readonly bootstraps = new LoginLimiter();

  constructor(private readonly vault: Vault) {}

  /** @throws PlatewardError 401 `sign_in_failed`, 429 `sign_in_rate`, 503 `sign_in_busy` */
  async signIn({ agency, login, password }: SignIn, address: string): Promise<{ token: string; who: WhoAmI }> {
    this.signIns.take(address);
    const row = await this.vault.front.chargeLogin(agency, login, failuresMax, lockSeconds);
    const fits = await passwordFits(row?.passwordHash, password);
    if (!row || !fits || row.locked || !row.active) {
      await this.vault.front.noteFailure(agency, row, address);
      throw failed();
    }
    this.signIns.giveBack(address);
    const { token, csrfToken, expiresAt, sessionId } = await this.vault.front.beginSession(
      row.agencyId,
      row.memberId,
      sessionSecondsMax,
    );
    const actor = { kind: 'member', agencyId: row.agencyId, memberId: row.memberId, sessionId } as const;
    try {
      const who = await this.whoAmI(this.vault.door(actor, 'session.begin'), { csrfToken, expiresAt });
      return { token, who };
    } catch (error) {
      // Nobody is in who is not on record.
      await this.vault.front.endSession(actor);
      throw error;
    }
  }

  /**
   * A new password of the member who is signed in. His other sessions end. Wrong guesses of the old one count as failures to sign in.
   * @throws PlatewardError 403 `password_wrong`, 400 `password_weak`, `password_same`, 429 `sign_in_rate`, 503 `sign_in_busy`
   */
  async changePassword(
    door: Door<'member.password'>,
    { password, newPassword }: PasswordChange,
    address: string,
  ): Promise<PasswordChanged> {
    const { actor } = door;
    if (actor.kind !== 'member') throw new TypeError('only a member has a password');
    checkPassword(newPassword);
    if (newPassword === password)
      throw invalid('password_same', 'The new password is the old one; choose another, or keep it.');
    this.signIns.take(address);
    const row = await this.vault.front.chargeMember(actor, failuresMax, lockSeconds);
    const fits = await passwordFits(row?.passwordHash, password);
    if (!row || !fits || row.locked) {
      await this.vault.front.noteFailure(row?.agencySlug ?? '', row, address);
      throw refused(
        'password_wrong',
        `The old password is wrong, or the account is locked. After ${failuresMax} failures it stays locked for ${lockSeconds / 60} minutes.`,
      );
    }
    const passwordHash = await hashPassword(newPassword, row.login);
    const { receipts } = await door.open({}, (s) => s.members.set(passwordHash));
    this.signIns.giveBack(address);
    return { id: row.memberId, receipt: receiptOf(receipts) };
  }

  /** Who is signed in, and what his role may. */
  async whoAmI(
    door: Door<'session.get'> | Door<'session.begin'>,
    { csrfToken, expiresAt }: Pick<LiveSession, 'csrfToken' | 'expiresAt'>,
  ): Promise<WhoAmI> {
    const { value } = await door.open({}, async (s) => ({
      member: await s.members.get(),
      agency: await s.agencies.get(),
    }));
    const {
      member,
      agency: { law: _, sharingStoppedAt: __, canary: ___, witnessesNeeded: ____, witnessedUntil: _____, ...agency },
    } = value;
    return {
      member,
      agency: { ...agency, id: agency.agencyId, purposes: [...agency.purposes] },
      csrfToken,
      expiresAt,
      abilities: Object.fromEntries(
        actionNames.map((action) => [action, ruleOf(action).members.includes(member.role)]),
      ),
    };
  }

  async signOut({ actor }: LiveSession): Promise<void> {
    await this.vault.front.endSession(actor);
  }

  /** @throws PlatewardError `bootstrap_token`, `password_weak`, `login_taken`, `sign_in_rate` */
  async bootstrap(
    slug: string,
    { token, login, name, password }: Bootstrap,
    address: string,
  ): Promise<{ agencyId: AgencyId; memberId: MemberId }> {
    this.bootstraps.take(address);
    const passwordHash = await hashPassword(password, login);
    const made = await this.vault.front.bootstrapMember(slug, token, { login, name, passwordHash });
    this.bootstraps.giveBack(address);
    return made;
  }
}
