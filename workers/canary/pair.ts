// The two canaries: agencies that nobody works in. One has something to find, new at each run; the other tries to find it.
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import type { CameraActor, MachineActor, MemberActor } from '../../src/access/actor.js';
import { newId, type AgencyId, type FrameId, type JobId, type ReadId } from '../../src/core/ids.js';
import { defaultPurposes, roles, type Role } from '../../src/core/roles.js';
import type { Blobs } from '../../src/vault/blobs/blobs.js';
import type { FrontDoor } from '../../src/vault/front-door.js';
import type { Vault } from '../../src/vault/vault.js';

export const slugs = { owner: 'canary-owner', asker: 'canary-asker' } as const;

/** A member of a canary, signed in. */
export interface CanaryMember extends MemberActor {
  readonly token: string;
  readonly csrfToken: string;
}

export interface CanaryAgency {
  readonly agencyId: AgencyId;
  readonly slug: string;
  readonly members: Readonly<Record<Role, CanaryMember>>;
  readonly camera: CameraActor;
}

/** A password that nobody has: canaries come in by the front door. */
const noPassword = (): string => `none:${randomBytes(32).toString('base64url')}`;

const sessionOf = async (front: FrontDoor, slug: string, login: string): Promise<CanaryMember | undefined> => {
  const found = await front.beginCanarySession(slug, login);
  return found && { ...found.actor, token: found.token, csrfToken: found.csrfToken };
};

const nameOf = (): string => `Canary ${randomBytes(9).toString('hex')}`;

/** @throws Error when the short name is somebody else's */
const enrol = async (front: FrontDoor, slug: string): Promise<void> => {
  const { token } = await front.enrolAgency({
    ...{ slug, name: `Canary (${slug})`, legalClass: 'city', state: 'CA' },
    synthetic: true,
  });
  await front.bootstrapMember(slug, token, { login: 'administrator', name: nameOf(), passwordHash: noPassword() });
};

/** A canary as it stands, made where it is not there yet. */
export const canaryAgency = async (vault: Vault, slug: string): Promise<CanaryAgency> => {
  const { front } = vault;
  if (!(await front.findAgency(slug))) await enrol(front, slug);
  const administrator = await sessionOf(front, slug, 'administrator');
  if (!administrator)
    throw new Error(
      `An agency of the short name ${slug} is no canary, or has lost its administrator; canaries cannot be made.`,
    );
  const members = { administrator } as Record<Role, CanaryMember>;
  for (const role of roles) {
    if (role === 'administrator') continue;
    let member = await sessionOf(front, slug, role);
    if (!member) {
      await vault
        .door(administrator, 'member.add')
        .open({}, (s) => s.members.add({ login: role, name: nameOf(), role, passwordHash: noPassword() }));
      member = await sessionOf(front, slug, role);
    }
    if (!member) throw new Error(`the canary ${slug} has no ${role}`);
    members[role] = member;
  }
  const { agencyId } = administrator;
  return { agencyId, slug, members, camera: await cameraOf(vault, administrator) };
};

const cameraName = 'Canary perch';

const cameraOf = async (vault: Vault, administrator: MemberActor): Promise<CameraActor> => {
  const { value: cameras } = await vault.door(administrator, 'camera.list').open({}, (s) => s.cameras.list());
  const found = cameras.find(({ name, status }) => name === cameraName && status === 'active');
  const cameraId =
    found?.id ??
    (await vault.door(administrator, 'camera.add').open({}, (s) => s.cameras.add({ name: cameraName }))).value;
  const live = found?.credentials.find(({ revokedAt }) => revokedAt === null);
  // Its private half is thrown away: frames of a canary do not come over HTTP.
  const publicKey = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const credentialId =
    live?.id ??
    (
      await vault
        .door(administrator, 'camera.credential')
        .open({}, (s) => s.cameras.add(cameraId, { scheme: 'ed25519', publicKey }))
    ).value;
  return { kind: 'camera', agencyId: administrator.agencyId, cameraId, credentialId };
};

/** What there is to find, and every word by which it would be known. */
export interface Bait {
  readonly plate: string;
  readonly readId: ReadId;
  readonly frameId: FrameId;
  readonly jobId: JobId;
  readonly blobKey: string;
  readonly picture: Buffer;
}

const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const plateOf = (): string => `CN${[...randomBytes(6)].map((byte) => letters[byte % letters.length]).join('')}`;

