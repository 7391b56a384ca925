// Random searches of several agencies over one another's reads, through the vault's stores and over HTTP: own, granted and refused;
// exact, patterns, misreads, passages, places, pages and pictures. Each answer is kept with every row that it returned, and the moment it is
// there its entry must be committed; test/support/complete-oracle.ts then holds the logs against what was kept.
import type { FuzzyDistance } from '../../src/core/confusable.js';
import { PlatewardError } from '../../src/core/errors.js';
import type { AgencyId, CameraId, ReadId, SearchId } from '../../src/core/ids.js';
import { nearPlate, parsePlatePattern, type PlatePattern } from '../../src/core/plate.js';
import type { ReadQuery } from '../../src/vault/stores/reads.js';
import type { PlaceAsked } from '../../src/vault/stores/seen-at.js';
import type { Opened, Vault } from '../../src/vault/vault.js';
import type { TestAgency, TestMember } from './agencies.js';
import { plateOf, type Dice } from './complete-streets.js';
import { Browser } from './web.js';

const day = 86_400_000;
/** Before every read in the order of ids. */
const noRead = '00000000-0000-0000-0000-000000000000' as ReadId;

export interface Told {
  readonly agencyId: string;
  readonly verdict: 'own' | 'granted' | 'refused';
  readonly grants?: readonly string[];
  readonly rule?: string;
}

/** What came of one question, as whoever asked got it. */
export interface Kept {
  readonly kind: 'read.search' | 'read.picture';
  readonly by: AgencyId;
  /** Absent where the answer does not say it: a refused question, a picture over HTTP. */
  readonly searchId: string | undefined;
  /** Of a picture: search, read and kind. */
  readonly picture: string | undefined;
  readonly refused: boolean;
  /** Agencies that the question named. */
  readonly asked: readonly string[];
  readonly verdicts: readonly Told[];
  /** Ids of the reads that were returned, of each owner. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Place and hash of the entry in the log of the agency that asked; of a picture over HTTP nothing is told. */
  readonly receipt: { readonly entry: number; readonly hash: string } | undefined;
}

export interface Streets {
  readonly vault: Vault;
  /** Of the web process; undefined: the vault alone is asked. */
  readonly address: string | undefined;
  readonly agencies: readonly TestAgency[];
  readonly plates: readonly string[];
  /** Plates of which the pictures are in the object store. */
  readonly pictured: readonly string[];
  /** Whether the entry is committed, asked on a connection of its own at the moment that the answer is there. */
  committed(agencyId: string, entry: number, hash: string): Promise<boolean>;
}

const purposes = ['stolen-vehicle', 'stolen-vehicle', 'stolen-vehicle', 'missing-person', 'no-such-purpose'];

const why = (dice: Dice) => ({
  purpose: dice.oneOf(purposes),
  caseNumber: `26-${dice.below(5000)}`,
  reason: 'seen on Elm Street that night',
});

const somePattern = (dice: Dice, plates: readonly string[]): PlatePattern => {
  const plate = dice.random() < 0.9 ? dice.oneOf(plates) : plateOf(dice);
  const kind = dice.random();
  if (kind < 0.4) return parsePlatePattern(plate);
  if (kind < 0.7)
    return parsePlatePattern(dice.random() < 0.5 ? `${plate.slice(0, 2 + dice.below(3))}*` : `?${plate.slice(1)}`);
  return nearPlate(parsePlatePattern(plate), dice.oneOf([0, 1, 2] as const satisfies readonly FuzzyDistance[]));
};

/** Agencies that are asked: mostly several, so that one question is answered by its own, granted and refused at once. */
const someAgencies = (dice: Dice, { agencies }: Streets, home: TestAgency): readonly TestAgency[] => {
  const asked = agencies.filter((each) => dice.random() < (each === home ? 0.7 : 0.45));
  return asked.length > 0 ? asked : [dice.oneOf(agencies)];
};

/** @param days that it may go back */
const someWindow = (dice: Dice, days = 20): { from: Date; to: Date } => {
  const from = Date.now() - (1 + dice.below(days)) * day;
  return { from: new Date(from), to: new Date(dice.random() < 0.7 ? Date.now() : from + (1 + dice.below(6)) * day) };
};

const someCameras = (dice: Dice, agencies: readonly TestAgency[]): CameraId[] =>
  agencies.flatMap(({ cameras }) =>
    (dice.random() < 0.6 ? cameras : [dice.oneOf(cameras)]).map(({ cameraId }) => cameraId),
  );

const byOwner = (rows: readonly { readonly agencyId: string; readonly readId: string }[]): Map<string, string[]> => {
  const owners = new Map<string, string[]>();
  for (const { agencyId, readId } of rows) owners.set(agencyId, [...(owners.get(agencyId) ?? []), readId]);
  return owners;
};

interface Found {
  readonly rows: readonly { readonly agencyId: AgencyId; readonly readId: ReadId }[];
  readonly next: ReadQuery['after'];
}

