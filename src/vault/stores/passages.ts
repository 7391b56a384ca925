// Searching for passages: the reads that a permit opens, voted into one answer a vehicle and camera when they are asked for. Raw
// reads stay as they are. A misread that fits the question beside surer reads that do not is no answer here, and the reads that
// could contradict it are looked at under the same permit, window and limit of rows as those that fit.
import { createHash } from 'node:crypto';
import type { AgencyId, CameraId, ReadId } from '../../core/ids.js';
import { compareFound } from '../../core/plate-match.js';
import { passageGapMs, passagesOf, standingGapMs, type Passage } from '../../recognition/passage.js';
import type { Bound } from './bound.js';
import { openedSql } from './opened-sql.js';
import { reviewedReadsOf } from './read-reviews.js';
import { foundColumns, rowsMaxOf, type FoundRead, type ReadQuery } from './reads.js';

/** Reads of one owner that are looked at to answer one question; a grant's limit of rows may be lower. */
export const passageReadsMax = 2000;

/** How far around a read that fits others are looked at that could contradict it. */
const nearMs = 3 * passageGapMs;

interface Span {
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
  for (const { cameraId, capturedAt } of sorted) {
    const from = new Date(Math.max(+capturedAt - nearMs, +window.from));
    const to = new Date(Math.min(+capturedAt + nearMs + 1, +window.to));
    const last = spans.at(-1);
    if (last?.cameraId === cameraId && last.to >= from) spans[spans.length - 1] = { ...last, to };
    else spans.push({ cameraId, from, to });
  }
  return spans;
};

/** All reads of one owner in these spans, newest first, at most `max`. */
const readsIn = async (
  { sql, rows }: Bound,
  agencyId: AgencyId,
  { from, to }: ReadQuery,
  spans: readonly Span[],
  max: number,
): Promise<{ reads: FoundRead[]; more: boolean }> => {
  const opened = openedSql(rows('Read'), agencyId, 'r');
  const fixed = [agencyId, from, to, spans.map((s) => s.cameraId), spans.map((s) => s.from), spans.map((s) => s.to)];
  const scope = opened.text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + fixed.length + 1}`);
  const text = `${foundColumns}
      from unnest($4::uuid[], $5::timestamptz[], $6::timestamptz[]) as span (camera_id, since, until)
      join reads r on r.agency_id = $1 and r.camera_id = span.camera_id and r.captured_at >= span.since and r.captured_at < span.until
      left join cameras c on c.agency_id = r.agency_id and c.id = r.camera_id
      where r.captured_at >= $2 and r.captured_at < $3 and (${scope})
      order by r.captured_at desc, r.id limit $7`;
  const { rows: found } = await sql.query<FoundRead & { [column: string]: unknown }>({
    // One prepared statement a shape: the name follows the text.
    name: `passages-${createHash('sha256').update(text).digest('base64url').slice(0, 20)}`,
    text,
    values: [...fixed, max + 1, ...opened.values],
  });
  return { reads: found.slice(0, max), more: found.length > max };
};

/** Passages of one owner that fit. */
const passagesIn = async (bound: Bound, asked: ReadQuery, agencyId: AgencyId, max: number): Promise<Answer> => {
  const { after, ...rest } = asked;
  const page = after?.get(agencyId);
  // What a page before has shown is told by the reads after its border that belong to it: however long it stands, the next of them is near.
  const query = page ? { ...rest, to: new Date(Math.min(+rest.to, +page.at + standingGapMs + 1)) } : rest;
  const matching = await reviewedReadsOf(bound, query, agencyId, max);
  const fits = new Set(matching.reads.map((read) => read.readId));
  const corrected = new Set(
    matching.reads.filter(({ match }) => match?.kind === 'corrected').map(({ readId }) => readId),
  );
  const spans = spansAround(matching.reads, query);
  // Without a plate every read of the window is there already.
  const near =
    query.plate && matching.reads.length > 0
      ? await readsIn(bound, agencyId, query, spans, max)
      : { reads: [], more: false };
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
      const evidence = passage.reads.find(({ readId }) => corrected.has(readId));
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

/** Nearest first, then by when it was last seen. */
const byPassage = (a: FoundPassage, b: FoundPassage): number =>
  compareFound({ ...a.evidence, capturedAt: a.lastSeen }, { ...b.evidence, capturedAt: b.lastSeen });

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
    const answers = await Promise.all(
      opened.map((verdict) => passagesIn(bound, query, verdict.agencyId, rowsMaxOf(verdict, passageReadsMax))),
    );
    const all = answers.flatMap((each) => each.passages).sort(byPassage);
    const passages = all.slice(0, query.limit);
    for (const { agencyId } of opened) {
      const shown = passages.filter(({ evidence }) => evidence.agencyId === agencyId);
      bound.shown(agencyId, shown.flatMap(({ reads }) => reads).length);
    }
    return { passages, more: all.length > passages.length || answers.some((each) => each.more) };
  },
});
