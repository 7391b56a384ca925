// Reads of the own agency as they come. Each look asks the vault again, under a watch that is on record, so whoever may no longer look is told nothing
// more: a stream ends with the session, the membership, the role or the watch, whichever ends first. A hearer who does not keep up is told so and asks
// now and then instead; nothing is kept for him.
import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable, StreamableFile, type OnModuleDestroy } from '@nestjs/common';
import type { Clock } from '../core/clock.js';
import { invalid, PlatewardError } from '../core/errors.js';
import type { ReadId, SearchId } from '../core/ids.js';
import { Blobs } from '../vault/blobs/blobs.js';
import { lookBackSeconds, type LiveRead } from '../vault/stores/watches.js';
import type { Door } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { OpenStreams } from '../web/open-streams.js';
import { receiptOf } from '../web/receipt.js';
import { memberOf, resultOf, type LinkTo } from './answer.js';
import { linkSecondsMax, PictureLinks } from './picture-links.js';
import {
  eventOfEnd,
  eventOfReads,
  readsOfLookMax,
  watchSecondsMax,
  type CropPath,
  type LiveReads,
  type NewWatch,
  type WatchBegun,
  type WatchEnded,
  type WatchEventsQuery,
} from './search.schema.js';

/** How often a stream looks, in milliseconds; what ends it, ends it within twice that. */
const lookMs = 400;
/** A stream says that it is there after so long without an event, in milliseconds. */
const silenceMsMax = 15_000;
/** A hearer who does not take what was told within this time does not keep up, in milliseconds. */
const slowMs = 2_000;
/** Streams of one member. */
const streamsOfMember = 2;

class Slow extends Error {}

/** What one hearer was told lately, so that a look which goes back tells nothing twice. */
class Told {
  private readonly at = new Map<ReadId, number>();
  constructor(public after: Date) {}

  get ids(): ReadId[] {
    return [...this.at.keys()];
  }

  take(reads: readonly LiveRead[]): void {
    for (const { readId, storedAt } of reads) {
      this.at.set(readId, storedAt.getTime());
      if (storedAt > this.after) this.after = storedAt;
    }
    const past = this.after.getTime() - 2 * lookBackSeconds * 1000;
    for (const [id, at] of this.at) if (at < past) this.at.delete(id);
  }
}

@Injectable()
export class WatchesService implements OnModuleDestroy {
  private readonly open = new OpenStreams(streamsOfMember);
  private readonly closing = new AbortController();

