// The only home of CASL: what a permit opens, as rules over rows. A rule is always tied to an agency id, and for another
// agency's reads to that one grant's cameras and window. Scalar columns only (see docs/decisions/0003-two-walls.md).
import type { Ability, RawRuleOf } from '@casl/ability';
import { accessibleBy, createPrismaAbility, type PrismaQueryFactory } from '@casl/prisma/runtime';
import type { AgencyId, CameraId } from '../core/ids.js';
import type { Action } from './actions.js';
import type { GrantFacts } from './facts.js';

/** Names of tables as Prisma knows them. */
export type SubjectName =
  | 'Agency'
  | 'Member'
  | 'Camera'
  | 'CameraCredential'
  | 'CameraSettings'
  | 'Frame'
  | 'FrameResult'
  | 'Job'
  | 'Read'
  | 'ReadReview'
  | 'Search'
  | 'Watch'
  | 'Grant'
  | 'GrantOpening'
  | 'UsagePolicy'
  | 'ReadCount'
  | 'PackChange'
  | 'ApproverKey'
  | 'Alert'
  | 'AlertDestination'
  | 'AlertDelivery'
  | 'Digest'
  | 'Flag'
  | 'ListedPlate'
  | 'SearchReview'
  | 'SignInFailure'
  | 'RefusalSent'
  | 'LogEntry';

/** What a rule may say of a row: scalar columns only, so that the rule, the query made of it and the policy can agree. */
export interface RowCondition {
  agencyId?: string;
  granteeAgencyId?: string;
  id?: { in: string[] };
  cameraId?: { in: string[] };
  plate?: { in: string[] };
  capturedAt?: { gte: Date };
}

type Tables = { model: Record<SubjectName, { operations: { findFirst: { args: { where?: RowCondition } } } }> };
type Conditions = PrismaQueryFactory<Tables>;

export type RowAbility = Ability<[Action, SubjectName], Conditions>;

