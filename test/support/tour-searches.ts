// The searches of the tour: every shape that a search's statements can have, as one agency, at the reads of one.
import type { FuzzyDistance } from '../../src/core/confusable.js';
import type { CameraId, SearchId } from '../../src/core/ids.js';
import { nearPlate, parsePlatePattern, type PlatePattern } from '../../src/core/plate.js';
import type { Lent } from '../../src/vault/stores/index.js';
import type { FoundPassage } from '../../src/vault/stores/passages.js';
import type { FoundRead } from '../../src/vault/stores/reads.js';
import type { TestAgency } from './agencies.js';
import { asks, type Ask } from './ask.js';
import type { Place } from './tour.js';

const day = 86_400_000;
const everywhere = { north: 90, south: -90, east: 180, west: -180 };

export interface SearchShape {
  readonly plate?: string;
  readonly fuzzy?: FuzzyDistance;
  readonly cameraIds?: readonly CameraId[];
}

/** What a search asks for, by the shape of its statement. */
export const searchShapes = (at: Place): Readonly<Record<string, SearchShape>> => {
  const cameraIds = [at.agency.cameras[0].cameraId, at.agency.cameras[1].cameraId];
  const misread = `${at.plate.slice(0, -1)}L`;
  const shapes: Readonly<Record<string, SearchShape>> = {
    exact: { plate: at.plate },
    prefix: { plate: `${at.plate.slice(0, 3)}*` },
    infix: { plate: `*${at.plate.slice(2, 5)}?*` },
    'near 0': { plate: misread, fuzzy: 0 },
    'near 1': { plate: misread, fuzzy: 1 },
    'near 2': { plate: misread, fuzzy: 2 },
    none: {},
  };
  return Object.fromEntries(
    Object.entries(shapes).flatMap(([name, shape]) => [
      [name, shape],
      [`${name} at cameras`, { ...shape, cameraIds }],
    ]),
  );
};

/** The plate that a shape asks for, as a store takes it. */
export const patternOf = ({ plate, fuzzy }: SearchShape): PlatePattern | undefined => {
  const pattern = plate === undefined ? undefined : parsePlatePattern(plate);
  return pattern && fuzzy !== undefined ? nearPlate(pattern, fuzzy) : pattern;
};

export const window = () => ({ from: new Date(Date.now() - 2 * day), to: new Date(Date.now() + 1000) });

/** The reads that a search answered, alone or in passages. */
export const readsFound = (
  value: { readonly reads: readonly FoundRead[] } | { readonly passages: readonly FoundPassage[] },
): FoundRead[] => ('passages' in value ? value.passages.flatMap(({ reads }) => reads) : [...value.reads]);

/** What `searches` answer. */
export type SearchValue = Parameters<typeof readsFound>[0] & { readonly more: boolean };

/** The searches of the tour alone, asking the place's agency. */
export const searches = (by: TestAgency, at: Place): Ask[] =>
  Object.entries(searchShapes(at)).flatMap(([name, shape]) => {
    const { plate, cameraIds } = shape;
    const times = window();
    const demand = {
      purpose: 'stolen-vehicle',
      caseNumber: '26-1',
      reason: 'a test',
      agencies: [at.agency.agencyId],
      plate,
      cameraIds,
      ...times,
    };
    const query = {
      plate: patternOf(shape),
      ...(cameraIds && { cameraIds }),
      ...times,
      limit: 50,
    };
    return asks('read.search', by.members.officer, demand, {
      [`reads.search#${name}`]: (s) => s.reads.search(query),
      [`passages.search#${name}`]: (s) => s.passages.search(query),
      // At both places all that is there is seen.
      ...(plate === undefined && {
        [`places.search#${name}`]: (s: Lent['read.search']) =>
          s.places.search({
            places: [
              { cameraIds: at.agency.cameras.map((each) => each.cameraId), ...times },
              { ...(cameraIds ? { cameraIds } : { area: everywhere }), ...times },
            ],
            limit: 50,
          }),
      }),
    });
  });

/** The pictures of the tour: under an earlier search of that officer in that session, which asked the place's agency. */
export const pictures = (by: TestAgency, at: Place, searchId: SearchId): Ask[] =>
  (['crop', 'frame'] as const).flatMap((kind) =>
    asks(
      'read.picture',
      by.members.officer,
      { searchId, agencyId: at.agency.agencyId, readId: at.readId, kind, link: 'holds' },
      {
        [`pictures.find#${kind}`]: (s) => s.pictures.find(at.agency.agencyId, at.readId, kind),
      },
    ),
  );

/** The files of the tour: what that search would have shown, with everything that may be in a file. */
export const files = (by: TestAgency, at: Place, searchId: SearchId): Ask[] =>
  asks(
    'read.export',
    by.members.officer,
    { searchId, agencies: [at.agency.agencyId], format: 'pdf', pictures: 'frames', shown: 'holds' },
    { 'exports.find': (s) => s.exports.find([{ agencyId: at.agency.agencyId, readId: at.readId }]) },
  );
