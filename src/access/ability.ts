// The only home of CASL: what a permit opens, as rules over rows. A rule is always tied to an agency id, and for another
// agency's reads to that one grant's cameras and window. Scalar columns only (see docs/decisions/0003-two-walls.md).
import { AbilityBuilder, createMongoAbility, type MongoAbility } from '@casl/ability';
import type { AgencyId } from '../core/ids.js';
import type { Action } from './actions.js';
import type { GrantFacts } from './facts.js';

/** Names of tables as Prisma knows them. */
export type SubjectName =
  | 'Agency'
  | 'Member'
  | 'Camera'
  | 'CameraCredential'
  | 'Frame'
  | 'Job'
  | 'Read'
  | 'Search'
  | 'Grant'
  | 'LogEntry';

export type RowAbility = MongoAbility<[Action, SubjectName | 'all']>;

/** Tables that an action opens in the own agency. */
const opensOwn: Readonly<Record<Action, readonly SubjectName[]>> = {
  'session.get': ['Member', 'Agency'],
  'agency.list': [],
  'agency.get': ['Agency'],
  'purposes.set': ['Agency'],
  'member.list': ['Member'],
  'member.add': ['Member'],
  'member.change': ['Member'],
  'camera.list': ['Camera', 'CameraCredential'],
  'camera.add': ['Camera'],
  'camera.credential': ['Camera', 'CameraCredential'],
  'camera.revoke': ['Camera', 'CameraCredential'],
  'frame.deposit': ['Frame', 'Job'],
  'frame.list': ['Frame', 'Job'],
  'frame.claim': ['Frame', 'Job'],
  'frame.recognize': ['Frame', 'Job', 'Read'],
  'frame.fail': ['Frame', 'Job'],
  'frame.sweep': ['Frame', 'Job'],
  'read.search': ['Read', 'Camera'],
  'read.picture': ['Read', 'Frame'],
  'grant.request': [],
  'grant.approve': ['Grant'],
  'grant.decline': ['Grant'],
  'grant.revoke': ['Grant'],
  'grant.expire': ['Grant'],
  'grant.list': ['Grant'],
  'audit.read': ['LogEntry'],
};

const dayMs = 86_400_000;

/**
 * Rules for one action of one actor, already found allowed by `decide`.
 * @param own whether rows of the home agency are opened
 * @param grants live grants that the demand may use; each opens its owner's reads within its cameras and window
 * @param now the database's clock, from which the data window is counted
 */
export const abilityFor = (
  action: Action,
  home: AgencyId,
  own: boolean,
  grants: readonly GrantFacts[],
  now: Date,
): RowAbility => {
  const { can, build } = new AbilityBuilder<RowAbility>(createMongoAbility);
  if (own) for (const table of opensOwn[action]) can(action, table, { agencyId: home });
  if (action === 'agency.list') can(action, 'Agency');
  if (action === 'grant.request' || action === 'grant.list') can(action, 'Grant', { granteeAgencyId: home });
  if (action === 'read.search' || action === 'read.picture')
    for (const grant of grants) {
      const place = grant.cameraIds === null ? {} : { cameraId: { $in: [...grant.cameraIds] } };
      const window = { capturedAt: { $gte: new Date(now.getTime() - grant.dataWindowDays * dayMs) } };
      can(action, 'Read', { agencyId: grant.ownerAgencyId, ...place, ...window });
      if (action === 'read.picture') can(action, 'Frame', { agencyId: grant.ownerAgencyId, ...place, ...window });
      else can(action, 'Camera', { agencyId: grant.ownerAgencyId, ...(grant.cameraIds === null ? {} : { id: { $in: [...grant.cameraIds] } }) });
    }
  return build();
};