/** Tables that an action opens in the own agency. */
const opensOwn: Readonly<Record<Action, readonly SubjectName[]>> = {
  'session.get': ['Member', 'Agency'],
  'session.begin': ['Member', 'Agency'],
  'session.fail': ['SignInFailure'],
  'agency.list': [],
  'agency.get': ['Agency'],
  'purposes.set': ['Agency'],
  'retention.get': ['Agency'],
  'retention.simulate': ['Agency', 'Read', 'Frame'],
  'retention.set': ['Agency'],
  'retention.propose': ['Agency'],
  'retention.adopt': ['Agency'],
  'retention.withdraw': ['Agency'],
  'data.purge': ['Frame', 'FrameResult', 'Job', 'Read', 'ReadReview'],
  'policy.get': ['UsagePolicy'],
  'policy.set': ['UsagePolicy'],
  'member.list': ['Member'],
  'member.add': ['Member'],
  'member.change': ['Member'],
  'member.password': ['Member'],
  'camera.list': ['Camera', 'CameraCredential'],
  'camera.add': ['Camera'],
  'camera.move': ['Camera'],
  'camera.credential': ['Camera', 'CameraCredential'],
  'camera.revoke': ['Camera', 'CameraCredential'],
  'camera.settings': ['Camera', 'CameraSettings'],
  'camera.configure': ['CameraSettings'],
  'camera.quality': ['Camera', 'Frame', 'FrameResult', 'Job'],
  'camera.health': ['Camera', 'CameraCredential', 'Frame', 'Job'],
  'camera.look': ['Camera', 'Frame', 'Read', 'Job'],
  'frame.deposit': ['Frame', 'Job'],
  'frame.list': ['Frame', 'Job'],
  'frame.claim': ['Frame', 'Job', 'CameraSettings'],
  'frame.recognize': ['Frame', 'FrameResult', 'Job', 'Read', 'ReadCount'],
  'frame.fail': ['Frame', 'Job'],
  'frame.sweep': ['Frame', 'Job', 'ReadCount', 'Watch', 'SignInFailure', 'RefusalSent', 'Digest'],
  'read.count': ['ReadCount'],
  'read.search': ['Read', 'Camera', 'ReadReview'],
  'read.picture': ['Read', 'Frame'],
  'read.watch': ['Watch'],
  'read.follow': ['Watch', 'Read', 'Camera'],
  'read.watched': ['Watch'],
  'read.export': ['Read', 'Frame', 'Camera', 'ReadReview'],
  'refusal.count': ['RefusalSent'],
  'read.review': ['Read', 'ReadReview'],
  'key.list': ['ApproverKey'],
  'key.add': ['ApproverKey'],
  'key.revoke': ['ApproverKey'],
  'grant.request': [],
  'grant.approve': ['Grant', 'ApproverKey'],
  'grant.decline': ['Grant'],
  'grant.suspend': ['Grant'],
  'grant.revoke': ['Grant'],
  'grant.expire': ['Grant'],
  'grant.list': ['Grant'],
  'digest.list': ['Digest', 'AlertDelivery', 'AlertDestination'],
  'digest.make': ['Digest', 'AlertDelivery'],
  'digest.set': ['Agency'],
  'opening.list': ['GrantOpening'],
  'opening.ask': [],
  'opening.confirm': [],
  'opening.end': ['GrantOpening'],
  'opening.review': ['GrantOpening'],
  'pack.list': ['Agency', 'PackChange'],
  'pack.propose': ['PackChange'],
  'pack.adopt': ['Agency', 'PackChange'],
  'pack.withdraw': ['PackChange'],
  'pack.simulate': ['Grant', 'Search', 'Read'],
  'canary.run': ['Agency'],
  'witnesses.get': ['Agency'],
  'witnesses.propose': ['Agency'],
  'witnesses.adopt': ['Agency'],
  'witnesses.cosign': ['Agency'],
  'witnesses.away': ['Agency'],
  'witnesses.back': ['Agency'],
  'sharing.get': ['Agency'],
  'sharing.resume': ['Agency'],
  'alert.list': ['Alert'],
  'alert.acknowledge': ['Alert'],
  'alert.deliver': ['AlertDelivery', 'AlertDestination', 'Alert', 'Digest', 'Flag'],
  'destination.list': ['AlertDestination', 'AlertDelivery'],
  'destination.add': ['AlertDestination'],
  'destination.test': ['AlertDestination', 'AlertDelivery'],
  'destination.remove': ['AlertDestination'],
  'flag-destination.list': ['AlertDestination', 'AlertDelivery'],
  'flag-destination.add': ['AlertDestination'],
  'flag-destination.test': ['AlertDestination', 'AlertDelivery'],
  'flag-destination.remove': ['AlertDestination'],
  'flag.list': ['Flag', 'ListedPlate'],
  'flag.decide': ['Flag'],
  'flag.enlist': ['ListedPlate'],
  'review.list': ['SearchReview'],
  'review.decide': ['SearchReview'],
  'review.figures': ['SearchReview'],
  'logkey.list': ['Agency'],
  'logkey.propose': ['Agency'],
  'logkey.rotate': ['Agency'],
  'period.list': ['Agency'],
  'period.seal': ['LogEntry'],
  'period.propose': ['Agency'],
  'period.withdraw': ['Agency'],
  'period.destroy': ['Agency'],
  'audit.read': ['LogEntry'],
  'audit.preview': ['LogEntry'],
  'audit.disclose': ['LogEntry'],
  'log.publish': ['LogEntry'],
};

const dayMs = 86_400_000;

/** Of which cameras a grant opens what they captured, and from when on: those in an area, each since it stands there. */
const reachOf = (
  { cameraIds, areaCameras }: GrantFacts,
  since: number,
): Pick<RowCondition, 'cameraId' | 'capturedAt'>[] => {
  if (areaCameras === null)
    return [{ ...(cameraIds && { cameraId: { in: [...cameraIds] } }), capturedAt: { gte: new Date(since) } }];
  const from = new Map<number, CameraId[]>();
  for (const { cameraId, placedAt } of areaCameras) {
    const at = Math.max(since, placedAt.getTime());
    from.set(at, [...(from.get(at) ?? []), cameraId]);
  }
  return [...from].map(([at, ids]) => ({ cameraId: { in: ids }, capturedAt: { gte: new Date(at) } }));
};

