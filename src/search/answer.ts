// What searches of every kind have in common: who asks, and how a read that was found is answered, with its links.
import type { MemberActor } from '../access/actor.js';
import type { Permit, Verdict } from '../access/decide.js';
import type { SearchId, SessionId } from '../core/ids.js';
import type { ReadFilters } from '../core/read-filters.js';
import { sayDirectionAsked } from '../core/told.js';
import type { FoundRead } from '../vault/stores/reads.js';
import type { Door } from '../vault/vault.js';
import type { PictureKind, PictureLinks } from './picture-links.js';
import type { Question } from './cursor.js';
import type { NewSearch, SearchAnswer } from './search.schema.js';
import type { Shown } from './shown.js';

export type Result = SearchAnswer['results'][number];
/** null: no grant of the read's owner gives pictures. */
export type LinkTo = (read: FoundRead, kind: PictureKind) => string | null;

/** Paths to the pictures of a search's reads that its permit gives, good in this session until then. */
export const linksOf = (
  links: PictureLinks,
  { verdicts }: Permit,
  { sessionId, searchId }: { sessionId: SessionId; searchId: SearchId },
  until: Date,
): LinkTo => {
  const givesPictures = (verdict: Verdict): boolean =>
    verdict.verdict === 'own' ||
    (verdict.verdict === 'granted' && verdict.grants.some(({ fields }) => fields.includes('picture')));
  const giving = new Set(verdicts.filter(givesPictures).map((each) => each.agencyId));
  return (read, kind) =>
    giving.has(read.agencyId)
      ? `/api/v1/searches/${searchId}/pictures/${links.make({ sessionId, searchId }, { ...read, kind }, until)}`
      : null;
};

type Filtered = Partial<Pick<NewSearch, keyof ReadFilters>>;

/** What is asked of reads beside plate, time and camera. */
export const filtersOf = (asked: Filtered): ReadFilters => {
  const { regions, states, confidenceMin, area, vehicleTypes, vehicleColors, make, model, direction } = asked;
  return { regions, states, confidenceMin, area, vehicleTypes, vehicleColors, make, model, direction };
};

/** What is asked of vehicles, as a page's cursor is bound to it. */
export const toldAsked = ({ vehicleTypes, vehicleColors, make, model, direction }: Filtered): Question => [
  ...[vehicleTypes, vehicleColors, make?.toLowerCase(), model?.toLowerCase()],
  direction && sayDirectionAsked(direction),
];

export const memberOf = ({ actor }: Pick<Door<'read.search'>, 'actor'>): MemberActor => {
  if (actor.kind !== 'member') throw new TypeError('only a member searches');
  return actor;
};

export const resultOf = (read: FoundRead, linkTo: LinkTo): Result => {
  const { cameraId, cameraName, latitude, longitude, hasCrop, modelId, modelHash, match, ...rest } = read;
  return {
    ...rest,
    ...(match && { match: { ...match, differs: [...match.differs] } }),
    reviews: (read.reviews ?? []).map((each) => ({ ...each, by: { ...each.by } })),
    chars: [...read.chars],
    candidates: [...read.candidates],
    vehicle: read.vehicle && { ...read.vehicle },
    direction: read.direction && { ...read.direction },
    corners: read.corners.map(([x, y]) => [x, y]),
    camera: { id: cameraId, name: cameraName, latitude, longitude },
    model: { id: modelId, hash: modelHash },
    pictures: { crop: hasCrop ? linkTo(read, 'crop') : null, frame: linkTo(read, 'frame') },
  };
};

/** A result as an export names it. */
export const shownOf = ({ agencyId, readId, match, passage }: Result): Shown => ({
  agencyId,
  readId,
  match: match?.kind,
  ...(passage && { passage: { firstSeen: passage.firstSeen, lastSeen: passage.lastSeen, reads: passage.reads } }),
});
