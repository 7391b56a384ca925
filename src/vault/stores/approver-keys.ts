// The public halves of the keys with which administrators approve. A private half never comes here; whose key it is, is attested by the
// agency's own key. It refuses a key without the proof that its owner has the private half.
import { keyProof } from '../../access/grant-document.js';
import { conflict, invalid, notFound } from '../../core/errors.js';
import type { ApproverKeyId, MemberId } from '../../core/ids.js';
import { hasSigned } from '../approvals.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

export interface ApproverKey {
  readonly id: ApproverKeyId;
  readonly memberId: MemberId;
  /** base64 of the 32 bytes */
  readonly publicKey: string;
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface NewApproverKey {
  readonly id: ApproverKeyId;
  /** base64 of the 32 bytes */
  readonly publicKey: string;
  /** base64; the key's signature over `keyProof` */
  readonly proof: string;
  /** The key's statement, sealed under the agency's own key. */
  readonly attestation: Uint8Array;
}

/** Keys that a member may have at a time. */
export const liveKeysMax = 10;

export interface ApproverKeyReader {
  /** The agency's keys, newest first. */
  list(): Promise<ApproverKey[]>;
}

export const approverKeyReader = ({ sql, home }: Bound): ApproverKeyReader => ({
  list: async () =>
    (
      await sql.query<ApproverKey & { [column: string]: unknown }>({
        name: 'approver-keys',
        text: `select id, member_id as "memberId", encode(public_key, 'base64') as "publicKey", created_at as "createdAt", revoked_at as "revokedAt"
          from approver_keys where agency_id = $1 order by created_at desc limit 1000`,
        values: [home],
      })
    ).rows,
});

export interface ApproverKeyAdder {
  /** @throws PlatewardError 400 `key_proof`; 409 `key_known`, `keys_many` */
  add(key: NewApproverKey): Promise<void>;
}

export const approverKeyAdder = ({ sql, home, permit, noted }: Bound): ApproverKeyAdder => ({
  add: async ({ id, publicKey, proof, attestation }) => {
    const memberId = permit.facts.member?.memberId ?? '';
    if (!hasSigned(publicKey, keyProof(home, memberId, publicKey), proof))
      throw invalid('key_proof', 'The proof is no signature by this key over your agency, your member id and the key.');
    noted({ keyId: id, publicKey });
    try {
      const { rowCount } = await sql.query({
        text: `insert into approver_keys (agency_id, id, member_id, public_key, attestation)
          select $1::uuid, $2::uuid, $3::uuid, $4::bytea, $5::bytea
            where (select count(*) from approver_keys where agency_id = $1::uuid and member_id = $3::uuid and revoked_at is null) < $6`,
        values: [home, id, memberId, Buffer.from(publicKey, 'base64'), Buffer.from(attestation), liveKeysMax],
      });
      if (rowCount !== 1) throw conflict('keys_many', `You have ${liveKeysMax} keys; revoke one first.`);
    } catch (error) {
      if (sqlStateOf(error) !== '23505') throw error;
      throw conflict('key_known', 'This key is known already; a key belongs to one person, once.');
    }
  },
});

export interface ApproverKeyRevoker {
  /** It signs nothing from now on; what it has signed stays. @throws PlatewardError 404 `not_found` */
  revoke(id: ApproverKeyId): Promise<void>;
}

export const approverKeyRevoker = ({ sql, home, noted }: Bound): ApproverKeyRevoker => ({
  revoke: async (id) => {
    noted({ keyId: id });
    const { rowCount } = await sql.query({
      text: 'update approver_keys set revoked_at = coalesce(revoked_at, now()) where agency_id = $1 and id = $2',
      values: [home, id],
    });
    if (rowCount !== 1) throw notFound('key');
  },
});
