// Two agencies in different states that have everything named alike, so that a test which mixes them up is found out. They are
// made as anyone would make them: enrolled at the front door, then by their own administrators through the vault.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import type { CameraActor, MemberActor } from '../../src/access/actor.js';
import type { AgencyId, CameraId, CredentialId, MemberId } from '../../src/core/ids.js';
import { roles, type Role } from '../../src/core/roles.js';
import type { Vault } from '../../src/vault/vault.js';

export interface TestMember {
  readonly id: MemberId;
  readonly login: string;
  readonly password: string;
  /** With a live session. */
  readonly actor: MemberActor;
  /** The session's token, as the cookie carries it. */
  readonly token: string;
  readonly csrfToken: string;
}

export interface TestCamera {
  readonly id: CameraId;
  readonly name: string;
  readonly credentialId: CredentialId;
  /** Ed25519; the agency knows the public half. */
  readonly privateKey: KeyObject;
  readonly actor: CameraActor;
}

export interface TestAgency {
  readonly id: AgencyId;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly members: Readonly<Record<Role, TestMember>>;
  readonly cameras: readonly [TestCamera, TestCamera];
}

const cameraNames = ['North gate', 'Market street'] as const;
const password = 'correct horse battery staple';
// Cheap on purpose: what a hash costs is tested where hashes are made.
const passwordHash = hash(password, { memoryCost: 1024, timeCost: 1, parallelism: 1 });

const signIn = async (vault: Vault, agencyId: AgencyId, memberId: MemberId, login: string): Promise<TestMember> => {
  const session = await vault.front.beginSession(agencyId, memberId, 12 * 3600);
  const actor: MemberActor = { kind: 'member', agencyId, memberId, sessionId: session.sessionId };
  return { id: memberId, login, password, actor, token: session.token, csrfToken: session.csrfToken };
};

const addCamera = async (vault: Vault, administrator: MemberActor, name: string): Promise<TestCamera> => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const { value: id } = await vault
    .door(administrator, 'camera.add')
    .open({}, (s) => s.cameras.add({ name, latitude: 39.8, longitude: -89.6 }));
  const { value: credentialId } = await vault
    .door(administrator, 'camera.credential')
    .open({}, (s) => s.cameras.add(id, { scheme: 'ed25519', publicKey: raw }));
  return {
    id,
    name,
    credentialId,
    privateKey,
    actor: { kind: 'camera', agencyId: administrator.agencyId, cameraId: id, credentialId },
  };
};

/** One agency with a member of each role (login = role) and two cameras. */
export const makeAgency = async (vault: Vault, slug: string, name: string, state: string): Promise<TestAgency> => {
  const passwordOfAll = await passwordHash;
  const { agencyId, token } = await vault.front.enrolAgency({ slug, name, legalClass: 'city', state });
  const { memberId } = await vault.front.bootstrapMember(slug, token, {
    login: 'administrator',
    name: 'Pat Lee',
    passwordHash: passwordOfAll,
  });
  const administrator = await signIn(vault, agencyId, memberId, 'administrator');
  const add = async (role: Role): Promise<TestMember> => {
    if (role === 'administrator') return administrator;
    const { value } = await vault
      .door(administrator.actor, 'member.add')
      .open({}, (s) => s.members.add({ login: role, name: 'Pat Lee', role, passwordHash: passwordOfAll }));
    return signIn(vault, agencyId, value, role);
  };
  const members = {} as Record<Role, TestMember>;
  for (const role of roles) members[role] = await add(role);
  const cameras = [
    await addCamera(vault, administrator.actor, cameraNames[0]),
    await addCamera(vault, administrator.actor, cameraNames[1]),
  ] as const;
  return { id: agencyId, slug, name, state, members, cameras };
};

export interface TwoAgencies {
  readonly springfield: TestAgency;
  readonly shelbyville: TestAgency;
}

/** Springfield (Illinois) and Shelbyville (California); no grant between them. */
export const twoAgencies = async (vault: Vault): Promise<TwoAgencies> => ({
  springfield: await makeAgency(vault, 'springfield-pd', 'Springfield Police Department', 'IL'),
  shelbyville: await makeAgency(vault, 'shelbyville-pd', 'Shelbyville Police Department', 'CA'),
});
