// The numbers that an agency owes the public, counted from the public side of its log alone, entry by entry, so that the count can go on
// where it stopped. What each number is stands in docs/transparency.md; the verifier counts them anew in code of its own. It looks at nothing
// that is committed to, and takes nothing from anywhere but the entries.
import { KeyLedger, type LogKeyNumbers } from './numbers-keys.js';
import { PeriodLedger, type DestroyedNumbers } from './numbers-periods.js';
import { witnessesOf, type RequiredWitnesses } from './numbers-witnesses.js';
import { LawLedger, type LawNumbers } from './numbers-laws.js';
import { GrantLedger, type GrantNumbers } from './numbers-grants.js';
import { OpeningLedger, type OpeningNumbers } from './numbers-openings.js';
import {
  agencyOf,
  isoOf,
  numberAt,
  publicEntry,
  textAt,
  type EnrolledAgency,
  type PublicEntry,
} from './numbers-entry.js';

/** One entry as the log has it. */
export interface CountedEntry {
  /** Microseconds since 1970. */
  readonly micros: number;
  /** Canonical JSON; undefined where it is withheld from the public. */
  readonly body: string | undefined;
}

export interface LogNumbers {
  /** null in a log that does not say. */
  readonly agency: EnrolledAgency | null;
  readonly entries: number;
  /** Entries that say nothing to the public, because they are older than the public form. */
  readonly withheld: number;
  readonly first: string | null;
  readonly last: string | null;
  /** In the order in which they were added. */
  readonly cameras: readonly { readonly id: string; readonly since: string; readonly until: string | null }[];
  readonly reads: readonly { readonly month: string; readonly frames: number; readonly reads: number }[];
  /** What was removed because it was past its time, by the month of the removal. */
  readonly removed: readonly {
    readonly month: string;
    readonly frames: number;
    readonly reads: number;
    readonly pictures: number;
  }[];
  /** When reads were counted last. */
  readonly readsCounted: string | null;
  readonly searches: readonly {
    readonly month: string;
    /** Whose members searched. */
    readonly agency: string;
    /** null: withheld. */
    readonly purpose: string | null;
    readonly searches: number;
    /** Of them, those that name no case, or whose reason is one word. */
    readonly vague: number;
    /** Of them, those that showed at least one read, whosever. */
    readonly found: number;
    /** Reads of this agency that were shown. */
    readonly rows: number;
  }[];
  /** Periods of at most ten minutes in which members looked at reads as they came. */
  readonly watches: readonly {
    readonly month: string;
    /** null: withheld. */
    readonly purpose: string | null;
    readonly watches: number;
    /** As of searches. */
    readonly vague: number;
    /** Told at their end. */
    readonly rows: number;
    readonly crops: number;
  }[];
  readonly pictures: readonly { readonly month: string; readonly agency: string; readonly pictures: number }[];
  /** Files of what searches showed; `rows` of this agency. */
  readonly exports: readonly {
    readonly month: string;
    readonly agency: string;
    readonly exports: number;
    readonly rows: number;
  }[];
  readonly refusals: readonly {
    readonly month: string;
    readonly agency: string;
    readonly kind: string;
    readonly rule: string | null;
    readonly refusals: number;
  }[];
  readonly grants: readonly GrantNumbers[];
  /** Of grants for emergencies, of both sides. */
  readonly openings: readonly OpeningNumbers[];
  /** The law over the agency's data, one after the other; the last is in force. */
  readonly laws: readonly LawNumbers[];
  /** What members may give as the purpose of a search; null: never set in the log. */
  readonly purposes: readonly string[] | null;
  readonly policy: {
    readonly revision: number;
    readonly since: string;
    readonly items: Readonly<Record<string, string>>;
  } | null;
  /** Records that were released, in order. */
  readonly disclosures: readonly {
    readonly at: string;
    readonly from: string | null;
    readonly to: string | null;
    readonly fields: readonly string[];
    readonly entries: number;
  }[];
  /** Runs of the canaries, the ways across the wall that they tried, and how many runs found one that led across. */
  readonly canaries: readonly {
    readonly month: string;
    readonly runs: number;
    readonly tried: number;
    readonly crossing: number;
  }[];
  /** The newest of them. */
  readonly canary: { readonly at: string; readonly tried: number; readonly crossed: number } | null;
  /** When all sharing was stopped by one that led across; until: null while it is. */
  readonly stops: readonly { readonly since: string; readonly until: string | null }[];
  /** Witnesses of the log that the agency requires: so many must have cosigned in the last seconds, or nothing is searched. null: none. */
  readonly witnesses: RequiredWitnesses | null;
  /** When too few of them had cosigned and searching was stopped; until: null while it is. */
  readonly absences: readonly { readonly since: string; readonly until: string | null }[];
  /** The keys with which the log was and is signed; the last signs. */
  readonly keys: readonly LogKeyNumbers[];
  /** Months whose personal values were destroyed. */
  readonly destroyed: readonly DestroyedNumbers[];
  /** How often the log was read by members. */
  readonly audits: readonly { readonly month: string; readonly readings: number }[];
}