export const machine = (agencyId: AgencyId, name: MachineActor['machine']): MachineActor => ({
  kind: 'machine',
  agencyId,
  machine: name,
});

/** A new frame of the canary's camera, waiting to be read. */
const newFrame = async (vault: Vault, blobs: Blobs, camera: CameraActor) => {
  const picture = randomBytes(4096);
  const frameId = newId<FrameId>();
  const blobKey = `frames/canary/${frameId}`;
  await blobs.put(camera, blobKey, picture);
  const now = new Date();
  const { value } = await vault.door(camera, 'frame.deposit').open({}, (s) =>
    s.frames.deposit({
      ...{ frameId, idempotencyKey: frameId, sha256: createHash('sha256').update(picture).digest() },
      ...{ capturedAt: now, receivedAt: now, clockSuspect: false, mediaType: 'image/jpeg' },
      ...{ width: 640, height: 480, bytes: picture.length, blobKey },
    }),
  );
  return { frameId, jobId: value.jobId, blobKey, picture };
};

const finish = async (
  vault: Vault,
  agencyId: AgencyId,
  jobId: JobId,
  plates: readonly string[],
): Promise<readonly ReadId[] | undefined> => {
  const recognise = machine(agencyId, 'recognize');
  const { value: job } = await vault.door(recognise, 'frame.claim').open({}, (s) => s.jobs.claim(60_000, jobId));
  if (!job) return undefined;
  const corners = [
    [10, 10],
    [110, 10],
    [110, 60],
    [10, 60],
  ] as const;
  const reads = plates.map((plate, ordinal) => ({
    ...{ ordinal, plate, confidence: 0.99, chars: [...plate].map((c) => ({ c, p: 0.99 })), candidates: [], corners },
    ...{ region: 'us', regionConfidence: 1, state: 'CA', stateConfidence: 1, cropKey: null },
    ...{ modelId: 'canary', modelHash: '0'.repeat(64) },
  }));
  return (await vault.door(recognise, 'frame.recognize').open({}, (s) => s.reads.store(job, reads))).value;
};

/** Lays a read with its picture that is at no other place of the world. @throws Error when a worker is always there first */
export const layBait = async (vault: Vault, blobs: Blobs, { agencyId, camera }: CanaryAgency): Promise<Bait> => {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const frame = await newFrame(vault, blobs, camera);
    const plate = plateOf();
    const [readId] = (await finish(vault, agencyId, frame.jobId, [plate])) ?? [];
    if (readId) return { ...frame, plate, readId };
  }
  throw new Error('the canary could not lay anything out to be found');
};

/** Whether the asker's worker gets hold of a frame of the owner's that waits. */
export const takesJob = async (
  vault: Vault,
  blobs: Blobs,
  { agencyId, camera }: CanaryAgency,
  asker: CanaryAgency,
): Promise<boolean> => {
  const { jobId } = await newFrame(vault, blobs, camera);
  const { value } = await vault
    .door(machine(asker.agencyId, 'recognize'), 'frame.claim')
    .open({}, (s) => s.jobs.claim(1_000, jobId));
  await finish(vault, agencyId, jobId, []);
  return value !== undefined;
};

/** The purpose, case and reason of a canary's searches. */
export const errand = (reason: string) => ({
  purpose: defaultPurposes[0] ?? '',
  caseNumber: 'canary-1',
  reason,
});

/** Names of a canary's people, which nobody else has. */
export const namesOf = async (vault: Vault, { members: { administrator } }: CanaryAgency): Promise<string[]> =>
  (await vault.door(administrator, 'member.list').open({}, (s) => s.members.list())).value.map(({ name }) => name);

/** What the owner has, as it tells itself; what others ask of it changes nothing of it. */
export const stateOf = async (vault: Vault, { members: { administrator } }: CanaryAgency): Promise<string> => {
  const { value: cameras } = await vault.door(administrator, 'camera.list').open({}, (s) => s.cameras.list());
  const { value: members } = await vault.door(administrator, 'member.list').open({}, (s) => s.members.list());
  const { value: agency } = await vault.door(administrator, 'agency.get').open({}, (s) => s.agencies.get());
  const { value: retention } = await vault.door(administrator, 'retention.get').open({}, (s) => s.retention.get());
  return JSON.stringify([
    cameras,
    members.map(({ id, login, role, status }) => [id, login, role, status]),
    agency.purposes,
    agency.law?.hash,
    retention,
  ]);
};