/**
 * Rules for one action of one actor, already found allowed by `decide`.
 * @param own whether rows of the home agency are opened
 * @param grants live grants that the demand may use; each opens its owner's reads within its cameras and window
 * @param now the database's clock, from which the data window is counted
 * @param kept from when on the law of an agency lets its reads be looked at, where it says so
 * @param keptPictures the same of their pictures, where both are looked at
 */
export const abilityFor = (
  action: Action,
  home: AgencyId,
  own: boolean,
  grants: readonly GrantFacts[],
  now: Date,
  kept: ReadonlyMap<AgencyId, Date> = new Map(),
  keptPictures: ReadonlyMap<AgencyId, Date> = kept,
): RowAbility => {
  const rules: RawRuleOf<RowAbility>[] = [];
  const can = (table: SubjectName, conditions?: RowCondition): void => {
    rules.push({ action, subject: table, ...(conditions && { conditions: conditions as Conditions }) });
  };
  const exports = action === 'read.export';
  const shows = action === 'read.search' || action === 'read.picture' || exports;
  const looks = shows || ['read.review', 'read.follow', 'camera.look'].includes(action);
  if (own)
    for (const table of opensOwn[action]) {
      const since = (table === 'Frame' ? keptPictures : kept).get(home);
      const limited = looks && since && (table === 'Read' || table === 'Frame');
      can(table, { agencyId: home, ...(limited && { capturedAt: { gte: since } }) });
    }
  if (action === 'agency.list') can('Agency');
  if (action === 'grant.request' || action === 'grant.list') can('Grant', { granteeAgencyId: home });
  if (action.startsWith('opening.')) can('GrantOpening', { granteeAgencyId: home });
  if (shows)
    for (const grant of grants) {
      const lawful = kept.get(grant.ownerAgencyId)?.getTime() ?? 0;
      const since = Math.max(now.getTime() - grant.dataWindowDays * dayMs, lawful);
      // Of certain plates these alone: what is near them votes with them under no such grant.
      const plates = grant.plates === null ? {} : { plate: { in: [...grant.plates] } };
      for (const reach of reachOf(grant, since)) {
        can('Read', { agencyId: grant.ownerAgencyId, ...plates, ...reach });
        if (action === 'read.picture') can('Frame', { agencyId: grant.ownerAgencyId, ...reach });
      }
      if (action === 'read.picture') continue;
      if (grant.fields.includes('place'))
        can('Camera', {
          agencyId: grant.ownerAgencyId,
          ...(grant.cameraIds === null ? {} : { id: { in: [...grant.cameraIds] } }),
          ...(grant.areaCameras === null ? {} : { id: { in: grant.areaCameras.map(({ cameraId }) => cameraId) } }),
        });
      if (exports && grant.fields.includes('picture')) {
        const pictured = Math.max(since, keptPictures.get(grant.ownerAgencyId)?.getTime() ?? 0);
        for (const reach of reachOf(grant, pictured)) can('Frame', { agencyId: grant.ownerAgencyId, ...reach });
      }
    }
  return createPrismaAbility<RowAbility>(rules);
};

/**
 * The rows of one table that an ability opens, as a condition for Prisma.
 *
 * `accessibleBy` answers `{OR: []}` when nothing is allowed, which Prisma ignores beside other conditions: it would fail open.
 * So nothing allowed is thrown here, before there is a query.
 * @throws RangeError when the ability opens no row of the table
 */
export const rowsOpened = (ability: RowAbility, action: Action, table: SubjectName): RowCondition => {
  if (!ability.can(action, table)) throw new RangeError(`${action} opens no row of ${table}`);
  return accessibleBy(ability, action).ofType(table) as RowCondition;
};
