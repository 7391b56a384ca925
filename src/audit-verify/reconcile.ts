// The logs of two agencies held against each other: what one asked of the other, and each step of a grant between them, stands in both, bound by
// an id. It tells what one log has and the other lacks or tells otherwise. It takes entries of logs that were verified and trusts neither more.
import { canonical, isObject, type Json } from './bytes.js';
import { parseLeaf, type EntryLine } from './entries.js';

type Said = { readonly [member: string]: Json };

/** An entry that must stand in the other log, too. */
interface Shared {
  readonly entry: number;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly kind: string;
  /** Of the search, the grant or its opening, or when the refusals began that are counted; undefined of a question that was refused as a whole. */
  readonly id: string | undefined;
  /** The agency that acted. */
  readonly by: string;
  /** What both logs must tell alike. */
  readonly told: string;
  /** The grant of which it is a step or which it opens; only grants between the two count. */
  readonly grant?: string;
}

export interface Difference {
  readonly kind: string;
  readonly id?: string;
  readonly by: string;
  /** Seconds since 1970. */
  readonly at: number;
  /** The log that has the entry, and its number there. */
  readonly log: string;
  readonly entry: number;
  readonly otherLog: string;
  /** Its number in the other log, where that tells it otherwise; missing where it lacks it. */
  readonly otherEntry?: number;
  /** Entries of the other log whose text was withheld, among which it may be. */
  readonly withheld: number;
}

export interface Reconciled {
  /** Entries that stand in both logs alike. */
  readonly bound: number;
  readonly differences: readonly Difference[];
  /** Entries of one log from when the other had just ended, or after; they are not missed. */
  readonly tooNew: number;
  /** Refusals that one log heard of without what was asked; there is nothing to bind them by. */
  readonly unbindable: number;
}

const text = (value: Json | undefined): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a verified log of `own` holds about `other`; take its entries in order. */
export class SharedEntries {
  readonly entries: Shared[] = [];
  /** Grants that are seen to be between the two. */
  readonly grants = new Set<string>();
  last: bigint | undefined;
  withheld = 0;
  unbindable = 0;

  constructor(
    readonly own: string,
    readonly other: string,
  ) {}

  /** @throws Fault when the leaf has another size than one has */
  take(line: EntryLine): void {
    const { micros } = parseLeaf(line);
    this.last = this.last === undefined || micros > this.last ? micros : this.last;
    if (line.body === null) {
      this.withheld += 1;
      return;
    }
    const body = JSON.parse(line.body) as Json;
    if (!isObject(body)) return;
    const { kind, by, facts, outcome } = body;
    const agency = isObject(by) ? text(by['agencyId']) : undefined;
    // An entry from before the log declared a schema has a number for one, and other members.
    if (typeof body['schema'] !== 'string' || typeof kind !== 'string' || !isObject(facts) || agency === undefined)
      return;
    if (agency !== this.own && agency !== this.other) return;
    const base = { entry: line.entry, micros, kind, by: agency };
    if (kind === 'read.search' || kind === 'read.picture' || kind === 'read.export')
      this.asked(base, facts, outcome === 'done');
    else if (kind === 'refusal.count' && outcome === 'done') this.counted(base, facts);
    else if ((kind.startsWith('grant.') || kind.startsWith('opening.')) && outcome === 'done') this.step(base, facts);
  }

  private asked(base: Pick<Shared, 'entry' | 'micros' | 'kind' | 'by'>, facts: Said, done: boolean): void {
    const of = base.by === this.own ? this.other : this.own;
    const verdicts = Array.isArray(facts['asked']) ? facts['asked'].filter(isObject) : [];
    const verdict = verdicts.find(({ agencyId }) => agencyId === of);
    if (!verdict) {
      if (base.by === this.other) this.unbindable += 1;
      return;
    }
    const { asked: _, searchId, ...rest } = facts;
    // Of what was refused the owner hears the purpose and no more of the question.
    const heard = done && verdict['verdict'] === 'granted' ? rest : { purpose: facts['purpose'] ?? null };
    this.entries.push({ ...base, id: text(searchId), told: canonical([verdict, heard]) });
  }

  /** Refusals that no entry of their own tells: who was refused and who refused must count as many. */
  private counted(base: Pick<Shared, 'entry' | 'micros' | 'kind' | 'by'>, facts: Said): void {
    if (facts['owner'] !== (base.by === this.own ? this.other : this.own)) return;
    this.entries.push({ ...base, id: text(facts['from']), told: canonical(facts) });
  }

  private step(base: Pick<Shared, 'entry' | 'micros' | 'kind' | 'by'>, facts: Said): void {
    const grant = text(facts['grantId']);
    if (grant === undefined) return;
    const owner = base.kind === 'grant.request' ? facts['owner'] : undefined;
    const between = owner === undefined ? base.by === this.other : owner === this.own || owner === this.other;
    if (between) this.grants.add(grant);
    this.entries.push({ ...base, id: text(facts['openingId']) ?? grant, told: canonical(facts), grant });
  }
}

const keyOf = ({ kind, by, id, told }: Shared): string => `${kind} ${by} ${id ?? told}`;

const byKey = (entries: readonly Shared[]): Map<string, Shared[]> => {
  const found = new Map<string, Shared[]>();
  for (const each of entries) {
    const list = found.get(keyOf(each));
    if (list) list.push(each);
    else found.set(keyOf(each), [each]);
  }
  return found;
};

/**
 * @param settleSeconds how long before the end of a log an entry of the other may be missing there, since one act is written to both logs
 *   one after the other
 */
export const reconcile = (a: SharedEntries, b: SharedEntries, settleSeconds: number): Reconciled => {
  const counts = (each: Shared): boolean =>
    each.grant === undefined || a.grants.has(each.grant) || b.grants.has(each.grant);
  const [ofA, ofB] = [a, b].map(({ entries }) => byKey(entries.filter(counts))) as [
    Map<string, Shared[]>,
    Map<string, Shared[]>,
  ];
  const differences: Difference[] = [];
  let bound = 0;
  let tooNew = 0;
  const missed = (has: SharedEntries, lacks: SharedEntries, { entry, micros, kind, id, by }: Shared): Difference => ({
    ...{ kind, ...(id !== undefined && { id }), by, at: Number(micros / 1_000_000n) },
    ...{ log: has.own, entry, otherLog: lacks.own, withheld: lacks.withheld },
  });
  const pair = (has: SharedEntries, lacks: SharedEntries, mine: Shared[], theirs: Shared[]): void => {
    mine.forEach((each, at) => {
      const other = theirs[at];
      if (other) {
        if (has !== a) return;
        if (other.told === each.told) bound += 1;
        else differences.push({ ...missed(has, lacks, each), otherEntry: other.entry });
      } else if (lacks.last === undefined || each.micros > lacks.last - BigInt(settleSeconds) * 1_000_000n) tooNew += 1;
      else differences.push(missed(has, lacks, each));
    });
  };
  for (const [key, mine] of ofA) pair(a, b, mine, ofB.get(key) ?? []);
  for (const [key, mine] of ofB) pair(b, a, mine, ofA.get(key) ?? []);
  return { bound, differences, tooNew, unbindable: a.unbindable + b.unbindable };
};
