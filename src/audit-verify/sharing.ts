// What was shown of an agency to others, held against what its log says was granted: each entry that shows rows must stand under a grant
// that was asked for, approved by the owner, not ended, in its time, for its purpose and within its budgets. So a grant that was typed into a
// database is found out by whoever reads the log, even where the house believed it.
import { Fault, isObject, type Json } from './bytes.js';
import { beOpen, takeOpening, type Opening } from './openings.js';

interface Grant {
  readonly owner: Json | undefined;
  readonly grantee: Json | undefined;
  /** As the request tells it; what it commits to instead is not known. */
  readonly scope: { readonly [fact: string]: Json };
  state: 'requested' | 'approved' | 'suspended' | 'over';
  /** Another was approved in its stead. */
  replaced: boolean;
  /** The newest opening of a grant for emergencies. */
  opening?: Opening;
}

type Said = { readonly [member: string]: Json };

/** A search decides at its beginning and is written down at its end. */
const slackSeconds = 300n;
const firstSecond = -62_135_596_800n;
const lastSecond = 253_402_300_799n;

/** `yyyy-mm-ddThh:mm:ss` of seconds since 1970; undefined where the year has not four digits. */
const secondOf = (seconds: bigint): string | undefined =>
  seconds >= firstSecond && seconds <= lastSecond
    ? new Date(Number(seconds) * 1000).toISOString().slice(0, 19)
    : undefined;

const flooredSeconds = (micros: bigint): bigint =>
  (micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;

const openings: ReadonlySet<string> = new Set(['ask', 'confirm', 'end', 'review'].map((step) => `opening.${step}`));
const when = (entry: number, micros: bigint) => ({ entry, seconds: flooredSeconds(micros), slack: slackSeconds });

const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);
const count = (value: Json | undefined): number | undefined => (typeof value === 'number' ? value : undefined);

/** Takes the entries of a complete log in their order. */
export class SharingRules {
  private readonly grants = new Map<string, Grant>();
  private readonly uses = new Map<string, number>();
  /** Something was withheld, so a grant that is not known may have been in it. */
  private blind = false;

  /**
   * @param said the body, held to its schema; undefined where it is withheld or older than the schema
   * @throws Fault
   */
  take(entry: number, micros: bigint, said: Said | undefined): void {
    if (!said) {
      this.blind = true;
      return;
    }
    const { kind, outcome, by, facts } = said;
    if (outcome !== 'done' || !isObject(by) || !isObject(facts)) return;
    if (kind === 'read.search' || kind === 'read.picture' || kind === 'read.export')
      this.shown(entry, micros, kind, by, facts);
    else if (typeof kind === 'string' && kind.startsWith('grant.')) this.step(entry, kind, by, facts);
    else if (typeof kind === 'string' && openings.has(kind)) {
      const grant = typeof facts['grantId'] === 'string' ? this.grants.get(facts['grantId']) : undefined;
      takeOpening({ ...when(entry, micros), blind: this.blind }, kind, by, facts, grant);
    }
  }

  private step(entry: number, kind: string, by: Said, facts: Said): void {
    const id = facts['grantId'];
    if (typeof id !== 'string') return;
    const grant = this.grants.get(id);
    if (kind === 'grant.request') {
      if (grant) throw new Fault('a grant is asked for twice', entry);
      const { owner } = facts;
      this.grants.set(id, { owner, grantee: by['agencyId'], scope: facts, state: 'requested', replaced: false });
    } else if (!grant) {
      if (kind === 'grant.approve' && !this.blind) throw new Fault('a grant is approved that nobody asked for', entry);
    } else if (by['agencyId'] !== grant.owner) throw new Fault("a step of a grant is not its owner's", entry);
    else if (kind === 'grant.approve') {
      if (grant.state !== 'requested' && grant.state !== 'suspended')
        throw new Fault('a grant is approved that was decided before', entry);
      // Where several must approve, the last one's entry says that it is approved now.
      if (facts['approved'] !== false) {
        grant.state = 'approved';
        // The one in whose stead it stands opens nothing from now on; its end is an entry of its own.
        const { amends } = grant.scope;
        const before = typeof amends === 'string' ? this.grants.get(amends) : undefined;
        if (before && before.owner === grant.owner) before.replaced = true;
      }
    } else if (kind === 'grant.suspend') {
      if (grant.state !== 'approved' && !this.blind)
        throw new Fault('a grant is suspended that was not approved', entry);
      grant.state = 'suspended';
    } else grant.state = 'over';
  }

