// Two agencies in different states that have everything named alike, so that a test which mixes them up is found out. They are
// made as anyone would make them: enrolled at the front door, then by their own administrators through the vault.
import { createHash, generateKeyPairSync, randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hash } from '@node-rs/argon2';
import type { CameraActor, MachineActor, MemberActor } from '../../src/access/actor.js';
import { newId, type AgencyId, type FrameId, type GrantId, type MemberId, type ReadId } from '../../src/core/ids.js';
import type { Told } from '../../src/core/told-form.js';
import { roles, type LegalClass, type Role } from '../../src/core/roles.js';
import { AgencyKeys } from '../../src/vault/blobs/agency-keys.js';
import { FolderStore } from '../../src/vault/blobs/blobs-folder.js';
import { FileKeyRing } from '../../src/vault/blobs/keyring.js';
import { Database } from '../../src/vault/database/database.js';
import { FrontDoor } from '../../src/vault/front-door.js';
import { LogKeys } from '../../src/vault/log-keys.js';
import type { GrantScope } from '../../src/vault/stores/grants.js';
import type { NewRead } from '../../src/vault/stores/reads.js';
import { Vault } from '../../src/vault/vault.js';
import type { BoundPack } from '../../src/policy/pack.js';
import { approve, keysOfVault } from './approving.js';
import { openPack } from './packs.js';
import { publishPolicy } from './policies.js';

/** An actor with a live session, and what a browser of his would know. */
export interface TestMember extends MemberActor {
  readonly login: string;
  readonly password: string;
  /** The session's token, as the cookie carries it. */
  readonly token: string;
  readonly csrfToken: string;
}

/** An actor with a live Ed25519 credential, whose public half the agency knows. */
export interface TestCamera extends CameraActor {
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface TestAgency {
  readonly agencyId: AgencyId;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  /** One of each role; the login is the role's name. */
  readonly members: Readonly<Record<Role, TestMember>>;
  readonly cameras: readonly [TestCamera, TestCamera];
}

let keysOfTests: LogKeys | undefined;

/** Keys of logs in a key ring of this process's tests, gone when it ends. */
export const logKeys = (): LogKeys => {
  if (!keysOfTests) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'plateward-log-keys-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    keysOfTests = new LogKeys(
      new AgencyKeys(new FileKeyRing(path.join(folder, 'keyring.json')), new FolderStore(path.join(folder, 'blobs'))),
    );
  }
  return keysOfTests;
};

/** How many refusals a test may leave in another agency's log: what is refused once is asked again and again there. */
export const refusalsOfTests = { member: 100_000, agency: 100_000 };

/** The vault over a test's database; close it before `drop`. */
export const vaultOf = (database: { readonly appUrl: string; readonly doorUrl: string }, keys = logKeys()): Vault => {
  const vault = new Vault(
    new Database(database.appUrl),
    new FrontDoor(database.doorUrl),
    undefined,
    keys,
    refusalsOfTests,
  );
  keysOfVault.set(vault, keys.keys);
  return vault;
};

const cameraNames = ['Main Street', 'North gate'] as const;
const password = 'correct horse battery staple';
// Cheap on purpose: what a hash costs is tested where hashes are made.
const passwordHash = hash(password, { memoryCost: 1024, timeCost: 1, parallelism: 1 });

const signIn = async (vault: Vault, agencyId: AgencyId, memberId: MemberId, login: string): Promise<TestMember> => {
  const { sessionId, token, csrfToken } = await vault.front.beginSession(agencyId, memberId, 12 * 3600);
  return { kind: 'member', agencyId, memberId, sessionId, login, password, token, csrfToken };
};

const addCamera = async (vault: Vault, administrator: MemberActor, name: string): Promise<TestCamera> => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const { value: cameraId } = await vault
    .door(administrator, 'camera.add')
    .open({}, (s) => s.cameras.add({ name, latitude: 39.8, longitude: -89.6 }));
  const { value: credentialId } = await vault
    .door(administrator, 'camera.credential')
    .open({}, (s) => s.cameras.add(cameraId, { scheme: 'ed25519', publicKey: raw }));
  return { kind: 'camera', agencyId: administrator.agencyId, cameraId, credentialId, name, privateKey };
};

