// Whether the grants that were loaded carry the signature of the agency that gives them. A row that was written behind the house's back, or
// widened, does not: the key that signs is sealed under the agency's key-encryption key, which is not in the database.
import type { Facts, GrantFacts } from '../access/facts.js';
import { grantText } from '../audit/grant-text.js';
import type { AgencyId } from '../core/ids.js';
import type { LogSigner } from './log-keys.js';

/** A grant as its row has it. */
export interface StoredGrant extends Omit<GrantFacts, 'signed'> {
  /** Ed25519, 64 bytes; null before it was approved. */
  readonly approval: Uint8Array | null;
  /** Hex. */
  readonly termsSha256: string;
}

export interface StoredFacts extends Omit<Facts, 'grants'> {
  readonly grants: readonly StoredGrant[];
}

/** Thrown inside a transaction when keys must be opened first, which takes a connection of its own: rolled back and begun again. */
export class KeysWanted extends Error {
  constructor(readonly owners: readonly AgencyId[]) {
    super('keys of logs must be opened first');
  }
}

/** The text that the owner of this grant signs. */
export const textOf = (grant: Omit<StoredGrant, 'approval' | 'state' | 'searchesToday' | 'ended'>): string =>
  grantText({ ...grant, owner: grant.ownerAgencyId, grantee: grant.granteeAgencyId });

/**
 * The facts with each grant's signature looked at, where the agency that asks might use it.
 * @param signerOf null: the key cannot be opened, so nothing is signed by it; undefined: it has not been opened yet
 * @throws KeysWanted
 */
export const withSeals = (facts: StoredFacts, signerOf: (owner: AgencyId) => LogSigner | null | undefined): Facts => {
  const { agencyId } = facts.home;
  const used = (grant: StoredGrant): boolean => grant.state === 'approved' && grant.granteeAgencyId === agencyId;
  const wanted = facts.grants.filter((grant) => used(grant) && signerOf(grant.ownerAgencyId) === undefined);
  if (wanted.length > 0) throw new KeysWanted([...new Set(wanted.map((grant) => grant.ownerAgencyId))]);
  const signed = (grant: StoredGrant): boolean =>
    used(grant) &&
    grant.approval !== null &&
    signerOf(grant.ownerAgencyId)?.signed(textOf(grant), grant.approval) === true;
  return { ...facts, grants: facts.grants.map((grant) => ({ ...grant, signed: signed(grant) })) };
};
