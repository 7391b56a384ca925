// What an owner is told of the use of its data, and in which words: the same at a terminal, in e-mail and in the console. The database counts it
// (digest_of); it holds no plate, case, reason or member.
import { z } from 'zod';
import { day } from './digest-span.js';
import { agencyId, grantId } from './ids.js';

const agency = z.object({ agencyId, slug: z.string(), name: z.string() });
const time = z.string().meta({ format: 'date-time' });
const count = z.int().min(0);
/** Of digests that were made before these were counted: null. */
const later = count.nullable().default(null);
const opened = {
  pictures: later.meta({ description: 'Pictures that were opened; null: not counted yet when it was made.' }),
  files: later.meta({ description: 'Files that were made of what a search showed; null: as of `pictures`.' }),
  fileRows: later.meta({ description: 'Reads that those files hold; null: as of `pictures`.' }),
};

const grantDigest = z.object({
  grantId,
  grantee: agency,
  state: z.string().meta({ description: 'As it stood when the digest was made.' }),
  emergency: z.boolean().meta({ description: 'A grant for emergencies, which opens nothing by itself.' }),
  validUntil: time,
  searches: count,
  rows: count.meta({ description: 'Reads that were shown.' }),
  members: count.meta({ description: 'How many members of the grantee searched.' }),
  ...opened,
  purposes: z.array(z.object({ purpose: z.string().nullable(), searches: count, rows: count })),
  lastUsedAt: time.nullable().meta({ description: 'Null: never.' }),
  idleSince: time.nullable().meta({ description: 'When it was last used or, if later, signed.' }),
  expiresSoon: z.boolean().meta({ description: 'Within 30 days of the end of the period.' }),
  suspendsAt: time.nullable().meta({
    description: "When the owner's law suspends it if nobody uses it, where that is within 30 days; null: it is not.",
  }),
  openings: z.object({
    asked: count,
    opened: count,
    unreviewed: count.meta({ description: 'Of any time: those that the owner has not reviewed.' }),
  }),
});
export type GrantDigest = z.output<typeof grantDigest>;

export const digestDocument = z
  .object({
    from: time.meta({ description: 'Included.' }),
    to: time.meta({ description: 'Not included.' }),
    grants: z.array(grantDigest).meta({
      description: 'In force or suspended, or ended in that time; the most used first.',
    }),
    refusals: z.array(z.object({ asker: agency, action: z.string(), rule: z.string(), count })),
    wall: z.object({
      testedAt: time.nullable().meta({ description: 'The newest test of the wall by canaries; null: none yet.' }),
      tried: count.nullable(),
      crossed: count.nullable(),
      crossings: count.meta({ description: 'Tests of that time that led across.' }),
      stoppedAt: time.nullable().meta({ description: 'Since when nothing is shared; null: it is not stopped.' }),
    }),
    totals: z.object({
      inForce: count.meta({ description: 'Grants in force at the end of the period.' }),
      searches: count,
      rows: count,
      ...opened,
      refused: count,
      openings: count,
    }),
  })
  .meta({ id: 'DigestDocument', description: 'Counted by the database. No plate, case, reason or member.' });
export type DigestDocument = z.output<typeof digestDocument>;

export const digestIntervals = ['week', 'month', 'off'] as const;
export type DigestInterval = (typeof digestIntervals)[number];

const say = (amount: number, one: string, many: string): string =>
  `${amount.toLocaleString('en-US')} ${amount === 1 ? one : many}`;

/** What was taken out; nothing where nothing was, or where it was not counted. */
const takenOut = ({ pictures, files, fileRows }: Pick<GrantDigest, keyof typeof opened>): string[] => [
  ...(pictures ? [`${say(pictures, 'picture was', 'pictures were')} opened.`] : []),
  ...(files
    ? [`${say(files, 'file was', 'files were')} made of what was found, with ${say(fileRows ?? 0, 'read', 'reads')}.`]
    : []),
];

/** One grant in a sentence or more. */
export const grantSentence = (grant: GrantDigest): string => {
  const { grantee, state, searches, rows, members, purposes, lastUsedAt, suspendsAt, openings } = grant;
  const used =
    searches === 0
      ? `not used${lastUsedAt === null ? ', and never before' : `; last used on ${day(lastUsedAt)}`}`
      : `${say(searches, 'search', 'searches')} by ${say(members, 'member', 'members')}, ${say(rows, 'read', 'reads')} shown (${purposes
          .map((each) => `${each.purpose ?? 'no purpose noted'} ${each.searches}`)
          .join(', ')})`;
  return [
    `${grantee.name}${grant.emergency ? ', for emergencies' : ''}${state === 'approved' ? '' : ` (${state})`}: ${used}.`,
    ...takenOut(grant),
    ...(openings.asked + openings.opened > 0
      ? [`Opening it was asked for ${say(openings.asked, 'time', 'times')}; it was opened ${openings.opened}.`]
      : []),
    ...(openings.unreviewed > 0 ? [`${say(openings.unreviewed, 'opening waits', 'openings wait')} for review.`] : []),
    ...(grant.expiresSoon ? [`It ends on ${day(grant.validUntil)}.`] : []),
    ...(suspendsAt === null ? [] : [`Unless somebody uses it, the law suspends it on ${day(suspendsAt)}.`]),
  ].join(' ');
};

/** The whole of it, a sentence a line. */
export const digestSentences = ({ grants, refusals, wall, totals }: DigestDocument): string[] => [
  `${say(totals.inForce, 'grant is', 'grants are')} in force. ${say(totals.searches, 'search', 'searches')} of our data by others, ${say(totals.rows, 'read', 'reads')} shown; ${say(totals.refused, 'demand', 'demands')} refused.`,
  ...(totals.pictures === null || totals.files === null
    ? []
    : [
        `${say(totals.pictures, 'picture', 'pictures')} of ours opened by others; ${say(totals.files, 'file', 'files')} made of what they found, with ${say(totals.fileRows ?? 0, 'read', 'reads')} of ours.`,
      ]),
  ...grants.map(grantSentence),
  ...refusals.map(
    ({ asker, action, rule, count: times }) =>
      `${asker.name} was refused ${say(times, 'time', 'times')}: ${action}, by the rule ${rule}.`,
  ),
  wall.testedAt === null
    ? 'No test of the wall between agencies has been made yet.'
    : `The wall between agencies was last tested on ${day(wall.testedAt)}: ${say(wall.tried ?? 0, 'way', 'ways')} tried, ${wall.crossed === 0 ? 'none led across' : `${wall.crossed} LED ACROSS`}.`,
  ...(wall.crossings > 0
    ? [`In this time ${say(wall.crossings, 'test', 'tests')} of the wall found a way across.`]
    : []),
  ...(wall.stoppedAt === null ? [] : [`Nothing of our data is shared since ${day(wall.stoppedAt)}.`]),
];
