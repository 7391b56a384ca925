// Canaries: two agencies that nobody works in, of which one tries, on a schedule, to get at what the other has: over every route, every picture's link and stream, every
// table as the app role, a job, a sealed picture. What came of it is an entry in the log of every agency; a way that led across stops all sharing.
import { createHash } from 'node:crypto';
import type { Config } from '../../src/config/config.js';
import { need } from '../../src/config/config.js';
import { PlatewardError } from '../../src/core/errors.js';
import type { SearchId } from '../../src/core/ids.js';
import { log } from '../../src/telemetry/log.js';
import type { Blobs } from '../../src/vault/blobs/blobs.js';
import { oneAtATime, trySql, type Way } from '../../src/vault/crossings.js';
import type { Vault } from '../../src/vault/vault.js';
import { lookAtOwn, tryRoutes, tryStories, type Ids, type Web } from './http.js';
import {
  canaryAgency,
  errand,
  layBait,
  machine,
  namesOf,
  slugs,
  stateOf,
  takesJob,
  type CanaryAgency,
} from './pair.js';

export interface CanaryParts {
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly config: Pick<
    Config,
    'DATABASE_APP_URL' | 'DATABASE_DOOR_URL' | 'CANARY_URL' | 'CANARY_INTERVAL_SECONDS' | 'PORT' | 'SECURE_COOKIES'
  >;
}

/** What a run found. */
export interface Run {
  readonly tried: number;
  /** Names of routes whose form refused what was sent, so that the wall behind it was not tried. */
  readonly unreached: readonly string[];
  /** Names of the ways that led across, each once. */
  readonly crossed: readonly string[];
  /** SHA-256, in hex, of the names of all ways that were tried, one a line. */
  readonly listSha256: string;
}

