// A tour through every method of every store, as one agency, at the rows of one agency: its own, or another's. Who adds a method
// to a store and not to this tour turns test/wall/stores.test.ts red.
import { randomUUID } from 'node:crypto';
import type { Actor, MachineActor } from '../../src/access/actor.js';
import {
  newId,
  type AgencyId,
  type ApproverKeyId,
  type AlertId,
  type FlagId,
  type ListedPlateId,
  type DeliveryId,
  type DestinationId,
  type CameraId,
  type CredentialId,
  type FrameId,
  type GrantId,
  type JobId,
  type MemberId,
  type PackChangeId,
  type ReadId,
  type SearchId,
} from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { depositAndRead, newRead, type TestAgency } from './agencies.js';
import { approve, approverKey, signatureOf, type Signature } from './approving.js';
import { asks, type Ask } from './ask.js';
import { approvalAsks } from './tour-approvals.js';
import { cameraAsks } from './tour-cameras.js';
import { liveAsks, watchBy } from './tour-live.js';
import { logAsks } from './tour-log.js';
import { digestAsks } from './tour-digests.js';
import { madeOpenings, openingAsks, type PlaceOpenings } from './tour-openings.js';
import { packAsks, proposals, retentionAsks, secondAdministrator } from './tour-packs.js';
import { searchOf } from './walls.js';
import { alertAsks, countedAsks, drawnSearch, flagAsks, orderedTest, raisedAlert, raisedFlag } from './tour-watch.js';

export * from './tour-searches.js';

interface Lease {
  readonly jobId: JobId;
  readonly leaseToken: string;
  readonly frame: {
    readonly frameId: FrameId;
    readonly cameraId: CameraId;
    readonly capturedAt: Date;
    readonly receivedAt: Date;
  };
}

/** Ids of one agency's rows, as somebody who asks would name them. */
export interface Place {
  readonly agency: TestAgency;
  /** Somebody else, whom this agency can ask for a grant. */
  readonly neighbour: AgencyId;
  readonly memberId: MemberId;
  /** A camera that may be revoked. */
  readonly cameraId: CameraId;
  readonly credentialId: CredentialId;
  readonly frameId: FrameId;
  readonly frameKey: string;
  readonly readId: ReadId;
  readonly leases: readonly [Lease, Lease, Lease, Lease];
  /** Grants of this agency's reads, one at the beginning of each step. */
  readonly grants: Readonly<Record<'approve' | 'decline' | 'suspend' | 'revoke' | 'expire', GrantId>>;
  readonly openings: PlaceOpenings;
  /** Its administrator's signature over the grant that waits to be approved. */
  readonly approval: Signature;
  /** A key that may be revoked. */
  readonly spareKey: ApproverKeyId;
  /** Changes of its law that wait, which its administrator may decide. */
  readonly proposals: Readonly<Record<'adopt' | 'withdraw', PackChangeId>>;
  readonly alertId: AlertId;
  readonly flagId: FlagId;
  readonly listedPlateId: ListedPlateId;
  /** A search that was drawn for review. */
  readonly reviewed: SearchId;
  /** A search of the agency's officer that looked at its reads. */
  readonly under: SearchId;
  /** A watch of the agency's officer that goes on. */
  readonly watchId: SearchId;
  readonly destinationId: DestinationId;
  readonly deliveryId: DeliveryId;
  /** The plate that only this agency has read. */
  readonly plate: string;
}

export type { Ask };

const day = 86_400_000;
const newFrame = (key: string) => ({
  frameId: newId<FrameId>(),
  idempotencyKey: key,
  sha256: Buffer.alloc(32, 7),
  capturedAt: new Date(),
  receivedAt: new Date(),
  clockSuspect: false,
  mediaType: 'image/jpeg',
  width: 640,
  height: 480,
  bytes: 1000,
  blobKey: `frames/test/${key}`,
});

const machineOf = (agency: TestAgency, machine: MachineActor['machine']): MachineActor => ({
  kind: 'machine',
  agencyId: agency.agencyId,
  machine,
});

const scope = { purposes: ['stolen-vehicle'], dataWindowDays: 30, rowsPerSearchMax: 100, terms: '' };