/** Counts by a key of several parts, kept in the order of the parts. */
class Tally {
  private readonly counts = new Map<string, number[]>();
  constructor(private readonly width: number) {}
  add(key: readonly (string | null)[], amounts: readonly number[]): void {
    const name = JSON.stringify(key);
    const row = this.counts.get(name) ?? new Array<number>(this.width).fill(0);
    for (const [at, amount] of amounts.entries()) row[at]! += amount;
    this.counts.set(name, row);
  }
  rows(): [key: (string | null)[], amounts: readonly number[]][] {
    return [...this.counts]
      .map(([name, row]): [(string | null)[], number[]] => [JSON.parse(name) as (string | null)[], [...row]])
      .sort(([a], [b]) => compare(a, b));
  }
}

/** By code units, part by part; null first. */
const compare = (a: readonly (string | null)[], b: readonly (string | null)[]): number => {
  for (const [at, part] of a.entries()) {
    const [one, other] = [part ?? '', b[at] ?? ''];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
};

type Verdict = PublicEntry['facts'];

/** What the entry of a search says of each agency whose reads it asked for. */
const verdictsOf = ({ facts }: PublicEntry): Verdict[] =>
  (Array.isArray(facts['asked']) ? facts['asked'] : []).filter(
    (each): each is Verdict => typeof each === 'object' && each !== null && !Array.isArray(each),
  );

const showsRows = (verdict: Verdict): boolean => numberAt(verdict, 'rows') > 0;

export class NumbersOfLog {
  private agency: LogNumbers['agency'] = null;
  private entries = 0;
  private withheld = 0;
  private first: string | null = null;
  private last: string | null = null;
  private readonly cameras = new Map<string, { id: string; since: string; until: string | null }>();
  private readonly reads = new Tally(2);
  private readsCounted: string | null = null;
  private readonly removed = new Tally(3);
  private readonly searches = new Tally(4);
  private readonly watches = new Tally(4);
  private readonly pictures = new Tally(1);
  private readonly exports = new Tally(2);
  private readonly refusals = new Tally(1);
  private readonly audits = new Tally(1);
  private readonly canaries = new Tally(3);
  private canary: LogNumbers['canary'] = null;
  private readonly stops: { since: string; until: string | null }[] = [];
  private witnesses: LogNumbers['witnesses'] = null;
  private readonly absences: { since: string; until: string | null }[] = [];
  private readonly keys = new KeyLedger();
  private readonly periods = new PeriodLedger();
  private readonly disclosures: LogNumbers['disclosures'][number][] = [];
  private readonly grants: GrantLedger;
  private readonly openings = new OpeningLedger();
  private readonly laws = new LawLedger();
  private purposes: readonly string[] | null = null;
  private policy: LogNumbers['policy'] = null;

  constructor(private readonly agencyId: string) {
    this.grants = new GrantLedger(agencyId);
  }

  /** Entries that were taken so far. */
  get size(): number {
    return this.entries;
  }

  /** Takes the log's next entry. */
  take({ micros, body }: CountedEntry): void {
    const at = isoOf(micros);
    this.entries += 1;
    this.first ??= at;
    this.last = at;
    const entry = body === undefined ? undefined : publicEntry(body, at);
    if (!entry) this.withheld += 1;
    else if (entry.outcome === 'refused')
      this.refusals.add([entry.month, entry.agency, entry.kind, entry.rule ?? null], [1]);
    else this.done(entry);
  }

  private done(entry: PublicEntry): void {
    const { kind, at, month, agency, facts } = entry;
    const cameraId = textAt(facts, 'cameraId');
    this.laws.take(entry);
    this.keys.take(entry);
    this.periods.take(entry);
    this.openings.take(entry);
    switch (kind) {
      case 'agency.enrol':
        this.agency = agencyOf(facts);
        break;
      case 'camera.add':
        if (cameraId !== undefined && !this.cameras.has(cameraId))
          this.cameras.set(cameraId, { id: cameraId, since: at, until: null });
        break;
      case 'camera.revoke': {
        const camera = cameraId === undefined ? undefined : this.cameras.get(cameraId);
        if (camera) camera.until ??= at;
        break;
      }
      case 'read.count':
        this.reads.add(
          [(textAt(facts, 'day') ?? '').slice(0, 7)],
          [numberAt(facts, 'frames'), numberAt(facts, 'reads')],
        );
        this.readsCounted = at;
        break;
      case 'data.purge':
        this.removed.add([month], [numberAt(facts, 'frames'), numberAt(facts, 'reads'), numberAt(facts, 'pictures')]);
        break;
      case 'read.search':
        this.searches.add(
          [month, agency, textAt(facts, 'purpose') ?? null],
          [1, facts['vague'] === true ? 1 : 0, verdictsOf(entry).some(showsRows) ? 1 : 0, this.rowsShown(entry)],
        );
        break;
      case 'read.watch':
        this.watches.add([month, textAt(facts, 'purpose') ?? null], [1, facts['vague'] === true ? 1 : 0, 0, 0]);
        break;
      case 'read.watched':
        this.watches.add(
          [month, textAt(facts, 'purpose') ?? null],
          [0, 0, numberAt(facts, 'rows'), numberAt(facts, 'crops')],
        );
        break;
      case 'refusal.count':
        this.refusals.add([month, agency, kind, null], [numberAt(facts, 'refusals')]);
        break;
      case 'read.picture':
      case 'camera.look':
        this.pictures.add([month, agency], [1]);
        break;
      case 'read.export':
        this.exports.add([month, agency], [1, this.rowsShown(entry)]);
        break;
      case 'audit.read':
        this.audits.add([month], [1]);
        break;
      case 'canary.run': {
        const [tried, crossed] = [numberAt(facts, 'tried'), numberAt(facts, 'crossed')];
        this.canaries.add([month], [1, tried, crossed > 0 ? 1 : 0]);
        this.canary = { at, tried, crossed };
        if (crossed > 0 && this.stops.at(-1)?.until !== null) this.stops.push({ since: at, until: null });
        break;
      }
      case 'sharing.resume': {
        const stop = this.stops.at(-1);
        if (stop) stop.until ??= at;
        break;
      }
      case 'witnesses.adopt':
        this.witnesses = witnessesOf(at, textAt(facts, 'document'));
        break;
      case 'witnesses.away':
        if (this.absences.at(-1)?.until !== null) this.absences.push({ since: at, until: null });
        break;
      case 'witnesses.back': {
        const absence = this.absences.at(-1);
        if (absence) absence.until ??= at;
        break;
      }
      case 'audit.disclose':
        this.disclosures.push({
          at,
          from: textAt(facts, 'from') ?? null,
          to: textAt(facts, 'to') ?? null,
          fields: Array.isArray(facts['fields']) ? facts['fields'].map(String) : [],
          entries: numberAt(facts, 'entries'),
        });
        break;
      case 'purposes.set':
        if (Array.isArray(facts['purposes'])) this.purposes = facts['purposes'].map(String);
        break;
      case 'policy.set': {
        const { revision: _, ...items } = facts;
        const texts = Object.entries(items).filter((item): item is [string, string] => typeof item[1] === 'string');
        this.policy = { revision: numberAt(facts, 'revision'), since: at, items: Object.fromEntries(texts.sort()) };
        break;
      }
      default:
        this.grants.take(entry);
    }
  }

  /** Reads of this agency that a search showed. */
  private rowsShown(entry: PublicEntry): number {
    return verdictsOf(entry)
      .filter((verdict) => verdict['agencyId'] === this.agencyId)
      .reduce((sum, verdict) => sum + numberAt(verdict, 'rows'), 0);
  }

  numbers(): LogNumbers {
    const { agency, entries, withheld, first, last, readsCounted, purposes, policy } = this;
    return {
      agency,
      entries,
      withheld,
      first,
      last,
      cameras: [...this.cameras.values()].map((camera) => ({ ...camera })),
      reads: this.reads.rows().map(([[month], [frames, reads]]) => ({ month: month!, frames: frames!, reads: reads! })),
      removed: this.removed.rows().map(([[month], [frames, reads, pictures]]) => ({
        ...{ month: month!, frames: frames! },
        ...{ reads: reads!, pictures: pictures! },
      })),
      readsCounted,
      searches: this.searches.rows().map(([[month, by, purpose], [searches, vague, found, rows]]) => ({
        month: month!,
        agency: by!,
        purpose: purpose!,
        searches: searches!,
        vague: vague!,
        found: found!,
        rows: rows!,
      })),
      watches: this.watches.rows().map(([[month, purpose], [watches, vague, rows, crops]]) => ({
        ...{ month: month!, purpose: purpose!, watches: watches! },
        ...{ vague: vague!, rows: rows!, crops: crops! },
      })),
      pictures: this.pictures
        .rows()
        .map(([[month, by], [pictures]]) => ({ month: month!, agency: by!, pictures: pictures! })),
      exports: this.exports
        .rows()
        .map(([[month, by], [exports, rows]]) => ({ month: month!, agency: by!, exports: exports!, rows: rows! })),
      refusals: this.refusals.rows().map(([[month, by, kind, rule], [refusals]]) => ({
        month: month!,
        agency: by!,
        kind: kind!,
        rule: rule!,
        refusals: refusals!,
      })),
      grants: this.grants.numbers(),
      openings: this.openings.numbers(),
      laws: this.laws.numbers(),
      purposes,
      policy,
      disclosures: [...this.disclosures],
      canaries: this.canaries.rows().map(([[month], [runs, tried, crossing]]) => ({
        month: month!,
        runs: runs!,
        tried: tried!,
        crossing: crossing!,
      })),
      canary: this.canary,
      stops: this.stops.map((stop) => ({ ...stop })),
      witnesses: this.witnesses,
      absences: this.absences.map((absence) => ({ ...absence })),
      keys: this.keys.numbers(),
      destroyed: this.periods.numbers(),
      audits: this.audits.rows().map(([[month], [readings]]) => ({ month: month!, readings: readings! })),
    };
  }
}