/** Names of ways that an entry holds at most; how many there were it says in any case. */
const namedMax = 40;
/** A worker that has just come up lets the web process come up too. */
const firstMs = 60_000;
export class Canary {
  private timer: NodeJS.Timeout | undefined;
  private underway: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly parts: CanaryParts) {}

  start(): void {
    if (this.parts.config.CANARY_INTERVAL_SECONDS > 0) this.wait(firstMs);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.underway;
  }

  private wait(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => (this.underway = this.whenDue()), ms);
    this.timer.unref();
  }

  private async whenDue(): Promise<void> {
    const { vault, config } = this.parts;
    try {
      const ranAt = await vault.front.canaryRanAt();
      if (!ranAt || Date.now() - ranAt.getTime() >= config.CANARY_INTERVAL_SECONDS * 1000) await this.once();
    } catch (error) {
      log.error({ event: 'canary', err: error }, 'the canaries could not try the wall; it counts as not tried');
    }
    this.wait(firstMs);
  }

  /**
   * One run, told to every agency; undefined when another process is at one.
   * @param say progress, a line at a time
   * @throws whatever keeps it from being a whole run; then nothing is told
   */
  async once(say: (line: string) => void = () => undefined): Promise<Run | undefined> {
    const app = need(this.parts.config.DATABASE_APP_URL, 'DATABASE_APP_URL').reveal();
    return oneAtATime(app, async () => {
      const run = await this.tryAll(say);
      await this.tell(run);
      return run;
    });
  }

  private async tryAll(say: (line: string) => void): Promise<Run> {
    const { vault, blobs, config } = this.parts;
    const [owner, asker] = [await canaryAgency(vault, slugs.owner), await canaryAgency(vault, slugs.asker)];
    const bait = await layBait(vault, blobs, owner);
    const web: Web = {
      url: (config.CANARY_URL ?? `http://127.0.0.1:${config.PORT}`).replace(/\/$/, ''),
      cookieName: config.SECURE_COOKIES ? '__Host-plateward_session' : 'plateward_session',
    };
    say('looking as the owner, to know that what is looked for can be seen');
    const names = await namesOf(vault, owner);
    const ids: Ids = { owner, asker, bait, names, ...(await lookAtOwn(web, owner, bait)) };
    const before = await stateOf(vault, owner);
    const ways: Way[] = [];
    say('trying every route');
    ways.push(...(await tryRoutes(web, ids, (done, of) => done % 20 === 0 && say(`  ${done} of ${of} routes`))));
    say('trying searches, pictures and streams');
    ways.push(...(await tryStories(web, ids)));
    say('trying the stores');
    ways.push(...(await this.tryVault(ids)));
    say('trying the database');
    const urls = {
      app: need(config.DATABASE_APP_URL, 'DATABASE_APP_URL').reveal(),
      door: need(config.DATABASE_DOOR_URL, 'DATABASE_DOOR_URL').reveal(),
    };
    ways.push(
      ...(await trySql(urls, asker.agencyId, { agencyId: owner.agencyId, searchId: ids.searchId as SearchId })),
    );
    ways.push({ path: 'state.owner', crossed: (await stateOf(vault, owner)) !== before });
    ways.push({ path: 'state.grants', crossed: await this.clearRequests(owner) });
    const list = ways.map(({ path }) => path);
    return {
      tried: ways.length,
      unreached: [...new Set(ways.filter(({ reached }) => reached === false).map(({ path }) => path))],
      crossed: [...new Set(ways.filter(({ crossed }) => crossed).map(({ path }) => path))],
      listSha256: createHash('sha256').update(list.join('\n')).digest('hex'),
    };
  }

  /** A frame of the owner's for the asker's worker, and the owner's picture under the asker's permit. */
  private async tryVault({ owner, asker, bait }: Ids): Promise<Way[]> {
    const { vault, blobs } = this.parts;
    const { from, to } = { from: new Date(Date.now() - 3_600_000), to: new Date() };
    const about = { ...errand('A canary tries the wall.'), agencies: [asker.agencyId], from, to, plate: 'AAA111' };
    const { permit } = await vault
      .door(asker.members.officer, 'read.search')
      .open(about, (s) => s.reads.search({ from, to, limit: 1 }));
    const picture = await unlessRefused(blobs.get(permit, owner.agencyId, bait.blobKey));
    const renamed = await unlessRefused(blobs.get(permit, asker.agencyId, bait.blobKey));
    return [
      { path: 'store.job', crossed: await takesJob(vault, blobs, owner, asker) },
      { path: 'store.picture', crossed: picture },
      { path: 'store.picture.own.name', crossed: renamed },
    ];
  }

  /** Declines what the tries asked the owner for. @returns whether any grant of its is approved */
  private async clearRequests({ members: { administrator } }: CanaryAgency): Promise<boolean> {
    const { vault } = this.parts;
    const { value: grants } = await vault.door(administrator, 'grant.list').open({}, (s) => s.grants.list());
    const own = grants.filter(({ ownerAgencyId }) => ownerAgencyId === administrator.agencyId);
    for (const { id: grantId } of own.filter(({ state }) => state === 'requested'))
      await vault.door(administrator, 'grant.decline').open({ grantId }, (s) => s.grants.step(grantId, 'declined'));
    return own.some(({ state }) => state === 'approved');
  }

  private async tell({ tried, crossed, listSha256 }: Run): Promise<void> {
    const { vault } = this.parts;
    const note = { tried, crossed: crossed.length, paths: crossed.slice(0, namedMax), listSha256 };
    for (const agencyId of await vault.front.agencyIds())
      await vault.door(machine(agencyId, 'canary'), 'canary.run').open({ note }, (s) => s.agencies.get());
    if (crossed.length > 0)
      log.fatal(
        { event: 'canary', tried, crossed },
        'canaries crossed the wall; all sharing between agencies is stopped',
      );
    else log.info({ event: 'canary', tried }, 'canaries tried the wall, and it held');
  }
}

/** Whether something was got; a refusal, or that there is nothing, is no crossing. */
const unlessRefused = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work;
    return true;
  } catch (error) {
    if (error instanceof PlatewardError) return false;
    throw error;
  }
};
