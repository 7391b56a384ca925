// What a log says in numbers, as docs/transparency.md defines them, counted by whoever checks the log: cameras, reads, searches by purpose and
// month, refusals, grants, policy. It takes bodies that have been checked, one after the other, and looks at nothing but what is public.
import { isObject, type Json } from './bytes.js';

interface Row {
  [name: string]: Json;
}

/** As JSON; the public page has the same under `numbers`. */
export interface Numbers {
  readonly [name: string]: Json;
}

/** To the millisecond. */
const timeOf = (micros: bigint): string => {
  const whole = micros / 1000n - (micros < 0n && micros % 1000n !== 0n ? 1n : 0n);
  return new Date(Number(whole)).toISOString();
};

const whole = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const word = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null);
const words = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

/** The witnesses that an agency requires, from the text that two administrators brought into force; null: none. */
const required = (since: string, document: Json | undefined): Row | null => {
  let rule: unknown;
  try {
    rule = JSON.parse(word(document) ?? 'null');
  } catch {
    return null;
  }
  if (!isObject(rule) || whole(rule['needed']) === 0 || typeof rule['seconds'] !== 'number') return null;
  if (!Array.isArray(rule['witnesses'])) return null;
  const named = rule['witnesses']
    .filter(isObject)
    .map((each) => ({ name: word(each['name']) ?? '', key: word(each['key']) ?? '' }));
  return { since, needed: whole(rule['needed']), seconds: rule['seconds'], named };
};

/** Rows by what they are about; what is counted in them is added up. */
class Table {
  private readonly rows = new Map<string, Row>();
  constructor(private readonly about: readonly string[]) {}

  count(row: Row): void {
    const name = this.about.map((column) => JSON.stringify(row[column])).join(' ');
    const known = this.rows.get(name);
    if (!known) return void this.rows.set(name, { ...row });
    for (const column of Object.keys(row))
      if (!this.about.includes(column)) known[column] = whole(known[column]) + whole(row[column]);
  }

  /** By what they are about, in the order of its parts; nothing comes first. */
  sorted(): Row[] {
    return [...this.rows.values()].sort((one, other) => {
      for (const column of this.about) {
        const [a, b] = [word(one[column]) ?? '', word(other[column]) ?? ''];
        if (a !== b) return a < b ? -1 : 1;
      }
      return 0;
    });
  }
}

/** The object that a text is as JSON; an empty one when it is none. */
const objectOfText = (text: string | undefined): { [name: string]: Json } => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
};

/** Whether it is an id that stands in no row yet: the first entry of an id counts. */
const isNew = (id: Json | undefined, rows: readonly Row[]): boolean =>
  typeof id === 'string' && rows.every((row) => row['id'] !== id);

const ends: Readonly<Record<string, readonly [state: string, as?: string]>> = {
  'grant.approve': ['approved', 'decided'],
  'grant.decline': ['declined', 'decided'],
  'grant.suspend': ['suspended'],
  'grant.revoke': ['revoked', 'ended'],
  'grant.expire': ['expired', 'ended'],
};

export class CountedLog {
  private agency: Row | null = null;
  private readonly totals = { entries: 0, withheld: 0 };
  private first: string | null = null;
  private last: string | null = null;
  private readonly cameras: Row[] = [];
  private readonly reads = new Table(['month']);
  private readsCounted: string | null = null;
  private readonly removed = new Table(['month']);
  private readonly searches = new Table(['month', 'agency', 'purpose']);
  private readonly watches = new Table(['month', 'purpose']);
  private readonly pictures = new Table(['month', 'agency']);
  private readonly exports = new Table(['month', 'agency']);
  private readonly refusals = new Table(['month', 'agency', 'kind', 'rule']);
  private readonly audits = new Table(['month']);
  private readonly canaries = new Table(['month']);
  private canary: Row | null = null;
  private readonly stops: Row[] = [];
  private witnesses: Row | null = null;
  private readonly absences: Row[] = [];
  private readonly keys: Row[] = [];
  /** That a month's values be destroyed: each with its id. */
  private readonly proposals: Row[] = [];
  private readonly destroyed: Row[] = [];
  private readonly grants: Row[] = [];
  private readonly openings: Row[] = [];
  private readonly disclosures: Row[] = [];
  /** Texts of packs of law by the hash that the log gives them. */
  private readonly packs = new Map<string, string>();
  private readonly laws: Row[] = [];
  private purposes: string[] | null = null;
  private policy: Row | null = null;

  /**
   * Takes the next entry.
   * @param log id of the agency whose log it is
   * @param body parsed; undefined where it is withheld, or older than the form that is public
   */
  take(log: string, micros: bigint, body: { readonly [member: string]: Json } | undefined): void {
    const at = timeOf(micros);
    this.totals.entries += 1;
    this.first ??= at;
    this.last = at;
    if (!body) {
      this.totals.withheld += 1;
      return;
    }
    const { kind, outcome, rule, facts, by } = body;
    if (typeof kind !== 'string' || !isObject(facts) || !isObject(by)) return;
    const month = at.slice(0, 7);
    const agency = word(by['agencyId']) ?? '';
    if (outcome === 'refused') this.refusals.count({ month, agency, kind, rule: word(rule), refusals: 1 });
    else this.act(kind, { log, at, month, agency, role: word(by['role']) }, facts);
  }

