// Searches and the pictures of what they found. It says who asks what and why; what may be answered is the vault's to decide. It
// refuses to open a picture's bytes before the opening is committed to the logs.
import { Inject, Injectable, StreamableFile } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import { invalid } from '../core/errors.js';
import type { AgencyId } from '../core/ids.js';
import { nearPlate, parsePlatePattern, type PlatePattern } from '../core/plate.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { FoundPassage, PassageSearcher } from '../vault/stores/passages.js';
import type { ReadSearcher } from '../vault/stores/read-search.js';
import { publicVerdicts, type Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { receiptOf } from '../web/receipt.js';
import { linkSecondsMax, PictureLinks } from './picture-links.js';
import { RunningSearches } from './running.js';
import type { NewSearch, PicturePath, SearchAnswer } from './search.schema.js';
import { rankOf } from '../core/plate-match.js';
import { cursorText, positionsAfter, readCursor, type Cursor, type Question } from './cursor.js';
import { filtersOf, linksOf, memberOf, resultOf, shownOf, toldAsked, type LinkTo, type Result } from './answer.js';
import { ShownReads } from './shown.js';
import { legsOf, travelled } from './travel.js';
import { windowOf, type Window } from './window.js';

@Injectable()
export class SearchService {
  constructor(
    private readonly blobs: Blobs,
    private readonly links: PictureLinks,
    private readonly shown: ShownReads,
    private readonly running: RunningSearches,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** @throws PlatewardError `plate_*`, `fuzzy_*`, `travel_plate`, `window_*`, `cursor*`; `searches_*` when too many run; 403 with verdicts and receipt when no asked agency may be searched */
  async search(door: Door<'read.search'>, asked: NewSearch): Promise<SearchAnswer> {
    const member = memberOf(door);
    const { agencyId, sessionId } = member;
    const { purpose, caseNumber, reason, onBehalfOf, limit } = asked;
    const plate = plateOf(asked);
    if (asked.as === 'travel') travelled(plate);
    const cameraIds = asked.cameraIds && [...new Set(asked.cameraIds)];
    const agencies = asked.agencies ?? [agencyId];
    const filters = filtersOf(asked);
    const selects = selecting(asked, plate, agencies);
    const cursor = asked.after === undefined ? undefined : readCursor(selects, asked.after, plate?.kind === 'near');
    const { from, to } = windowOf(cursor ?? asked, plate !== undefined, this.clock.now());
    const until = cursor ? endOf(cursor) : to;
    const demand = {
      purpose,
      caseNumber,
      reason,
      onBehalfOf,
      agencies,
      cameraIds,
      from,
      to: until,
      fuzzy: asked.fuzzy,
    };
    const query = { plate, cameraIds, from, to, limit, filters, after: cursor?.positions, afterRank: cursor?.rank };
    const { value, permit, searchId, receipts } = await this.running.run(member, () =>
      door.open({ ...demand, filters, plate: plate?.text }, async (s): Promise<Value> =>
        asked.as === 'reads' ? await s.reads.search(query) : await s.passages.search(query),
      ),
    );
    if (!searchId) throw new Error('a search is not on record');
    const linksExpireAt = new Date(this.clock.now().getTime() + linkSecondsMax * 1000);
    const linkTo = linksOf(this.links, permit, { sessionId, searchId }, linksExpireAt);
    const results = resultsOf(value, linkTo, asked.as);
    const receipt = receiptOf(receipts);
    const answer = { plate: plate?.text ?? null, from, to };
    return {
      searchId,
      ...answer,
      results,
      more: value.more,
      next: nextOf(value, permit.opened, { selects, plate, from, to, before: cursor?.positions }),
      agencies: publicVerdicts(permit.verdicts),
      linksExpireAt,
      shown: this.shown.make({ sessionId, searchId }, { ...answer, receipt, reads: results.map(shownOf) }),
      receipt,
    };
  }

  /**
   * The picture behind a link. A link that does not hold is a refused attempt and goes on record like any other.
   * @throws PlatewardError 403 `picture_link`, `picture_link_expired`, `grant_*`; 404 `not_found`; 503 `blob_*`, `key_*`
   */
  async picture(door: Door<'read.picture'>, { searchId, token }: PicturePath): Promise<StreamableFile> {
    const { agencyId: home, sessionId } = memberOf(door);
    const { state, picture } = this.links.read({ sessionId, searchId }, token, this.clock.now());
    const { readId, kind } = picture;
    const agencyId = state === 'broken' ? home : picture.agencyId;
    const { value, permit } = await door.open({ searchId, agencyId, readId, kind, link: state }, (s) =>
      s.pictures.find(agencyId, readId, kind),
    );
    const bytes = await this.blobs.get(permit, agencyId, value.blobKey);
    const ending = value.mediaType.replace(/^image\//, '').replace('jpeg', 'jpg');
    return new StreamableFile(bytes, {
      type: value.mediaType,
      length: bytes.length,
      disposition: `inline; filename="${kind}-${readId}.${ending}"`,
    });
  }
}

/** @throws PlatewardError `plate_*`, `fuzzy_*` */
const plateOf = ({ plate, fuzzy }: NewSearch): PlatePattern | undefined => {
  if (plate !== undefined) {
    const pattern = parsePlatePattern(plate);
    return fuzzy === undefined ? pattern : nearPlate(pattern, fuzzy);
  }
  if (fuzzy !== undefined)
    throw invalid('fuzzy_alone', 'A search for misread plates needs a plate: name it, or leave out fuzzy.');
  return undefined;
};

const selecting = (
  { fuzzy, cameraIds, as, regions, states, confidenceMin, area, ...more }: NewSearch,
  plate: PlatePattern | undefined,
  agencies: readonly string[],
): Question => [
  ...[plate?.text, fuzzy, as, [...agencies].sort(), cameraIds && [...cameraIds].sort(), regions, states],
  ...[confidenceMin, area && [area.north, area.south, area.east, area.west]],
  ...toldAsked(more),
];

/** Until when a page looks: nothing newer than where the newest of its agencies goes on; by likeness, what comes next may be newer. */
const endOf = ({ to, positions, rank }: Cursor): Date =>
  rank ? to : new Date(Math.min(to.getTime(), Math.max(...[...positions.values()].map(({ at }) => at.getTime())) + 1));

const nextOf = (
  value: Value,
  agencies: readonly AgencyId[],
  {
    selects,
    plate,
    from,
    to,
    before,
  }: Window & {
    readonly selects: Question;
    readonly plate: PlatePattern | undefined;
    readonly before: Cursor['positions'] | undefined;
  },
): string | null => {
  if (!value.more) return null;
  const shown =
    'passages' in value
      ? value.passages.map(({ evidence, lastSeen }) => ({ ...evidence, capturedAt: lastSeen, at: lastSeen }))
      : value.reads.map((read) => ({ ...read, at: read.capturedAt }));
  const last = shown.at(-1);
  if (plate?.kind === 'near')
    return last ? cursorText(selects, { from, to, positions: new Map(), rank: rankOf(last) }) : null;
  const positions = positionsAfter(shown, agencies, before);
  return positions ? cursorText(selects, { from, to, positions }) : null;
};

type Value = Awaited<ReturnType<ReadSearcher['search']>> | Awaited<ReturnType<PassageSearcher['search']>>;

const passageOf = ({
  plate,
  chars,
  firstSeen,
  lastSeen,
  complete,
  texts,
  reads,
}: FoundPassage): NonNullable<Result['passage']> => ({
  ...{ plate, firstSeen, lastSeen, complete },
  chars: [...chars],
  texts: [...texts],
  reads: reads.length,
  readIds: reads.map(({ readId }) => readId),
});

const resultsOf = (value: Value, linkTo: LinkTo, as: NewSearch['as']): Result[] => {
  if ('reads' in value) return value.reads.map((read) => resultOf(read, linkTo));
  const passed = value.passages.map((each) => ({ ...resultOf(each.evidence, linkTo), passage: passageOf(each) }));
  if (as !== 'travel') return passed;
  const legs = legsOf(passed);
  return passed.map((each, place) => ({ ...each, leg: legs[place] ?? null }));
};