/** Makes rows of an agency for somebody to ask for; `neighbour` is given no live grant by it. */
export const makePlace = async (
  vault: Vault,
  agency: TestAgency,
  neighbour: TestAgency,
  plate: string,
): Promise<Place> => {
  const { administrator } = agency.members;
  const { value: cameraId } = await vault
    .door(administrator, 'camera.add')
    .open({}, (s) => s.cameras.add({ name: `Spare ${randomUUID()}` }));
  const credential = { scheme: 'ed25519', publicKey: new Uint8Array(32) } as const;
  const { value: credentialId } = await vault
    .door(administrator, 'camera.credential')
    .open({}, (s) => s.cameras.add(cameraId, credential));
  const watchId = await watchBy(vault, agency);
  const { frameId, readIds } = await depositAndRead(vault, agency, ['ABC123', plate]);
  const leases: Lease[] = [];
  for (let index = 0; index < 4; index += 1) {
    const { value } = await vault
      .door(agency.cameras[0], 'frame.deposit')
      .open({}, (s) => s.frames.deposit(newFrame(randomUUID())));
    const { value: job } = await vault
      .door(machineOf(agency, 'recognize'), 'frame.claim')
      .open({}, (s) => s.jobs.claim(600_000, value.jobId));
    if (!job) throw new Error('a frame that was just deposited cannot be claimed');
    leases.push(job);
  }
  const frameKey = randomUUID();
  await vault.door(agency.cameras[0], 'frame.deposit').open({}, (s) => s.frames.deposit(newFrame(frameKey)));
  const request = async (past: boolean): Promise<GrantId> => {
    const from = Date.now() - (past ? 3 : 1) * day;
    const wish = {
      ...scope,
      purposes: ['other'],
      validFrom: new Date(from),
      validUntil: new Date(from + (past ? 1 : 30) * day),
    };
    const demand = { ownerAgencyId: agency.agencyId };
    return (
      await vault
        .door(neighbour.members.administrator, 'grant.request')
        .open(demand, (s) => s.grants.request(agency.agencyId, wish))
    ).value;
  };
  const second = await secondAdministrator(vault, agency);
  const approved = async (grantId: GrantId): Promise<GrantId> => {
    await approve(vault, administrator, grantId);
    return grantId;
  };
  const grants = {
    approve: await request(false),
    decline: await request(false),
    revoke: await approved(await request(true)),
    suspend: await approved(await request(true)),
    expire: await approved(await request(true)),
  };
  return {
    agency,
    neighbour: neighbour.agencyId,
    memberId: agency.members.auditor.memberId,
    cameraId,
    credentialId,
    frameId,
    frameKey,
    readId: readIds[1]!,
    leases: leases as unknown as Place['leases'],
    grants,
    openings: await madeOpenings(vault, agency, neighbour),
    approval: await signatureOf(vault, administrator, grants.approve),
    spareKey: (await approverKey(vault, second)).id,
    proposals: await proposals(vault, agency),
    alertId: await raisedAlert(vault, agency, neighbour),
    ...(await raisedFlag(vault, agency)),
    reviewed: await drawnSearch(vault, agency),
    under: (await searchOf(vault, agency, [agency.agencyId])).searchId!,
    ...(await orderedTest(vault, agency)),
    watchId,
    plate,
  };
};