  private act(
    kind: string,
    who: { log: string; at: string; month: string; agency: string; role: string | null },
    facts: { [name: string]: Json },
  ): void {
    const { log, at, month, agency } = who;
    if (kind === 'agency.enrol')
      this.agency = {
        slug: word(facts['slug']) ?? '',
        name: word(facts['name']),
        legalClass: word(facts['legalClass']),
        state: word(facts['state']),
      };
    this.law(kind, at, facts);
    if (kind === 'camera.add' && isNew(facts['cameraId'], this.cameras))
      this.cameras.push({ id: facts['cameraId']!, since: at, until: null });
    if (kind === 'camera.revoke')
      for (const camera of this.cameras)
        if (camera['id'] === facts['cameraId'] && camera['until'] === null) camera['until'] = at;
    if (kind === 'read.count') {
      const day = word(facts['day']) ?? '';
      this.reads.count({ month: day.slice(0, 7), frames: whole(facts['frames']), reads: whole(facts['reads']) });
      this.readsCounted = at;
    }
    if (kind === 'data.purge') {
      const { frames, reads, pictures } = facts;
      this.removed.count({ month, frames: whole(frames), reads: whole(reads), pictures: whole(pictures) });
    }
    if (kind === 'refusal.count')
      this.refusals.count({ month, agency, kind, rule: null, refusals: whole(facts['refusals']) });
    if (kind === 'read.search' || kind === 'read.export') {
      const asked = Array.isArray(facts['asked']) ? facts['asked'].filter(isObject) : [];
      const rows = asked.filter((each) => each['agencyId'] === log).reduce((sum, each) => sum + whole(each['rows']), 0);
      if (kind === 'read.export') this.exports.count({ month, agency, exports: 1, rows });
      else
        this.searches.count({
          month,
          agency,
          purpose: word(facts['purpose']),
          searches: 1,
          vague: facts['vague'] === true ? 1 : 0,
          found: asked.some((each) => whole(each['rows']) > 0) ? 1 : 0,
          rows,
        });
    }
    if (kind === 'read.watch' || kind === 'read.watched') {
      const about = { month, purpose: word(facts['purpose']) };
      if (kind === 'read.watch')
        this.watches.count({ ...about, watches: 1, vague: facts['vague'] === true ? 1 : 0, rows: 0, crops: 0 });
      else
        this.watches.count({
          ...about,
          watches: 0,
          vague: 0,
          rows: whole(facts['rows']),
          crops: whole(facts['crops']),
        });
    }
    if (kind === 'read.picture' || kind === 'camera.look') this.pictures.count({ month, agency, pictures: 1 });
    if (kind === 'audit.read') this.audits.count({ month, readings: 1 });
    if (kind === 'canary.run') {
      const tried = whole(facts['tried']);
      const crossed = whole(facts['crossed']);
      this.canaries.count({ month, runs: 1, tried, crossing: crossed > 0 ? 1 : 0 });
      this.canary = { at, tried, crossed };
      const stopped = this.stops.some((stop) => stop['until'] === null);
      if (crossed > 0 && !stopped) this.stops.push({ since: at, until: null });
    }
    if (kind === 'sharing.resume') for (const stop of this.stops) stop['until'] ??= at;
    if (kind === 'log.key' || kind === 'logkey.rotate') {
      const last = this.keys.at(-1);
      if (last) Object.assign(last, { until: at, cause: word(facts['cause']) });
      const { number, key } = facts;
      this.keys.push({ number: whole(number), key: word(key) ?? '', since: at, until: null, cause: null });
    }
    if (kind === 'period.propose' && isNew(facts['changeId'], this.proposals))
      this.proposals.push({ id: facts['changeId']!, by: { at, role: who.role } });
    if (kind === 'period.destroy') {
      const proposal = this.proposals.find(({ id }) => id === facts['changeId']);
      this.destroyed.push({
        ...{ month: word(facts['period']), entries: whole(facts['entries']) },
        ...{ proposed: proposal?.['by'] ?? null, destroyed: { at, role: who.role } },
      });
    }
    if (kind === 'witnesses.adopt') this.witnesses = required(at, facts['document']);
    if (kind === 'witnesses.away' && !this.absences.some((absence) => absence['until'] === null))
      this.absences.push({ since: at, until: null });
    if (kind === 'witnesses.back') for (const absence of this.absences) absence['until'] ??= at;
    if (kind === 'audit.disclose')
      this.disclosures.push({
        at,
        from: word(facts['from']),
        to: word(facts['to']),
        fields: words(facts['fields']),
        entries: whole(facts['entries']),
      });
    if (kind === 'purposes.set' && Array.isArray(facts['purposes'])) this.purposes = words(facts['purposes']);
    if (kind === 'policy.set') {
      const items: Row = {};
      for (const name of Object.keys(facts).sort())
        if (name !== 'revision' && typeof facts[name] === 'string') items[name] = facts[name];
      this.policy = { revision: whole(facts['revision']), since: at, items };
    }
    if (kind === 'grant.request' && isNew(facts['grantId'], this.grants)) this.asked(who, facts);
    if (kind.startsWith('opening.')) this.opening(kind, at, agency, facts);
    // One of several signatures approves nothing yet.
    const end = Object.hasOwn(ends, kind) && facts['approved'] !== false ? ends[kind] : undefined;
    if (end)
      for (const grant of this.grants)
        if (grant['id'] === facts['grantId']) {
          grant['state'] = end[0];
          if (end[1]) grant[end[1]] = { at, role: who.role };
        }
  }