  private shown(entry: number, micros: bigint, kind: string, by: Said, facts: Said): void {
    for (const asked of list(facts['asked'])) {
      if (!isObject(asked)) continue;
      if (asked['verdict'] === 'own' && asked['agencyId'] !== by['agencyId'])
        throw new Fault("another agency's reads are shown as the own ones", entry);
      if (asked['verdict'] !== 'granted') continue;
      const ids = list(asked['grants']).filter((id) => typeof id === 'string');
      if (ids.length === 0) throw new Fault('reads of another agency are shown under no grant', entry);
      let most: number | undefined = 0;
      for (const id of ids) {
        const grant = this.grants.get(id);
        if (!grant && !this.blind) throw new Fault('reads are shown under a grant that the log does not know', entry);
        if (grant) this.live(entry, micros, grant, { asked, by, purpose: facts['purpose'] });
        if (grant && kind === 'read.search') this.budget(entry, micros, id, grant);
        const max = grant && count(grant.scope['rowsPerSearchMax']);
        most = most === undefined || max === undefined ? undefined : Math.max(most, max);
      }
      if (kind !== 'read.picture' && most !== undefined && (count(asked['rows']) ?? 0) > most)
        throw new Fault('more rows are shown than the grant allows', entry);
    }
  }

  private live(
    entry: number,
    micros: bigint,
    grant: Grant,
    { asked, by, purpose }: { asked: Said; by: Said; purpose: Json | undefined },
  ): void {
    const { owner, grantee, scope, state, replaced } = grant;
    if (asked['agencyId'] !== owner || by['agencyId'] !== grantee)
      throw new Fault('reads are shown under a grant between others', entry);
    if (state !== 'approved')
      throw new Fault(
        `reads are shown under a grant that ${state === 'over' ? 'had ended' : state === 'suspended' ? 'was suspended' : 'was not approved'}`,
        entry,
      );
    if (replaced) throw new Fault('reads are shown under a grant that another had replaced', entry);
    const [early, late] = [
      secondOf(flooredSeconds(micros) - slackSeconds),
      secondOf(flooredSeconds(micros) + slackSeconds),
    ];
    const { validFrom, validUntil, purposes } = scope;
    if (late !== undefined && typeof validFrom === 'string' && late < validFrom.slice(0, 19))
      throw new Fault('reads are shown before their grant begins', entry);
    if (early !== undefined && typeof validUntil === 'string' && early > validUntil.slice(0, 19))
      throw new Fault('reads are shown after their grant is over', entry);
    if (Array.isArray(purposes) && typeof purpose === 'string' && !purposes.includes(purpose))
      throw new Fault('reads are shown for a purpose that their grant does not cover', entry);
    beOpen(when(entry, micros), grant, purpose);
  }

  /** Searches of a UTC day; those of its first minutes may have begun the day before. */
  private budget(entry: number, micros: bigint, id: string, grant: Grant): void {
    const max = count(grant.scope['searchesPerDayMax']);
    const day = secondOf(flooredSeconds(micros) - slackSeconds)?.slice(0, 10);
    if (max === undefined || day === undefined || day !== secondOf(flooredSeconds(micros))?.slice(0, 10)) return;
    const uses = (this.uses.get(`${id} ${day}`) ?? 0) + 1;
    this.uses.set(`${id} ${day}`, uses);
    if (uses > max) throw new Fault('more searches of a day are shown than the grant allows', entry);
  }
}