/** One agency with a member of each role and two cameras, under a law that takes nothing away and with one approval a grant unless it is told. */
export const makeAgency = async (
  vault: Vault,
  slug: string,
  name: string,
  state: string,
  pack: BoundPack = openPack,
  approvalsNeeded: 1 | 2 = 1,
  legalClass: LegalClass = 'city',
): Promise<TestAgency> => {
  const passwordOfAll = await passwordHash;
  const { agencyId, token } = await vault.front.enrolAgency({
    slug,
    name,
    legalClass,
    state,
    pack,
    approvalsNeeded,
  });
  const first = { login: 'administrator', name: 'Pat Lee', passwordHash: passwordOfAll };
  const { memberId } = await vault.front.bootstrapMember(slug, token, first);
  const administrator = await signIn(vault, agencyId, memberId, 'administrator');
  const add = async (role: Role): Promise<TestMember> => {
    if (role === 'administrator') return administrator;
    const { value } = await vault
      .door(administrator, 'member.add')
      .open({}, (s) => s.members.add({ login: role, name: 'Pat Lee', role, passwordHash: passwordOfAll }));
    return signIn(vault, agencyId, value, role);
  };
  const members = {} as Record<Role, TestMember>;
  for (const role of roles) members[role] = await add(role);
  const cameras = [
    await addCamera(vault, administrator, cameraNames[0]),
    await addCamera(vault, administrator, cameraNames[1]),
  ] as const;
  if (pack.pack.policy) await publishPolicy(vault, administrator);
  return { agencyId, slug, name, state, members, cameras };
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

/** A read as a model would give it. */
export const newRead = (plate: string, ordinal: number): NewRead => ({
  ordinal,
  plate,
  confidence: 0.97,
  chars: [...plate].map((c) => ({ c, p: 0.97 })),
  candidates: [],
  region: 'us',
  regionConfidence: 0.875,
  state: 'CA',
  stateConfidence: 0.75,
  corners: [
    [10, 10],
    [110, 10],
    [110, 60],
    [10, 60],
  ],
  cropKey: null,
  modelId: 'test',
  modelHash: '0'.repeat(64),
});

/** Deposits one frame of a camera and stores these plates as its reads, each step through its own door, without pictures or models. */
export const depositAndRead = async (
  vault: Vault,
  agency: TestAgency,
  plates: readonly (string | NewRead)[],
  {
    camera = agency.cameras[0],
    capturedAt = new Date(),
    told,
  }: { camera?: TestCamera; capturedAt?: Date; told?: Told } = {},
): Promise<{ frameId: FrameId; readIds: readonly ReadId[] }> => {
  const { value: deposited } = await vault.door(camera, 'frame.deposit').open({}, (s) =>
    s.frames.deposit({
      frameId: newId<FrameId>(),
      idempotencyKey: randomUUID(),
      sha256: createHash('sha256').update(randomBytes(16)).digest(),
      capturedAt,
      receivedAt: new Date(),
      clockSuspect: false,
      mediaType: 'image/jpeg',
      width: 640,
      height: 480,
      bytes: 1000,
      blobKey: `frames/test/${randomUUID()}`,
      told,
    }),
  );
  const machine: MachineActor = { kind: 'machine', agencyId: agency.agencyId, machine: 'recognize' };
  const { value: job } = await vault
    .door(machine, 'frame.claim')
    .open({}, (s) => s.jobs.claim(60_000, deposited.jobId));
  if (!job) throw new Error('the frame that was just deposited cannot be claimed');
  const { value: readIds } = await vault.door(machine, 'frame.recognize').open({}, (s) =>
    s.reads.store(
      job,
      plates.map((plate, ordinal) => (typeof plate === 'string' ? newRead(plate, ordinal) : plate)),
    ),
  );
  return { frameId: deposited.frameId, readIds: readIds ?? [] };
};

/** A live grant of `owner`'s reads to `grantee`, requested and approved by their administrators. */
export const grantBetween = async (
  vault: Vault,
  owner: TestAgency,
  grantee: TestAgency,
  scope: Partial<GrantScope> = {},
): Promise<GrantId> => {
  const now = Date.now();
  const asked: GrantScope = {
    purposes: ['stolen-vehicle'],
    dataWindowDays: 30,
    validFrom: new Date(now - 60_000),
    validUntil: new Date(now + 7 * 86_400_000),
    rowsPerSearchMax: 100,
    terms: '',
    ...scope,
  };
  const { value: grantId } = await vault
    .door(grantee.members.administrator, 'grant.request')
    .open({ ownerAgencyId: owner.agencyId, note: { ...asked, terms: undefined } }, (s) =>
      s.grants.request(owner.agencyId, asked),
    );
  await approve(vault, owner.members.administrator, grantId);
  return grantId;
};
