// Approving a grant: with a signature over exactly what the grant says, by a key of the administrator who acts. The grant opens nothing
// before as many different administrators have signed as its owner asks for. It refuses a signature that it cannot check.
import { createHash } from 'node:crypto';
import { grantDocument } from '../../access/grant-document.js';
import { conflict, invalid } from '../../core/errors.js';
import type { ApproverKeyId, GrantId } from '../../core/ids.js';
import { hasSigned } from '../approvals.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';
import { grantOf, outOfStep, type GrantRow } from './grants.js';

export interface GrantApprover {
  /**
   * Signs a grant that waits or is suspended; with the last signature needed it is approved. Signatures of who is no administrator any more, or with a
   * key that was revoked, do not count.
   * @param signature base64; Ed25519 over `grantDocument`
   * @throws PlatewardError 400 `key_unknown`, `signature_wrong`; 404 `not_found`; 409 `grant_state`, `grant_approved_by_you`
   */
  approve(id: GrantId, keyId: ApproverKeyId, signature: string): Promise<GrantRow>;
}

/**
 * Signatures of the grant that still count: of administrators who are still that, with keys that were not revoked. Neither ends before our commit.
 */
const standing = async ({ sql, home }: Bound, id: GrantId, suspensions: number): Promise<number> =>
  (
    await sql.query({
      name: 'grant-standing',
      text: `select from grant_approvals p
          join members m on m.agency_id = p.agency_id and m.id = p.member_id join approver_keys k on k.agency_id = p.agency_id and k.id = p.key_id
        where p.agency_id = $1 and p.grant_id = $2 and p.suspensions = $3
          and m.role = 'administrator' and m.status = 'active' and k.revoked_at is null for share of m, k`,
      values: [home, id, suspensions],
    })
  ).rowCount ?? 0;

export const grantApprover = (bound: Bound): GrantApprover => ({
  approve: async (id, keyId, signature) => {
    const { sql, home, permit, noted } = bound;
    const memberId = permit.facts.member?.memberId;
    // Two who sign at once are one after the other, so that the second sees the first.
    await sql.query({
      name: 'grant-lock',
      text: 'select from grants where agency_id = $1 and id = $2 for update',
      values: [home, id],
    });
    const grant = await grantOf(bound, id);
    if (grant.state !== 'requested' && grant.state !== 'suspended') throw outOfStep(grant.state, 'approved');
    const { rows } = await sql.query<{ public_key: Buffer; attestation: Buffer }>({
      name: 'approver-key',
      text: 'select public_key, attestation from approver_keys where agency_id = $1 and id = $2 and member_id = $3 and revoked_at is null',
      values: [home, keyId, memberId],
    });
    const key = rows[0];
    if (!key)
      throw invalid('key_unknown', 'You have no such key, or it was revoked. Add one with `plateward key add`.');
    const text = grantDocument({ ...grant, grantId: id });
    if (!hasSigned(key.public_key.toString('base64'), text, signature))
      throw invalid('signature_wrong', 'This is not a signature by your key over what the grant says.');
    try {
      await sql.query({
        text: 'insert into grant_approvals (agency_id, grant_id, member_id, key_id, public_key, attestation, signature, suspensions) values ($1, $2, $3, $4, $5, $6, $7, $8)',
        values: [
          home,
          id,
          memberId,
          keyId,
          key.public_key,
          key.attestation,
          Buffer.from(signature, 'base64'),
          grant.suspensions,
        ],
      });
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw conflict('grant_approved_by_you', 'You have approved this grant already; another administrator must, too.');
    }
    const approved = (await standing(bound, id, grant.suspensions)) >= grant.approvalsNeeded;
    noted({ keyId, signature, approved, documentSha256: createHash('sha256').update(text, 'utf8').digest('hex') });
    if (approved)
      await sql.query({
        text: `update grants set state = 'approved', decided_by = $3, decided_at = now() where agency_id = $1 and id = $2`,
        values: [home, id, memberId],
      });
    return grantOf(bound, id);
  },
});
