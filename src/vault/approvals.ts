// Whether the approvals of a grant hold: enough different administrators of the owner have signed exactly this grant, each with a key that
// the owner's own key-encryption key attests. That key is in the key ring and in no database, so whoever can only write rows, a database
// superuser included, makes no grant that opens anything. It refuses what it cannot check.
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { approverKeyLabel, grantDocument, keyStatement, type GrantTerms } from '../access/grant-document.js';
import type { AgencyKeys } from './blobs/agency-keys.js';
import type { Ruling } from '../policy/pack.js';

/** An approval as its row has it; bytes in base64. */
export interface ApprovalRow {
  readonly keyId: string;
  readonly memberId: string;
  readonly publicKey: string;
  readonly attestation: string;
  readonly signature: string;
}

/** The prefix of an Ed25519 key in SPKI (RFC 8410). */
const spki = Buffer.from('302a300506032b6570032100', 'hex');
const keyOf = (publicKey: string): KeyObject =>
  createPublicKey({ key: Buffer.concat([spki, Buffer.from(publicKey, 'base64')]), format: 'der', type: 'spki' });

/** Whether this Ed25519 key has signed the text. Never throws. */
export const hasSigned = (publicKey: string, text: string, signature: string): boolean => {
  try {
    return verify(null, Buffer.from(text, 'utf8'), keyOf(publicKey), Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
};

const unsigned = (because: string): Ruling => ({ rule: 'grant_unsigned', because });
/** Answers kept in memory. */
const knownMax = 5000;

export class Approvals {
  /** What was found of grants with exactly these texts and approvals; only what holds is remembered. */
  private readonly holding = new Set<string>();

  constructor(private readonly keys: AgencyKeys) {}

  /** Why the approvals do not hold; undefined when they do. */
  async why(grant: GrantTerms, approvals: readonly ApprovalRow[]): Promise<Ruling | undefined> {
    const text = grantDocument(grant);
    const name = createHash('sha256').update(text).update('\0').update(JSON.stringify(approvals)).digest('base64');
    if (this.holding.has(name)) return undefined;
    const signers = new Set<string>();
    const used = new Set<string>();
    for (const approval of approvals) {
      if (!hasSigned(approval.publicKey, text, approval.signature))
        return unsigned('An approval of this grant does not fit what the grant says; its owner was told.');
      if (!(await this.attested(grant, approval)))
        return unsigned(
          'An approval of this grant was made with a key that its owner does not know; its owner was told.',
        );
      signers.add(approval.memberId);
      used.add(approval.publicKey);
    }
    if (Math.min(signers.size, used.size) < grant.approvalsNeeded)
      return unsigned('This grant is not signed by as many administrators of its owner as it needs.');
    if (this.holding.size >= knownMax) this.holding.clear();
    this.holding.add(name);
    return undefined;
  }

  private async attested({ ownerAgencyId: agencyId }: GrantTerms, approval: ApprovalRow): Promise<boolean> {
    const { keyId, memberId, publicKey, attestation } = approval;
    try {
      const sealed = Buffer.from(attestation, 'base64');
      const opened = await this.keys.openSecret(agencyId, approverKeyLabel(keyId), sealed);
      return opened.toString('utf8') === keyStatement({ agencyId, keyId, memberId, publicKey });
    } catch {
      // Whatever keeps it from being opened, it does not attest.
      return false;
    }
  }
}
