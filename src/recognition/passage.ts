// Which reads of one camera are one vehicle passing, and what its plate says by a vote of characters. It refuses to join two plates
// of one frame, and to answer a text that stands in no frame: the evidence is always a read of exactly the voted text.
import { align, distanceOf, type VotedChar } from './vote-align.js';

/** What is needed of a read; all reads are of one camera. */
export interface PassageRead {
  readonly readId: string;
  readonly frameId: string;
  readonly capturedAt: Date;
  readonly plate: string;
  readonly chars: readonly VotedChar[];
  /** [[x, y] x 4] in pixels of the frame. */
  readonly corners: readonly (readonly [number, number])[];
}

export interface Passage<R extends PassageRead> {
  /** The voted text; the text of `evidence`. */
  readonly plate: string;
  /**
   * For each character the confidence of the surest read that agrees, times the share of the track's weight that agrees: one
   * doubtful character stays visible beside sure ones.
   */
  readonly chars: readonly VotedChar[];
  /** Every text that was read, the most frequent first. */
  readonly texts: readonly { readonly text: string; readonly reads: number }[];
  /** The read of exactly that text whose least sure character is surest. */
  readonly evidence: R;
  readonly firstSeen: Date;
  readonly lastSeen: Date;
  /** By time of capture. */
  readonly reads: readonly R[];
}

/** A vehicle that is not seen for this long has gone: what comes after is another passage. */
export const passageGapMs = 15_000;
/** One that stands at its place may be out of sight for longer, behind others. */
export const standingGapMs = 120_000;
/** Another text after longer than this is another vehicle at the same place: the next one in a queue may well have a plate much like it. */
const dissentGapMs = 5_000;
/** Texts whose weighted distance is at most this share of the longer one may be one plate, if the box moved as a vehicle does. */
const textShareMax = 0.34;
/** Plate widths that a box may move at once and in each second, for a text that differs. */
const widthsAtOnce = 1.5;
const widthsASecond = 3;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

const boxOf = ({ corners }: PassageRead): Box => {
  const xs = corners.map(([x]) => x);
  const ys = corners.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: (left + right) / 2, y: (top + bottom) / 2, width: Math.max(right - left, 1) };
};

/**
 * How ill a read goes on from another one of an earlier frame; undefined when they are not one vehicle.
 * Equal texts need only be near in time; different ones must be near in text and stand where the vehicle can be by then.
 */
const costOf = (last: PassageRead, read: PassageRead): number | undefined => {
  const [from, to] = [boxOf(last), boxOf(read)];
  const ms = read.capturedAt.getTime() - last.capturedAt.getTime();
  const moved = Math.hypot(to.x - from.x, to.y - from.y) / Math.max(from.width, to.width);
  const ratio = Math.max(from.width / to.width, to.width / from.width);
  const stands = moved < 0.5 && ratio < 1.25;
  if (ms > (stands ? standingGapMs : passageGapMs)) return undefined;
  if (last.plate === read.plate) return Math.min(moved, 10) / 100;
  const share = distanceOf(last.chars, read.chars) / Math.max(last.chars.length, read.chars.length);
  if (share > textShareMax || ms > dissentGapMs) return undefined;
  if (ratio > 2 || moved > widthsAtOnce + (widthsASecond * ms) / 1000) return undefined;
  return 1 + share + Math.min(moved, 10) / 100;
};

const inOrder = (a: PassageRead, b: PassageRead): number =>
  a.capturedAt.getTime() - b.capturedAt.getTime() || compare(a.frameId, b.frameId) || compare(a.readId, b.readId);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** How far back a track is compared: one misread in between does not break it. */
const memory = 4;

/**
 * Sorts the reads of one camera into passages. The answer depends on the reads alone, not on the order in which they are given.
 * @returns each read in exactly one passage, no passage with two reads of one frame; by time of the first read
 */
export const passagesOf = <R extends PassageRead>(reads: readonly R[]): Passage<R>[] => {
  const tracks: R[][] = [];
  let open: R[][] = [];
  for (const frame of framesOf([...reads].sort(inOrder))) {
    const at = frame[0]!.capturedAt.getTime();
    open = open.filter((track) => at - track.at(-1)!.capturedAt.getTime() <= standingGapMs);
    const pairs = frame.flatMap((read) =>
      open.flatMap((track, index) => {
        const costs = track
          .slice(-memory)
          .map((last) => costOf(last, read))
          .filter((cost) => cost !== undefined);
        return costs.length === 0 ? [] : [{ read, track, index, cost: Math.min(...costs) }];
      }),
    );
    pairs.sort((a, b) => a.cost - b.cost || a.index - b.index || inOrder(a.read, b.read));
    const placed = new Set<R>();
    const grown = new Set<R[]>();
    for (const { read, track } of pairs)
      if (!placed.has(read) && !grown.has(track)) {
        placed.add(read);
        grown.add(track);
        track.push(read);
      }
    for (const read of frame)
      if (!placed.has(read)) {
        const track = [read];
        tracks.push(track);
        open.push(track);
      }
  }
  return tracks.map(voteOf);
};

const framesOf = <R extends PassageRead>(sorted: readonly R[]): R[][] => {
  const frames: R[][] = [];
  for (const read of sorted)
    if (frames.at(-1)?.[0]?.frameId === read.frameId) frames.at(-1)!.push(read);
    else frames.push([read]);
  return frames;
};

/** Texts of a track that are voted on, the most frequent first: bounds the work for a plate that nobody can read. */
const textsMax = 24;

const surety = (read: PassageRead): number => Math.min(...read.chars.map(({ p }) => p));

/** Votes over one track, at least one read in order of capture. Only texts that were read can win. */
export const voteOf = <R extends PassageRead>(reads: readonly R[]): Passage<R> => {
  const times = new Map<string, number>();
  for (const { plate } of reads) times.set(plate, (times.get(plate) ?? 0) + 1);
  const texts = [...times]
    .map(([text, count]) => ({ text, reads: count }))
    .sort((a, b) => b.reads - a.reads || compare(a.text, b.text));
  const counted = texts.slice(0, textsMax).map(({ text }) => ({ text, ...countFor(text, reads) }));
  const won = counted.reduce((best, each) => (each.score > best.score ? each : best));
  const evidence = reads
    .filter((read) => read.plate === won.text)
    .reduce((best, read) => (surety(read) > surety(best) ? read : best));
  return {
    plate: won.text,
    chars: won.chars,
    texts,
    evidence,
    firstSeen: reads[0]!.capturedAt,
    lastSeen: reads.at(-1)!.capturedAt,
    reads,
  };
};

/** The votes for each character of a text, weighted with the confidence of the character that votes. */
const countFor = (text: string, reads: readonly PassageRead[]): { score: number; chars: VotedChar[] } => {
  const places = [...text].map((c) => ({ c, agree: 0, against: 0, best: 0 }));
  let score = 0;
  for (const read of reads)
    for (const { place, char } of align(text, read.chars)) {
      const seat = place === undefined ? undefined : places[place];
      // A character that is missing from the read speaks against it as much as the read is sure on the whole.
      const weight = char?.p ?? surety(read);
      if (seat && char?.c === seat.c) {
        seat.agree += weight;
        seat.best = Math.max(seat.best, weight);
        score += weight;
      } else {
        if (seat) seat.against += weight;
        score -= weight;
      }
    }
  const chars = places.map(({ c, agree, against, best }) => ({
    c,
    p: agree === 0 ? 0 : Math.min(1, (best * agree) / (agree + against)),
  }));
  return { score, chars };
};