/** One person who asks and asks. What he gets is handed to `keep`; faults that are seen at once to `fault`. */
export class Searcher {
  constructor(
    private readonly streets: Streets,
    private readonly home: TestAgency,
    private readonly member: TestMember,
    private readonly dice: Dice,
    private readonly keep: (kept: Kept) => void,
    private readonly fault: (what: string) => void,
  ) {}

  /** One question with its pages and pictures. */
  async ask(): Promise<void> {
    if (this.streets.address !== undefined && this.dice.random() < 0.25) await this.askOverHttp(this.streets.address);
    else await this.askVault();
  }

  private async got(kept: Kept): Promise<void> {
    this.keep(kept);
    const { receipt, by } = kept;
    if (receipt && !(await this.streets.committed(by, receipt.entry, receipt.hash)))
      this.fault(`an answer left before its entry ${receipt.entry} was committed`);
  }

  /** Opens the vault's door and keeps what comes of it. @returns undefined when it was refused */
  private async opened<T extends { rows: Found['rows'] }>(
    kind: Kept['kind'],
    picture: string | undefined,
    asked: readonly string[],
    open: () => Promise<Opened<T>>,
  ): Promise<Opened<T> | undefined> {
    const by = this.home.agencyId;
    try {
      const opened = await open();
      const verdicts = opened.permit.verdicts.map((each) => ({
        ...{ agencyId: each.agencyId, verdict: each.verdict },
        ...(each.verdict === 'granted' && { grants: each.grants.map(({ grantId }) => grantId) }),
      }));
      const rows = byOwner(opened.value.rows);
      await this.got({
        kind,
        by,
        searchId: opened.searchId,
        picture,
        refused: false,
        asked,
        verdicts,
        rows,
        receipt: opened.receipts[0],
      });
      return opened;
    } catch (error) {
      if (!(error instanceof PlatewardError) || error.kind !== 'refused') throw error;
      const { agencies = [], receipt } = error.details as { agencies?: Told[]; receipt: Kept['receipt'] };
      await this.got({
        kind,
        by,
        searchId: undefined,
        picture,
        refused: true,
        asked,
        verdicts: agencies,
        rows: new Map(),
        receipt,
      });
      return undefined;
    }
  }

  private async askVault(): Promise<void> {
    const { dice, streets } = this;
    const agencies = someAgencies(dice, streets, this.home);
    const form = dice.random();
    if (form < 0.12) return this.askPlaces(agencies);
    const plate = form < 0.25 ? undefined : somePattern(dice, streets.plates);
    const cameraIds = !plate || dice.random() < 0.2 ? someCameras(dice, agencies) : undefined;
    const limit = dice.oneOf([3, 20, 100, 500]);
    const query: ReadQuery = { plate, cameraIds, ...someWindow(dice), limit };
    const as = dice.random() < 0.4 ? 'passages' : 'reads';
    let after: ReadQuery['after'];
    for (let page = 0; page < 3; page += 1) {
      const demand = {
        ...why(dice),
        ...{ agencies: agencies.map(({ agencyId }) => agencyId), cameraIds, from: query.from, to: query.to },
        ...{ plate: plate?.text, fuzzy: plate?.kind === 'near' ? plate.distance : undefined },
      };
      const opened = await this.opened('read.search', undefined, demand.agencies, () =>
        this.streets.vault.door(this.member, 'read.search').open(demand, async (s): Promise<Found> => {
          if (as === 'passages') {
            const { passages } = await s.passages.search(query);
            return { rows: passages.flatMap(({ reads }) => reads), next: undefined };
          }
          const { reads, more } = await s.reads.search({ ...query, after });
          const next = new Map(after ?? agencies.map(({ agencyId }) => [agencyId, { at: query.to, readId: noRead }]));
          for (const read of reads) next.set(read.agencyId, { at: read.capturedAt, readId: read.readId });
          return { rows: reads, next: more && plate?.kind !== 'near' ? next : undefined };
        }),
      );
      if (!opened) return;
      if (page === 0) await this.openPictures(opened.searchId!, opened.value.rows);
      after = opened.value.next;
      if (!after) return;
    }
  }

  private async askPlaces(agencies: readonly TestAgency[]): Promise<void> {
    const { dice } = this;
    const window = someWindow(dice);
    const places: PlaceAsked[] = [0, 1].map(() => ({ ...window, cameraIds: someCameras(dice, agencies) }));
    const cameraIds = [...new Set(places.flatMap((place) => place.cameraIds!))];
    const demand = { ...why(dice), agencies: agencies.map(({ agencyId }) => agencyId), cameraIds, ...window, places };
    await this.opened('read.search', undefined, demand.agencies, () =>
      this.streets.vault.door(this.member, 'read.search').open(demand, async (s) => {
        const { reads } = await s.places.search({ places, limit: dice.oneOf([5, 100]) });
        return { rows: reads };
      }),
    );
  }

