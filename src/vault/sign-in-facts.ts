// What the front door finds of whoever comes: a login, a session, a camera's credential.
import type { CameraActor, MemberActor } from '../access/actor.js';
import type { AgencyId, MemberId } from '../core/ids.js';

export interface LoginRow {
  readonly agencyId: AgencyId;
  readonly agencySlug: string;
  readonly memberId: MemberId;
  readonly login: string;
  readonly passwordHash: string;
  readonly active: boolean;
  /** Whether the account was locked before this attempt. */
  readonly locked: boolean;
  /** Whether this attempt, if it fails, is the one that locks it. */
  readonly locking: boolean;
}

export interface LiveSession {
  readonly actor: MemberActor;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

export interface CredentialFacts {
  readonly actor: CameraActor;
  readonly scheme: 'ed25519' | 'hmac';
  /** Ed25519: 32 bytes raw. */
  readonly publicKey: Buffer | null;
  /** HMAC: sealed under the agency's key. */
  readonly sealedSecret: Buffer | null;
  /** Neither the credential nor the camera is revoked. */
  readonly live: boolean;
}