/** Every method of every store but the searches and pictures, as `by`, with the ids of `at`. */
export const everythingElse = (by: TestAgency, at: Place): Ask[] => {
  const { officer, supervisor, administrator, auditor } = by.members;
  const [camera] = by.cameras;
  const recognize = machineOf(by, 'recognize');
  const sweep = machineOf(by, 'sweep');
  const step = (
    action: 'grant.decline' | 'grant.suspend' | 'grant.revoke' | 'grant.expire',
    actor: Actor,
    grantId: GrantId,
    to: 'declined' | 'suspended' | 'revoked' | 'expired',
  ) =>
    asks(
      action,
      actor,
      { grantId },
      { 'grants.get': (s) => s.grants.get(grantId), 'grants.step': (s) => s.grants.step(grantId, to) },
    );
  const owner = at.agency.agencyId === by.agencyId ? at.neighbour : at.agency.agencyId;
  const [first, second, third, fourth] = at.leases;
  return [
    // First: the auditor's standing ends on the way.
    ...flagAsks(by, at),
    ...asks(
      'session.get',
      officer,
      {},
      { 'members.get': (s) => s.members.get(), 'agencies.get': (s) => s.agencies.get() },
    ),
    ...asks(
      'session.begin',
      officer,
      {},
      { 'members.get': (s) => s.members.get(), 'agencies.get': (s) => s.agencies.get() },
    ),
    ...asks('agency.list', auditor, {}, { 'agencies.list': (s) => s.agencies.list() }),
    ...asks('agency.get', officer, {}, { 'agencies.get': (s) => s.agencies.get() }),
    ...asks(
      'purposes.set',
      administrator,
      {},
      { 'agencies.set': (s) => s.agencies.set(['stolen-vehicle', 'robbery', 'other']) },
    ),
    ...retentionAsks(by),
    ...asks('data.purge', sweep, {}, { 'data.purge': (s) => s.data.purge() }),
    ...asks('member.list', supervisor, {}, { 'members.list': (s) => s.members.list() }),
    ...asks(
      'member.add',
      administrator,
      {},
      {
        'members.add': async (s) =>
          s.members.add({ login: randomUUID(), name: 'Sam Roe', role: 'officer', passwordHash: 'x' }),
      },
    ),
    ...asks(
      'member.change',
      administrator,
      {},
      {
        'members.get': (s) => s.members.get(at.memberId),
        'members.administrators': (s) => s.members.administrators(),
        'members.change': (s) => s.members.change(at.memberId, { name: 'Sam Roe', status: 'ended', unlock: true }),
      },
    ),
    ...asks('member.password', supervisor, {}, { 'members.set': (s) => s.members.set('x') }),
    ...cameraAsks(by, at),
    ...asks(
      'frame.deposit',
      camera,
      {},
      {
        'frames.findByKey': (s) => s.frames.findByKey(at.frameKey, Buffer.alloc(32, 7)),
        'frames.backlog': (s) => s.frames.backlog(10),
        'frames.deposit': (s) => s.frames.deposit(newFrame(randomUUID())),
      },
    ),
    ...asks('frame.list', supervisor, {}, { 'frames.get': (s) => s.frames.get(at.frameId) }),
    ...asks(
      'frame.claim',
      recognize,
      {},
      {
        'jobs.renew': (s) => s.jobs.renew([{ jobId: first.jobId, leaseToken: first.leaseToken }], 600_000),
        'jobs.claim#one': (s) => s.jobs.claim(600_000, first.jobId),
        'jobs.claim#next': (s) => s.jobs.claim(1),
      },
    ),
    ...asks('frame.recognize', recognize, {}, { 'reads.store': (s) => s.reads.store(first, [newRead('TOUR123', 0)]) }),
    ...asks(
      'frame.fail',
      recognize,
      {},
      {
        'jobs.giveBack': (s) => s.jobs.giveBack(second.jobId, second.leaseToken, 'a test', 0),
        'jobs.retry': (s) => s.jobs.retry(third.jobId, third.leaseToken, 'a test', 0, 5),
        'jobs.quarantine': (s) => s.jobs.quarantine(fourth.jobId, fourth.leaseToken, 'a test'),
      },
    ),
    ...asks(
      'frame.sweep',
      sweep,
      {},
      {
        'jobs.takeBack': (s) => s.jobs.takeBack(5),
        'jobs.waiting': (s) => s.jobs.waiting(10),
        'jobs.backlog': (s) => s.jobs.backlog(),
        'jobs.pruneNonces': (s) => s.jobs.pruneNonces(3600),
        'plates.forget': (s) => s.plates.forget(10),
        'jobs.overdueGrants': (s) => s.jobs.overdueGrants(),
        'jobs.idleGrants': (s) => s.jobs.idleGrants(),
        'watches.due': (s) => s.watches.due(),
        'digests.due': (s) => s.digests.due(),
        'counts.due': (s) => s.counts.due(0),
        'floods.signIns': (s) => s.floods.signIns(),
        'floods.refusals': (s) => s.floods.refusals(),
        'overdue.due': (s) => s.overdue.due(),
        'overdue.going': (s) => s.overdue.going(10),
        'overdue.gone': (s) => s.overdue.gone(['frames/none']),
      },
    ),
    ...asks(
      'read.review',
      officer,
      {},
      {
        'reviews.say': (s) =>
          s.reviews.say({
            ...{ readId: at.readId, searchId: at.under, verdict: 'correct', corrected: 'TOUR999', reason: 'a test' },
          }),
      },
    ),
    ...asks('read.count', sweep, {}, { 'counts.tell': (s) => s.counts.tell(new Date().toISOString().slice(0, 10)) }),
    ...asks(
      'grant.request',
      administrator,
      { ownerAgencyId: owner },
      {
        'grants.request': (s) =>
          s.grants.request(owner, { ...scope, validFrom: new Date(), validUntil: new Date(Date.now() + day) }),
      },
    ),
    ...approvalAsks(by, at),
    ...step('grant.decline', administrator, at.grants.decline, 'declined'),
    ...step('grant.suspend', administrator, at.grants.suspend, 'suspended'),
    ...step('grant.revoke', administrator, at.grants.revoke, 'revoked'),
    ...step('grant.expire', sweep, at.grants.expire, 'expired'),
    ...liveAsks(by, at),
    ...openingAsks(by, at.openings),
    ...digestAsks(by),
    ...packAsks(by, at),
    ...alertAsks(by, at),
    ...countedAsks(by, at),
    ...logAsks(by),
  ];
};

/** Ids and plates that must never come back to somebody else. */
export const secretsOf = ({
  agency,
  memberId,
  cameraId,
  credentialId,
  frameId,
  readId,
  leases,
  grants,
  openings: { confirm, end, review },
  proposals: waiting,
  spareKey,
  alertId,
  flagId,
  listedPlateId,
  destinationId,
  deliveryId,
  watchId,
  plate,
}: Place): string[] => [
  plate,
  memberId,
  cameraId,
  credentialId,
  frameId,
  readId,
  ...leases.flatMap((each) => [each.jobId, each.leaseToken, each.frame.frameId]),
  ...Object.values(grants),
  ...[confirm, end, review].flatMap(({ grantId, openingId }) => [grantId, openingId]),
  ...Object.values(waiting),
  spareKey,
  alertId,
  flagId,
  listedPlateId,
  destinationId,
  deliveryId,
  watchId,
  ...Object.values(agency.members).map((member) => member.memberId),
  ...agency.cameras.flatMap((camera) => [camera.cameraId, camera.credentialId]),
];
