// Approving grants as their owners' administrators do it: with a key of their own, whose private half no server knows.
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { MemberActor } from '../../src/access/actor.js';
import { approverKeyLabel, grantDocument, keyProof, keyStatement } from '../../src/access/grant-document.js';
import { newId, type ApproverKeyId, type GrantId } from '../../src/core/ids.js';
import type { AgencyKeys } from '../../src/vault/blobs/agency-keys.js';
import type { Vault } from '../../src/vault/vault.js';

/** Which keys a test's vault works with. */
export const keysOfVault = new WeakMap<Vault, AgencyKeys>();

export interface TestKey {
  /** base64 of the 32 bytes */
  readonly publicKey: string;
  /** base64 of the signature over a text */
  sign(text: string): string;
}

export const newKey = (): TestKey => {
  const { publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject } = generateKeyPairSync('ed25519');
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('base64'),
  };
};

/** What a member sends to add a key of his. */
export const keyBody = ({ agencyId, memberId }: MemberActor, key: TestKey) => ({
  publicKey: key.publicKey,
  proof: key.sign(keyProof(agencyId, memberId, key.publicKey)),
});

const made = new Map<string, { readonly id: ApproverKeyId; readonly key: TestKey }>();

/** The key of an administrator, made and added the first time. */
export const approverKey = async (
  vault: Vault,
  by: MemberActor,
): Promise<{ readonly id: ApproverKeyId; readonly key: TestKey }> => {
  const found = made.get(by.memberId);
  if (found) return found;
  const keys = keysOfVault.get(vault);
  if (!keys) throw new Error('this vault has no keys to attest an approver’s key with');
  const key = newKey();
  const id = newId<ApproverKeyId>();
  const { agencyId, memberId } = by;
  const statement = keyStatement({ agencyId, keyId: id, memberId, publicKey: key.publicKey });
  const attestation = await keys.sealSecret(agencyId, approverKeyLabel(id), Buffer.from(statement));
  await vault.door(by, 'key.add').open({}, (s) => s.keys.add({ id, ...keyBody(by, key), attestation }));
  made.set(memberId, { id, key });
  return { id, key };
};

export interface Signature {
  readonly keyId: ApproverKeyId;
  readonly signature: string;
}

/** An administrator's signature over a grant of his agency as it stands. */
export const signatureOf = async (vault: Vault, by: MemberActor, grantId: GrantId): Promise<Signature> => {
  const { id, key } = await approverKey(vault, by);
  const { value } = await vault.door(by, 'grant.list').open({}, (s) => s.grants.list());
  const grant = value.find((each) => each.id === grantId);
  if (!grant) throw new Error('there is no such grant to approve');
  return { keyId: id, signature: key.sign(grantDocument({ ...grant, grantId })) };
};

/** Approves a grant of the administrator's agency. */
export const approve = async (vault: Vault, by: MemberActor, grantId: GrantId): Promise<void> => {
  const { keyId, signature } = await signatureOf(vault, by, grantId);
  await vault.door(by, 'grant.approve').open({ grantId }, (s) => s.grants.approve(grantId, keyId, signature));
};
