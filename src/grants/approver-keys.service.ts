// The keys with which administrators approve grants. Each is attested by the agency's own key, which is in the key ring and in no database.
import { Injectable } from '@nestjs/common';
import { approverKeyLabel, keyStatement } from '../access/grant-document.js';
import { newId, type ApproverKeyId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { ApproverKeyAdded, ApproverKeyList, ApproverKeyRevoked, NewApproverKey } from './approver-keys.schema.js';

@Injectable()
export class ApproverKeysService {
  constructor(private readonly blobs: Blobs) {}

  async list(door: Door<'key.list'>): Promise<ApproverKeyList> {
    const { value, permit } = await door.open({}, (s) => s.keys.list());
    return { agencyId: door.actor.agencyId, keys: value, abilities: abilitiesOf(permit, ['key.add', 'key.revoke']) };
  }

  /** @throws PlatewardError 400 `key_proof`; 409 `key_known`, `keys_many` */
  async add(door: Door<'key.add'>, { publicKey, proof }: NewApproverKey): Promise<ApproverKeyAdded> {
    const { actor } = door;
    if (actor.kind !== 'member') throw new TypeError('only a member has keys');
    const { agencyId, memberId } = actor;
    const id = newId<ApproverKeyId>();
    const statement = Buffer.from(keyStatement({ agencyId, keyId: id, memberId, publicKey }), 'utf8');
    const attestation = await this.blobs.keys.sealSecret(agencyId, approverKeyLabel(id), statement);
    const { receipts } = await door.open({}, (s) => s.keys.add({ id, publicKey, proof, attestation }));
    return { id, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found` */
  async revoke(door: Door<'key.revoke'>, id: ApproverKeyId): Promise<ApproverKeyRevoked> {
    const { receipts } = await door.open({}, (s) => s.keys.revoke(id));
    return { id, receipt: receiptOf(receipts) };
  }
}
