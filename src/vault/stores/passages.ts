// Searching for passages: the reads that a permit opens, voted into one answer a vehicle and camera when they are asked for. Raw
// reads stay as they are. A misread that fits the question beside surer reads that do not is no answer here, and the reads that
// could contradict it are looked at under the same permit, window and limit of rows as those that fit.
import type { AgencyId, CameraId, ReadId } from '../../core/ids.js';
import { compareRanks, rankOf, type Rank } from '../../core/plate-match.js';
import { passageGapMs, passagesOf, standingGapMs, type Passage } from '../../recognition/passage.js';
import type { Bound } from './bound.js';
import { asGiven } from './given.js';
import { openedSql } from './opened-sql.js';
import { asksOfTold } from '../../core/read-filters.js';
import { toldAmong } from './read-told.js';
import { overOwners, rowsOfEach, type Owner } from './owners.js';
import { scopeAfter, shaped, type Opened, type Shaped } from './plates.js';
import { allReadsOf } from './read-reviews.js';
import type { OwnersReads } from './reads-of-others.js';
import { foundColumns, rowsMaxOf, type FoundRead, type ReadQuery } from './reads.js';

/** Reads of one owner that are looked at to answer one question; a grant's limit of rows may be lower. */
export const passageReadsMax = 2000;

/** How far around a read that fits others are looked at that could contradict it. */
const nearMs = 3 * passageGapMs;

interface Span {
  readonly agencyId: AgencyId;
  readonly cameraId: CameraId;
  readonly from: Date;
  readonly to: Date;
}

/** A passage with the owner's reads that voted; `complete` unless it may go on where nothing was looked at. */
export type FoundPassage = Passage<FoundRead> & { readonly complete: boolean };

interface Answer {
  readonly passages: FoundPassage[];
  readonly more: boolean;
}

/** Cameras and times near these reads, each camera's apart from each other, within the window of the question. */
export const spansAround = (reads: readonly FoundRead[], window: Pick<ReadQuery, 'from' | 'to'>): Span[] => {
  const spans: Span[] = [];
  const sorted = [...reads].sort(
    (a, b) => Number(a.cameraId > b.cameraId) - Number(a.cameraId < b.cameraId) || +a.capturedAt - +b.capturedAt,
  );
  for (const { agencyId, cameraId, capturedAt } of sorted) {
    const from = new Date(Math.max(+capturedAt - nearMs, +window.from));
    const to = new Date(Math.min(+capturedAt + nearMs + 1, +window.to));
    const last = spans.at(-1);
    if (last?.cameraId === cameraId && last.to >= from) spans[spans.length - 1] = { ...last, to };
    else spans.push({ agencyId, cameraId, from, to });
  }
  return spans;
};

/** The statement of all reads of one owner in these of his spans, newest first, at most `limit`. */
const spansStatement = (
  spans: readonly Span[],
  agencyId: AgencyId,
  query: ReadQuery,
  opened: Opened,
  limit: number,
): Shaped => {
  const values: unknown[] = [agencyId, limit, query.from, query.to];
  const next = (value: unknown): string => `$${values.push(value)}`;
  const column = (of: (span: Span) => unknown): string => next(spans.map(of));
  const text = `${foundColumns}
      from unnest(${column((s) => s.agencyId)}::uuid[], ${column((s) => s.cameraId)}::uuid[], ${column((s) => s.from)}::timestamptz[], ${column((s) => s.to)}::timestamptz[])
        as span (of, camera_id, since, until)
      join reads r on r.agency_id = $1 and r.camera_id = span.camera_id and r.captured_at >= span.since and r.captured_at < span.until
      left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      where span.of = $1 and r.captured_at >= $3 and r.captured_at < $4 and (${scopeAfter(opened, next)})
      order by r.captured_at desc, r.id limit $2`;
  return shaped('passages', text, values);
};

/** Who is asked for passages, with what fits of his and where others may contradict it. */
interface Asked extends Owner {
  readonly query: ReadQuery;
  readonly page: { readonly at: Date; readonly readId: ReadId } | undefined;
  readonly matching: OwnersReads;
  readonly spans: readonly Span[];
}

/** Of each owner the reads around those that fit: of the own agency in one statement, of all others in another. */
const readsAround = async (
  bound: Bound,
  query: ReadQuery,
  all: readonly Asked[],
): Promise<Map<AgencyId, OwnersReads>> => {
  // Without a plate every read of the window is there already.
  const asked = query.plate ? all.filter(({ matching }) => matching.reads.length > 0) : [];
  const rows = await rowsOfEach<FoundRead, Asked>(
    bound,
    asked,
    (owner) => {
      const opened = openedSql(bound.rows('Read'), owner.agencyId, 'r');
      return spansStatement(owner.spans, owner.agencyId, owner.query, opened, owner.max + 1);
    },
    (owners) => {
      const spans = owners.flatMap((each) => each.spans);
      return overOwners(bound, { ...query, after: undefined }, owners, (of, opened) =>
        spansStatement(spans, owners[0]!.agencyId, of, opened.reads, 0),
      );
    },
  );
  return new Map(
    all.map(({ agencyId, max }) => {
      const reads = (rows.get(agencyId) ?? []).sort(byTime);
      return [agencyId, { reads: reads.slice(0, max), more: reads.length > max }];
    }),
  );
};

const byTime = (a: FoundRead, b: FoundRead): number => +b.capturedAt - +a.capturedAt || (a.readId < b.readId ? -1 : 1);