  constructor(
    private readonly blobs: Blobs,
    private readonly links: PictureLinks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** The house does not wait for hearers when it closes. */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** @throws PlatewardError 403 `purpose_unknown`, `law_*`, `witnesses_away` */
  async begin(door: Door<'read.watch'>, asked: NewWatch): Promise<WatchBegun> {
    const from = this.clock.now();
    const to = new Date(from.getTime() + watchSecondsMax * 1000);
    const cameraIds = asked.cameraIds && [...new Set(asked.cameraIds)];
    const { value, searchId, receipts } = await door.open({ ...asked, cameraIds, from, to }, (s) =>
      s.watches.begin(watchSecondsMax),
    );
    if (!searchId) throw new Error('a watch is not on record');
    return { id: searchId, ...value, receipt: receiptOf(receipts) };
  }

  /** What came since then, for who asks now and then. @throws PlatewardError 403 `watch_missing`, `watch_over` */
  async reads(door: Door<'read.follow'>, watchId: SearchId, { after }: WatchEventsQuery): Promise<LiveReads> {
    return this.look(door, watchId, new Told(after ?? this.longAgo()));
  }

  /**
   * @param heard the header Last-Event-ID
   * @throws PlatewardError 400 `last_event_id`; 403 `watch_missing`, `watch_over`; 429 `streams_member`; 503 `streams_full`
   */
  async events(
    door: Door<'read.follow'>,
    watchId: SearchId,
    { after }: WatchEventsQuery,
    heard?: string,
  ): Promise<StreamableFile> {
    if (heard !== undefined && !/^[0-9]{1,15}$/.test(heard))
      throw invalid('last_event_id', 'Last-Event-ID must be the id of an event that was heard: a number.');
    const told = new Told(heard === undefined ? (after ?? this.longAgo()) : new Date(Number(heard)));
    const release = this.open.take(door.actor);
    let first: LiveReads;
    try {
      // The first look is made before the answer begins, so that who may not look gets a problem and not an empty stream.
      first = await this.look(door, watchId, told);
    } catch (error) {
      release();
      throw error;
    }
    const stream = new PassThrough({ writableHighWaterMark: 256 * 1024 });
    const gone = new AbortController();
    stream.once('close', () => {
      release();
      gone.abort();
    });
    void this.tell(
      () => this.look(door, watchId, told),
      first,
      stream,
      AbortSignal.any([gone.signal, this.closing.signal]),
    );
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }

  /** The crop of a read that the watch shows. @throws PlatewardError 403 `watch_*`; 404 `not_found`; 503 `blob_*`, `key_*` */
  async crop(door: Door<'read.follow'>, { id, readId }: CropPath): Promise<StreamableFile> {
    const { value, permit } = await door.open({ watchId: id }, (s) => s.reads.crop(readId));
    const bytes = await this.blobs.get(permit, door.actor.agencyId, value);
    return new StreamableFile(bytes, {
      type: 'image/jpeg',
      length: bytes.length,
      disposition: `inline; filename="crop-${readId}.jpg"`,
    });
  }

  /** @throws PlatewardError 403 `watch_missing`; 409 `watch_over` */
  async end(door: Door<'read.watched'>, watchId: SearchId): Promise<WatchEnded> {
    const { value, receipts } = await door.open({ watchId }, (s) => s.watches.end());
    return { ...value, receipt: receiptOf(receipts) };
  }

  /** Before any watch that goes on began. */
  private longAgo(): Date {
    return new Date(this.clock.now().getTime() - 2 * watchSecondsMax * 1000);
  }

  private async look(door: Door<'read.follow'>, watchId: SearchId, told: Told): Promise<LiveReads> {
    const { value } = await door.open({ watchId }, (s) => s.reads.since(told.after, told.ids, readsOfLookMax));
    told.take(value.reads);
    const { agencyId, sessionId } = memberOf(door);
    const until = new Date(this.clock.now().getTime() + (watchSecondsMax + linkSecondsMax) * 1000);
    const linkTo: LinkTo = ({ readId }, kind) =>
      kind === 'crop'
        ? `/api/v1/watches/${watchId}/crops/${readId}`
        : `/api/v1/searches/${watchId}/pictures/${this.links.make({ sessionId, searchId: watchId }, { agencyId, readId, kind }, until)}`;
    return {
      reads: value.reads.map(({ storedAt: _, ...read }) => resultOf(read, linkTo)),
      more: value.more,
      next: told.after,
    };
  }

  /** Writes reads into the stream as they come, and ends it. */
  private async tell(
    look: () => Promise<LiveReads>,
    first: LiveReads,
    stream: Writable,
    gone: AbortSignal,
  ): Promise<void> {
    let spoke = Date.now();
    const say = async (text: string): Promise<void> => {
      spoke = Date.now();
      if (stream.write(text)) return;
      const late = AbortSignal.timeout(slowMs);
      await once(stream, 'drain', { signal: AbortSignal.any([gone, late]) }).catch((error: unknown) => {
        throw late.aborted ? new Slow() : error;
      });
    };
    try {
      await say('retry: 2000\n\n');
      for (let told = first; !gone.aborted; told = await look()) {
        if (told.reads.length > 0) await say(eventOfReads(told));
        else if (Date.now() - spoke > silenceMsMax) await say(': still here\n\n');
        await wait(lookMs, undefined, { signal: gone });
      }
    } catch (error) {
      // Anything else: the hearer is gone, or may no longer look, or the database is away; who asks again is told why.
      const over = error instanceof PlatewardError && error.code === 'watch_over';
      if (over || error instanceof Slow) stream.write(eventOfEnd(over ? 'over' : 'slow'));
    } finally {
      stream.end();
    }
  }
}
