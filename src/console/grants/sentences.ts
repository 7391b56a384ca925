// A grant in plain sentences: what it opens to whom, for how long and how far, so that nobody approves a row of numbers.
import { isInArea } from '../../core/area.js';
import { sayDay, sayLocal } from '../parts/time.js';
import type { Grant } from './grant.js';

const ended: Readonly<Record<Grant['state'], string>> = {
  requested: 'asked, not answered',
  approved: 'approved',
  suspended: 'suspended',
  declined: 'declined',
  revoked: 'revoked',
  expired: 'expired',
};

/** One word or two for the table: whether it opens anything just now. */
export const standingOf = (grant: Grant): string => {
  if (grant.amended && grant.state === 'approved') return 'replaced by a newer one';
  if (grant.granteeChanged && grant.state === 'approved') return 'rests: the grantee is something else now';
  if (grant.live && grant.forbidden) return 'approved, but the law forbids it';
  if (grant.live) return grant.openingMinutes === null ? 'in force' : 'in force for emergencies';
  if (grant.state === 'approved') return new Date(grant.validFrom) > new Date() ? 'approved, begins later' : 'over';
  return ended[grant.state];
};

export const sayCameras = (grant: Grant): string =>
  grant.area
    ? 'the cameras in an area'
    : grant.cameraIds === null
      ? 'all cameras'
      : grant.cameraIds.length === 1
        ? 'one camera'
        : `${grant.cameraIds.length} cameras`;

const saySearchers = (searchers: number, grantee: string): string =>
  `${searchers === 1 ? 'That is one member' : `Those are ${searchers} members`} of ${grantee} just now.`;

/** Plates, and what of a read is given. */
const limitsOf = (grant: Grant): readonly string[] => [
  ...(grant.area
    ? [
        `The area lies between ${grant.area.south}° and ${grant.area.north}° north, and from ${grant.area.west}° to ${grant.area.east}° east. Which cameras stand there is looked up at each search: one that is moved out of it is out, one that is moved in is in.`,
      ]
    : []),
  ...(grant.plates === null
    ? []
    : grant.plates.length === 0
      ? ['Only certain plates may be searched.']
      : [`Only these plates may be searched, as they stand here: ${grant.plates.join(', ')}.`]),
  ...(grant.platesPerDayMax === null
    ? []
    : [`At most ${grant.platesPerDayMax} different plates a day may be searched.`]),
  ...(grant.fields.includes('picture') ? [] : ['No picture is given.']),
  ...(grant.fields.includes('place') ? [] : ['Where a read was made is not given.']),
];

/** What opens a grant for emergencies. */
const emergencyOf = ({ openingMinutes }: Grant, owner: string, grantee: string): readonly string[] =>
  openingMinutes === null
    ? []
    : [
        `It is for emergencies and opens nothing by itself: one member of ${grantee} asks, another one confirms, and then it is open for ${openingMinutes} minutes, for one purpose.`,
        `${owner} is told at once, can end it at once, and must review it before it can be opened again.`,
      ];

/**
 * What the grant lets happen, one sentence each.
 * @param owner name of the agency whose reads they are
 * @param grantee name of the agency that may search them
 */
export const sentencesOf = (grant: Grant, owner: string, grantee: string): readonly string[] => [
  ...emergencyOf(grant, owner, grantee),
  `${grant.openingMinutes === null ? 'Every' : 'Then every'} officer and supervisor of ${grantee} can search reads of ${sayCameras(grant)} of ${owner}, as far back as ${grant.dataWindowDays} days, for ${grant.purposes.join(', ')} and for nothing else.`,
  ...(grant.searchers === null ? [] : [saySearchers(grant.searchers, grantee)]),
  ...limitsOf(grant),
  `It holds from ${sayDay(grant.validFrom)} until ${sayDay(grant.validUntil)}.`,
  `One search answers at most ${grant.rowsPerSearchMax} reads; ${grant.searchesPerDayMax === null ? 'the number of searches a day is not limited' : `at most ${grant.searchesPerDayMax} searches a day may use it`}.`,
  'Each of these searches is an entry in the logs of both agencies, with member, case number and reason.',
];

const sayCount = (count: number, one: string, many: string): string =>
  count === 1 ? `one ${one}` : `${count} ${many}`;

/**
 * What an approval lets happen, in one sentence.
 * @param cameras of the owner, as they stand now
 */
export const consequenceOf = (
  grant: Grant,
  owner: string,
  grantee: string,
  cameras: readonly {
    readonly id: string;
    readonly status: string;
    readonly latitude: number | null;
    readonly longitude: number | null;
  }[],
): string => {
  const standing = cameras.filter(({ status }) => status !== 'revoked');
  const { area } = grant;
  const reach = area
    ? standing.filter((camera) => isInArea(area, camera))
    : grant.cameraIds === null
      ? standing
      : standing.filter(({ id }) => grant.cameraIds?.some((each) => each === id));
  const later = area
    ? ', and of those that stand in its area later'
    : grant.cameraIds === null
      ? ', and of cameras that are added later'
      : '';
  return (
    `${grant.openingMinutes === null ? 'From the last signature on' : `From the last signature on, whenever two members of ${grantee} say that there is an emergency, and for ${grant.openingMinutes} minutes each time`}, every officer and supervisor of ${grantee}${grant.searchers === null ? '' : ` (${sayCount(grant.searchers, 'member', 'members')} just now)`} could search reads of ${sayCount(reach.length, 'camera', 'cameras')} of ${owner}${later}, ` +
    `of the last ${sayCount(grant.dataWindowDays, 'day', 'days')}, for ${grant.purposes.join(', ')}, until ${sayDay(grant.validUntil)}; ` +
    `${grant.searchesPerDayMax === null ? 'any number of searches' : `at most ${sayCount(grant.searchesPerDayMax, 'search', 'searches')}`} a day, ` +
    `${sayCount(grant.rowsPerSearchMax, 'read', 'reads')} each at most.`
  );
};

/** What became of the grant so far. */
export const historyOf = (grant: Grant): readonly string[] => [
  `Asked for on ${sayLocal(grant.requestedAt)}${grant.amends === null ? '' : ', in the stead of an earlier grant, which ends when this one is approved'}.`,
  ...(grant.state === 'requested' || grant.state === 'suspended'
    ? [`Signed by ${grant.approvals.length} of the ${grant.approvalsNeeded} that it needs.`]
    : []),
  ...(grant.decidedAt === null
    ? []
    : [
        `${grant.state === 'declined' ? 'Declined' : grant.state === 'suspended' ? 'Suspended' : 'Approved'} on ${sayLocal(grant.decidedAt)}.`,
      ]),
  ...(grant.endedAt === null ? [] : [`Ended on ${sayLocal(grant.endedAt)}: ${ended[grant.state]}.`]),
  grant.uses === 0
    ? 'No search has used it.'
    : `${grant.uses} ${grant.uses === 1 ? 'search has' : 'searches have'} used it${grant.lastUsedAt === null ? '' : `, the last on ${sayLocal(grant.lastUsedAt)}`}.`,
];
