// The tour's part about what is watched: every method of the stores of alerts, of where they are told, and of flags.
import {
  newId,
  type AlertId,
  type DeliveryId,
  type DestinationId,
  type ListedPlateId,
  type SearchId,
} from '../../src/core/ids.js';
import { secondAdministrator } from './tour-packs.js';
import type { PackChangeId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { asks, type Ask } from './ask.js';
import { refusalsOfTests, type TestAgency } from './agencies.js';
import type { Place } from './tour.js';
import { searchOf } from './walls.js';

/** An alert of the agency that nobody has acknowledged: the neighbour asked for a purpose that nobody knows. */
export const raisedAlert = async (vault: Vault, agency: TestAgency, neighbour: TestAgency): Promise<AlertId> => {
  const refusal = await searchOf(vault, neighbour, [agency.agencyId], { purpose: 'unknown-errand' }).catch(
    (error: unknown) => error,
  );
  if (!(refusal instanceof Error)) throw new Error('the neighbour was not refused');
  const { value } = await vault.door(agency.members.auditor, 'alert.list').open({}, (s) => s.alerts.list(1, true));
  if (!value[0]) throw new Error('a refusal raised no alert');
  return value[0].id;
};

/** A destination of the agency, and a test that waits to be sent to another one. */
export const orderedTest = async (
  vault: Vault,
  agency: TestAgency,
): Promise<Pick<Place, 'destinationId' | 'deliveryId'>> => {
  const { administrator } = agency.members;
  const [destinationId, tested] = [newId<DestinationId>(), newId<DestinationId>()];
  const deliveryId = newId<DeliveryId>();
  for (const id of [destinationId, tested])
    await vault.door(administrator, 'destination.add').open({}, (s) => s.destinations.add(newHook(id)));
  await vault.door(administrator, 'destination.test').open({}, (s) => s.destinations.test(tested, deliveryId));
  return { destinationId, deliveryId };
};

const newHook = (id: DestinationId) => ({
  ...{ id, channel: 'webhook' as const, address: `https://hooks.example/${id}` },
  sealedSecret: Buffer.alloc(48),
});

/** A flag of the agency that nobody has decided on, and the listed plate that raised it. */
export const raisedFlag = async (
  vault: Vault,
  agency: TestAgency,
): Promise<Pick<Place, 'flagId' | 'listedPlateId'>> => {
  const { auditor } = agency.members;
  const listedPlateId = newId<ListedPlateId>();
  await vault.door(auditor, 'flag.enlist').open({}, (s) => s.plates.enlist(listedPlateId, 'FLAG01', 'file 8'));
  await searchOf(vault, agency, [agency.agencyId], { plate: 'FLAG01' });
  const { value } = await vault.door(auditor, 'flag.list').open({}, (s) => s.flags.list(1, true));
  if (!value[0]) throw new Error('a search for a listed plate raised no flag');
  return { flagId: value[0].id, listedPlateId };
};

/** A search of the agency's officer that was drawn for review: one in five of those that say nothing is. */
export const drawnSearch = async (vault: Vault, agency: TestAgency): Promise<SearchId> => {
  for (let times = 0; times < 200; times += 1) {
    await searchOf(vault, agency, [agency.agencyId], { reason: 'investigation' });
    const { value } = await vault.door(agency.members.auditor, 'review.list').open({}, (s) => s.reviews.list(1, true));
    if (value[0]) return value[0].searchId;
  }
  throw new Error('of 200 searches that say nothing none was drawn');
};

/** Of the auditor himself, so never of somebody else's: where there is none of his, one is added first. */
const ownDestination = async (vault: Vault, { members: { auditor } }: TestAgency): Promise<DestinationId> => {
  const id = newId<DestinationId>();
  await vault.door(auditor, 'flag-destination.add').open({}, (s) => s.destinations.add(newHook(id)));
  return id;
};

const flagDestinationAsks = (by: TestAgency, at: Place): Ask[] => {
  const { auditor } = by.members;
  const tested = async (vault: Vault): Promise<DeliveryId> => {
    const [id, delivery] = [await ownDestination(vault, by), newId<DeliveryId>()];
    await vault.door(auditor, 'flag-destination.test').open({}, (s) => s.destinations.test(id, delivery));
    return delivery;
  };
  return [
    ...asks(
      'flag-destination.list',
      auditor,
      {},
      {
        'destinations.list': (s) => s.destinations.list(),
        'deliveries.list#all': (s) => s.deliveries.list(20),
        'deliveries.list#before': (s) => s.deliveries.list(20, at.deliveryId),
      },
    ),
    {
      action: 'flag-destination.list',
      method: 'deliveries.get',
      run: async (vault) => {
        const id = await tested(vault);
        return vault.door(auditor, 'flag-destination.list').open({}, (s) => s.deliveries.get(id));
      },
    },
    ...asks(
      'flag-destination.add',
      auditor,
      {},
      { 'destinations.add': (s) => s.destinations.add(newHook(newId<DestinationId>())) },
    ),
    { action: 'flag-destination.test', method: 'destinations.test', run: tested },
    {
      action: 'flag-destination.remove',
      method: 'destinations.remove',
      run: async (vault) => {
        const id = await ownDestination(vault, by);
        return vault.door(auditor, 'flag-destination.remove').open({}, (s) => s.destinations.remove(id));
      },
    },
  ];
};

export const flagAsks = (by: TestAgency, at: Place): Ask[] => {
  const { auditor } = by.members;
  return [
    ...flagDestinationAsks(by, at),
    ...asks(
      'flag.list',
      auditor,
      {},
      {
        'flags.list#all': (s) => s.flags.list(20, false),
        'flags.list#open before': (s) => s.flags.list(20, true, at.flagId),
        'plates.list': (s) => s.plates.list(),
      },
    ),
    ...asks(
      'review.list',
      auditor,
      {},
      {
        'reviews.list#all': (s) => s.reviews.list(20, false),
        'reviews.list#open before': (s) => s.reviews.list(20, true, at.reviewed),
      },
    ),
    ...asks('review.figures', auditor, {}, { 'reviews.figures': (s) => s.reviews.figures(3) }),
    ...asks(
      'review.decide',
      auditor,
      {},
      { 'reviews.decide': (s) => s.reviews.decide(at.reviewed, 'in_order', 'a test') },
    ),
    ...asks('flag.decide', auditor, {}, { 'flags.decide': (s) => s.flags.decide(at.flagId, 'explained', 'a test') }),
    ...asks(
      'flag.enlist',
      auditor,
      {},
      {
        'plates.enlist': (s) => s.plates.enlist(newId<ListedPlateId>(), newId<ListedPlateId>().slice(0, 8), 'file 9'),
        'plates.delist': (s) => s.plates.delist(at.listedPlateId),
      },
    ),
  ];
};

/** A run of the canaries as an agency is told of it. */
export const canaryRun = (vault: Vault, { agencyId }: TestAgency, crossed: number): Promise<unknown> => {
  const note = { tried: 9, crossed, paths: crossed > 0 ? ['sql.read.reads'] : [], listSha256: '0'.repeat(64) };
  return vault
    .door({ kind: 'machine', agencyId, machine: 'canary' }, 'canary.run')
    .open({ note }, (s) => s.agencies.get());
};

/** As one administrator proposes and another adopts it. */
const requireWitnesses = async (vault: Vault, by: TestAgency, needed: number): Promise<PackChangeId> => {
  const witness = { key: `council.example+00000000+${'B'.repeat(44)}`, name: 'Council', url: 'http://127.0.0.1:9' };
  const rule = { needed, seconds: 3600, witnesses: needed > 0 ? [witness] : [] };
  const { value } = await vault
    .door(by.members.administrator, 'witnesses.propose')
    .open({}, (s) => s.witnesses.propose(rule));
  return value;
};
const adoptWitnesses = async (vault: Vault, by: TestAgency, needed: number) => {
  const id = await requireWitnesses(vault, by, needed);
  const second = await secondAdministrator(vault, by);
  return vault.door(second, 'witnesses.adopt').open({}, (s) => s.witnesses.adopt(id));
};
const tellAway = async (vault: Vault, { agencyId }: TestAgency) =>
  vault.door({ kind: 'machine', agencyId, machine: 'witness' }, 'witnesses.away').open({}, (s) => s.witnesses.tell());
const tellBack = async (vault: Vault, { agencyId }: TestAgency) =>
  vault.door({ kind: 'machine', agencyId, machine: 'witness' }, 'witnesses.back').open({}, (s) => s.witnesses.tell());

const witnessAsks = (by: TestAgency): Ask[] => {
  const machine = { kind: 'machine', agencyId: by.agencyId, machine: 'witness' } as const;
  const cosigned = { key: 'council.example+00000000+B', at: new Date(0), size: 1, line: '— council.example B' };
  return [
    ...asks('witnesses.get', by.members.officer, {}, { 'witnesses.get': (s) => s.witnesses.get() }),
    { action: 'witnesses.propose', method: 'witnesses.propose', run: (vault) => requireWitnesses(vault, by, 0) },
    { action: 'witnesses.adopt', method: 'witnesses.adopt', run: (vault) => adoptWitnesses(vault, by, 0) },
    ...asks(
      'witnesses.cosign',
      machine,
      {},
      { 'witnesses.keep': (s) => s.witnesses.keep([cosigned]), 'witnesses.get': (s) => s.witnesses.get() },
    ),
    {
      action: 'witnesses.away',
      method: 'witnesses.tell',
      run: async (vault) => {
        await adoptWitnesses(vault, by, 1);
        const told = await tellAway(vault, by);
        await adoptWitnesses(vault, by, 0);
        await tellBack(vault, by);
        return told;
      },
    },
    {
      action: 'witnesses.back',
      method: 'witnesses.tell',
      run: async (vault) => {
        await adoptWitnesses(vault, by, 1);
        await tellAway(vault, by);
        await adoptWitnesses(vault, by, 0);
        return tellBack(vault, by);
      },
    },
  ];
};

/** What is counted before it is told: a failed sign-in, and one refusal more at the neighbour than its log takes. */
export const countedAsks = (by: TestAgency, at: Place): Ask[] => {
  const sweep = { kind: 'machine', agencyId: by.agencyId, machine: 'sweep' } as const;
  return [
    {
      action: 'session.fail',
      method: 'signIns.tell',
      run: async (vault) => {
        await vault.front.noteFailure(by.slug, undefined, '192.0.2.7');
        return vault.door(sweep, 'session.fail').open({}, (s) => s.signIns.tell());
      },
    },
    {
      action: 'refusal.count',
      method: 'refusals.tell',
      run: async (vault) => {
        const { member } = refusalsOfTests;
        refusalsOfTests.member = 0;
        await searchOf(vault, by, [at.neighbour], { purpose: 'unknown-errand' }).catch(() => undefined);
        refusalsOfTests.member = member;
        return vault
          .door(sweep, 'refusal.count')
          .open({ ownerAgencyId: at.neighbour }, (s) => s.refusals.tell(at.neighbour));
      },
    },
  ];
};

const sharingAsks = (by: TestAgency): Ask[] => [
  {
    action: 'canary.run',
    method: 'agencies.get',
    run: (vault) => canaryRun(vault, by, 0),
  },
  ...asks('sharing.get', by.members.officer, {}, { 'agencies.get': (s) => s.agencies.get() }),
  {
    action: 'sharing.resume',
    method: 'sharing.resume',
    run: async (vault) => {
      await canaryRun(vault, by, 1);
      await canaryRun(vault, by, 0);
      return vault
        .door(by.members.administrator, 'sharing.resume')
        .open({ note: { note: 'a test' } }, (s) => s.sharing.resume());
    },
  },
];

export const alertAsks = (by: TestAgency, at: Place): Ask[] => {
  const { administrator } = by.members;
  return [
    ...asks(
      'alert.list',
      administrator,
      {},
      {
        'alerts.list#all': (s) => s.alerts.list(20, false),
        'alerts.list#open before': (s) => s.alerts.list(20, true, 1_000_000),
        'alerts.since': (s) => s.alerts.since(0, 20),
        'alerts.newest': (s) => s.alerts.newest(),
      },
    ),
    ...asks(
      'alert.deliver',
      { kind: 'machine', agencyId: by.agencyId, machine: 'deliver' },
      {},
      {
        'deliveries.claim': (s) => s.deliveries.claim(10, 1),
        'deliveries.told': (s) => s.deliveries.told(at.deliveryId, at.alertId),
        'deliveries.failed': (s) => s.deliveries.failed(at.deliveryId, at.alertId, 'a test', 0),
      },
    ),
    ...asks(
      'destination.list',
      administrator,
      {},
      {
        'destinations.list': (s) => s.destinations.list(),
        'deliveries.list#all': (s) => s.deliveries.list(20),
        'deliveries.list#before': (s) => s.deliveries.list(20, at.deliveryId),
        'deliveries.get': (s) => s.deliveries.get(at.deliveryId),
      },
    ),
    ...asks(
      'destination.add',
      administrator,
      {},
      { 'destinations.add': (s) => s.destinations.add(newHook(newId<DestinationId>())) },
    ),
    ...asks(
      'destination.test',
      administrator,
      {},
      { 'destinations.test': (s) => s.destinations.test(at.destinationId, newId<DeliveryId>()) },
    ),
    ...asks(
      'destination.remove',
      administrator,
      {},
      { 'destinations.remove': (s) => s.destinations.remove(at.destinationId) },
    ),
    ...sharingAsks(by),
    ...witnessAsks(by),
    ...asks('alert.acknowledge', administrator, {}, { 'alerts.acknowledge': (s) => s.alerts.acknowledge(at.alertId) }),
  ];
};