  /** A step of an opening of a grant for emergencies; of each kind the first counts. */
  private opening(kind: string, at: string, agency: string, facts: { [name: string]: Json }): void {
    const { openingId: id, grantId, purpose, decision } = facts;
    if (typeof id !== 'string') return;
    const known = this.openings.find((row) => row['id'] === id);
    if (!known && kind === 'opening.ask')
      this.openings.push({
        ...{ id, grant: word(grantId), agency, purpose: word(purpose) },
        ...{ asked: at, opened: null, ended: null, reviewed: null, decision: null },
      });
    if (!known) return;
    if (kind === 'opening.confirm') known['opened'] ??= at;
    if (kind === 'opening.end') known['ended'] ??= at;
    if (kind !== 'opening.review' || known['reviewed'] !== null) return;
    known['reviewed'] = at;
    known['decision'] = word(decision);
  }

  /** A pack of law that was enrolled under, proposed or adopted. */
  private law(kind: string, at: string, { pack, packSha256, document }: { [name: string]: Json }): void {
    if (typeof pack !== 'string' || typeof packSha256 !== 'string') return;
    if (typeof document === 'string') this.packs.set(packSha256, document);
    if (kind !== 'agency.enrol' && kind !== 'pack.adopt') return;
    const text = objectOfText(this.packs.get(packSha256));
    const kept = isObject(text['retention']) ? text['retention'] : {};
    const most = (name: string): number | null => (typeof kept[name] === 'number' ? kept[name] : null);
    this.laws.push({
      pack,
      sha256: packSha256,
      since: at,
      title: word(text['title']),
      readMinutesMax: most('readMinutesMax'),
      hitMinutesMax: most('hitMinutesMax'),
      pictureMinutesMax: most('pictureMinutesMax'),
      policyItems: words(isObject(text['policy']) ? (text['policy']['items'] as Json) : undefined),
    });
  }

  private asked(
    { log, at, agency, role }: { log: string; at: string; agency: string; role: string | null },
    facts: { [name: string]: Json },
  ): void {
    const given = facts['owner'] === log;
    const { cameraIds, searchesPerDayMax, platesPerDayMax, fields, openingMinutes } = facts;
    this.grants.push({
      id: facts['grantId']!,
      side: given ? 'given' : 'received',
      agency: given ? agency : (word(facts['owner']) ?? ''),
      name: word(given ? facts['granteeName'] : facts['ownerName']),
      purposes: words(facts['purposes']),
      cameras: Array.isArray(cameraIds) ? cameraIds.length : null,
      inArea: isObject(facts['area']),
      dataWindowDays: whole(facts['dataWindowDays']),
      searchesPerDayMax: typeof searchesPerDayMax === 'number' ? searchesPerDayMax : null,
      rowsPerSearchMax: whole(facts['rowsPerSearchMax']),
      certainPlates: word(facts['platesCommitment']) !== null,
      platesPerDayMax: typeof platesPerDayMax === 'number' ? platesPerDayMax : null,
      fields: Array.isArray(fields) ? words(fields) : null,
      openingMinutes: typeof openingMinutes === 'number' ? openingMinutes : null,
      validFrom: word(facts['validFrom']),
      validUntil: word(facts['validUntil']),
      state: 'requested',
      requested: { at, role },
      decided: null,
      ended: null,
    });
  }

  numbers(): Numbers {
    return {
      agency: this.agency,
      ...this.totals,
      first: this.first,
      last: this.last,
      cameras: this.cameras,
      reads: this.reads.sorted(),
      removed: this.removed.sorted(),
      readsCounted: this.readsCounted,
      searches: this.searches.sorted(),
      watches: this.watches.sorted(),
      pictures: this.pictures.sorted(),
      exports: this.exports.sorted(),
      refusals: this.refusals.sorted(),
      grants: this.grants,
      openings: this.openings,
      laws: this.laws,
      purposes: this.purposes,
      policy: this.policy,
      disclosures: this.disclosures,
      canaries: this.canaries.sorted(),
      canary: this.canary,
      stops: this.stops,
      witnesses: this.witnesses,
      absences: this.absences,
      keys: this.keys,
      destroyed: this.destroyed,
      audits: this.audits.sorted(),
    };
  }
}