/** Passages of one owner that fit, voted from what fits and what is near it. */
const passagesAmong = ({ query, page, matching, spans, max }: Asked, near: OwnersReads): Answer => {
  const asksTold = asksOfTold(query.filters);
  const fits = new Set(matching.reads.map((read) => read.readId));
  const corrected = new Set(
    matching.reads.filter(({ match }) => match?.kind === 'corrected').map(({ readId }) => readId),
  );
  // Those that fit come first: of the others as many as the limit of rows still allows, the newest.
  const others = near.reads.filter((read) => !fits.has(read.readId));
  const kept = others.slice(0, max - matching.reads.length);
  const nearCut = near.more || kept.length < others.length;
  const since = Math.max(
    +(matching.more ? lookedBack(matching.reads, query) : query.from),
    +(nearCut ? (kept.at(-1)?.capturedAt ?? query.to) : query.from),
  );
  // Whether a passage ends well inside what was looked at: a vehicle that stands may be away for longer between two reads.
  const isComplete = ({ evidence, firstSeen, lastSeen }: Passage<FoundRead>): boolean =>
    within(firstSeen, lastSeen, { from: since, to: +query.to }, standingGapMs) &&
    (!query.plate ||
      spans.some((span) => span.cameraId === evidence.cameraId && within(firstSeen, lastSeen, span, passageGapMs)));
  const byCamera = new Map<CameraId, FoundRead[]>();
  for (const read of [...matching.reads, ...kept])
    byCamera.set(read.cameraId, [...(byCamera.get(read.cameraId) ?? []), read]);
  // The evidence has the voted text, so a passage fits when its evidence does; and when a member has corrected a read of it to what is asked.
  const passages = [...byCamera.values()]
    .flatMap((reads) => passagesOf(reads))
    .flatMap((passage): Passage<FoundRead>[] => {
      if (fits.has(passage.evidence.readId)) return [passage];
      // What a camera told stands with the reads of which it told it, not with each of the passage.
      const evidence = passage.reads.find(
        ({ readId, plate }) =>
          corrected.has(readId) || (asksTold && fits.has(readId) && plate === passage.evidence.plate),
      );
      return evidence ? [{ ...passage, evidence }] : [];
    })
    .filter(({ evidence, lastSeen }) => !page || comesAfter(page, lastSeen, evidence.readId))
    .map((passage) => ({ ...passage, complete: isComplete(passage) }));
  return { passages, more: matching.more || nearCut };
};

/** In the order of an answer, newest first. */
const comesAfter = (page: { readonly at: Date; readonly readId: ReadId }, lastSeen: Date, readId: ReadId): boolean =>
  +lastSeen < +page.at || (+lastSeen === +page.at && readId > page.readId);

/** Since when all that fits was looked at, once a limit has cut: of reads that come nearest first that is not known. */
const lookedBack = (reads: readonly FoundRead[], { plate, to }: ReadQuery): Date =>
  plate?.kind === 'near' ? to : reads.at(-1)!.capturedAt;

const within = (
  first: Date,
  last: Date,
  { from, to }: { readonly from: Date | number; readonly to: Date | number },
  gapMs: number,
): boolean => +first - +from > gapMs && +to - +last > gapMs;

const rankOfPassage = ({ evidence, lastSeen }: FoundPassage): Rank => rankOf({ ...evidence, capturedAt: lastSeen });

/** Nearest first, then by when it was last seen. */
const byPassage = (a: FoundPassage, b: FoundPassage): number => compareRanks(rankOfPassage(a), rankOfPassage(b));

export interface PassageSearcher {
  /**
   * Passages whose voted text fits, newest first, at most `limit`. `more` says that a limit cut the answer or the reads that vote.
   * The rows shown of an owner are the reads that voted.
   */
  search(query: ReadQuery): Promise<Answer>;
}

export const passageSearcher = (bound: Bound): PassageSearcher => ({
  search: async (query) => {
    const opened = bound.permit.verdicts.filter((each) => each.verdict !== 'refused');
    const { after, ...rest } = query;
    // What a page before has shown is told by the reads after its border that belong to it: however long it stands, the next of them is near.
    const owners = opened.map((verdict) => {
      const page = after?.get(verdict.agencyId);
      const until = page && new Date(Math.min(+rest.to, +page.at + standingGapMs + 1));
      return { agencyId: verdict.agencyId, max: rowsMaxOf(verdict, passageReadsMax), page, until };
    });
    const fitting = await allReadsOf(bound, rest, owners);
    const asked = owners.map((owner): Asked => {
      const own = owner.until ? { ...rest, to: owner.until } : rest;
      const matching = fitting.get(owner.agencyId)!;
      return { ...owner, query: own, matching, spans: spansAround(matching.reads, own) };
    });
    const near = await readsAround(bound, rest, asked);
    const answers = asked.map((each) => passagesAmong(each, near.get(each.agencyId)!));
    const { afterRank } = query;
    const all = answers
      .flatMap((each) => each.passages)
      .filter((passage) => !afterRank || compareRanks(rankOfPassage(passage), afterRank) > 0)
      .sort(byPassage);
    const passages = all.slice(0, query.limit);
    for (const { agencyId } of opened) {
      const shown = passages.filter(({ evidence }) => evidence.agencyId === agencyId);
      bound.shown(agencyId, shown.flatMap(({ reads }) => reads).length);
    }
    const given = asGiven(bound);
    const told = passages.map((each) => {
      const reads = each.reads.map(given);
      return { ...each, evidence: toldAmong(given(each.evidence), reads), reads };
    });
    return { passages: told, more: all.length > passages.length || answers.some((each) => each.more) };
  },
});