  /** Of what was found, and now and then of what was not. */
  private async openPictures(searchId: SearchId, found: Found['rows']): Promise<void> {
    const read = this.dice.random() < 0.3 ? found[this.dice.below(Math.max(1, found.length))] : undefined;
    if (!read) return;
    const { agencyId, readId } = read;
    const link = this.dice.random() < 0.1 ? 'expired' : 'holds';
    const demand = { searchId, agencyId, readId, kind: 'crop', link } as const;
    await this.opened('read.picture', `${searchId} ${readId} crop`, [agencyId], () =>
      this.streets.vault.door(this.member, 'read.picture').open(demand, async (s) => {
        await s.pictures.find(agencyId, readId, 'crop');
        return { rows: [{ agencyId, readId }] };
      }),
    );
  }

  /** The same of the web process. */
  async askOverHttp(address: string): Promise<void> {
    const { dice, streets } = this;
    const browser = new Browser(address).as(this.member);
    const agencies = someAgencies(dice, streets, this.home);
    const slugs = agencies.map(({ slug }) => slug);
    if (dice.random() < 0.15) {
      const place = () => ({ ...someWindow(dice, 6), cameraIds: someCameras(dice, agencies) });
      await this.keepHttp(
        agencies,
        await browser.post<HttpAnswer>('/api/v1/searches/places', {
          ...why(dice),
          agencies: slugs,
          places: [place(), place()],
        }),
      );
      return;
    }
    const pattern = somePattern(
      dice,
      streets.pictured.length > 0 && dice.random() < 0.5 ? streets.pictured : streets.plates,
    );
    const fuzzy = pattern.kind === 'near' ? pattern.distance : undefined;
    const as = dice.oneOf(['reads', 'reads', 'passages', ...(pattern.kind === 'exact' ? ['travel'] : [])]);
    const asked = {
      ...why(dice),
      plate: pattern.text,
      fuzzy,
      as,
      agencies: slugs,
      limit: dice.oneOf([3, 100]),
      ...someWindow(dice),
    };
    for (let [page, after] = [0, undefined as string | undefined]; page < 3; page += 1) {
      const answer = await this.keepHttp(
        agencies,
        await browser.post<HttpAnswer>('/api/v1/searches', { ...asked, after }),
      );
      if (!answer) return;
      const shown = answer.results.find(({ plate, pictures }) => streets.pictured.includes(plate!) && pictures?.crop);
      if (page === 0 && shown) await this.pictureOverHttp(browser, answer.searchId, shown);
      if (!answer.next) return;
      after = answer.next;
    }
  }

  private async pictureOverHttp(
    browser: Browser,
    searchId: string,
    { agencyId, readId, pictures }: HttpResult,
  ): Promise<void> {
    const { status } = await browser.get(pictures!.crop!);
    const rows = new Map(status === 200 ? [[agencyId!, [readId!]]] : []);
    const picture = `${searchId} ${readId} crop`;
    const verdict = status !== 200 ? 'refused' : agencyId === this.home.agencyId ? 'own' : 'granted';
    // Reads that were written behind the walls have no picture in the store: then nothing was returned.
    if (status !== 200 && status !== 403) return this.fault(`a picture was answered with ${status}`);
    await this.got({
      ...{ kind: 'read.picture', by: this.home.agencyId, searchId: undefined, picture, refused: status === 403 },
      ...{ asked: [agencyId!], verdicts: [{ agencyId: agencyId!, verdict }], rows, receipt: undefined },
    });
  }

  private async keepHttp(
    named: readonly TestAgency[],
    { status, body }: { status: number; body: HttpAnswer },
  ): Promise<HttpAnswer | undefined> {
    const by = this.home.agencyId;
    const asked = named.map(({ agencyId }) => agencyId);
    if (status === 403) {
      const { agencies = [], receipt } = body;
      await this.got({
        kind: 'read.search',
        by,
        searchId: undefined,
        picture: undefined,
        refused: true,
        asked,
        verdicts: agencies,
        rows: new Map(),
        receipt,
      });
      return undefined;
    }
    if (status !== 200) {
      this.fault(`a search was answered with ${status}: ${JSON.stringify(body)}`);
      return undefined;
    }
    const { searchId, agencies: verdicts, receipt, results } = body;
    const rows = byOwner(
      results.flatMap((each) =>
        (each.seen ?? [each]).flatMap(({ agencyId, readId, passage }) =>
          (passage?.readIds ?? [readId!]).map((id) => ({ agencyId: agencyId!, readId: id })),
        ),
      ),
    );
    await this.got({
      kind: 'read.search',
      by,
      searchId,
      picture: undefined,
      refused: false,
      asked,
      verdicts: verdicts!,
      rows,
      receipt,
    });
    return body;
  }
}

interface HttpResult {
  readonly agencyId?: string;
  readonly readId?: string;
  readonly plate?: string;
  readonly pictures?: { readonly crop: string | null };
  readonly passage?: { readonly readIds: readonly string[] };
  readonly seen?: readonly HttpResult[];
}

interface HttpAnswer {
  readonly searchId: string;
  readonly results: readonly HttpResult[];
  readonly next?: string | null;
  readonly agencies?: Told[];
  readonly receipt: { readonly entry: number; readonly hash: string };
}
