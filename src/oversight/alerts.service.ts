// Alerts as their owner sees them. A stream asks the vault again for each look, so whoever may no longer look is told nothing more:
// it ends with the session, the membership or the role, whichever ends first.
import { once } from 'node:events';
import { PassThrough, type Writable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, StreamableFile, type OnModuleDestroy } from '@nestjs/common';
import { invalid } from '../core/errors.js';
import type { AlertId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { OpenStreams } from '../web/open-streams.js';
import { receiptOf } from '../web/receipt.js';
import {
  eventOf,
  type AlertAcknowledged,
  type AlertEventsQuery,
  type AlertPage,
  type AlertQuery,
} from './alerts.schema.js';

/** How often a stream looks, in milliseconds; what ends it, ends it within twice that. */
const lookMs = 400;
/** A stream says that it is there after so long without an event, in milliseconds. */
const silenceMsMax = 15_000;
/** Longest that one stream lasts, in milliseconds; its hearer comes again, and is asked again who he is. */
const streamMsMax = 15 * 60_000;
/** Events of one look. */
const eventsMax = 100;

@Injectable()
export class AlertsService implements OnModuleDestroy {
  private readonly open = new OpenStreams();
  private readonly closing = new AbortController();

  /** The house does not wait for hearers when it closes. */
  onModuleDestroy(): void {
    this.closing.abort();
  }

  async list(door: Door<'alert.list'>, { limit, open, before }: AlertQuery): Promise<AlertPage> {
    const { value, permit } = await door.open({}, (s) => s.alerts.list(limit + 1, open === 'true', before));
    const alerts = value.slice(0, limit);
    return {
      alerts: alerts.map((each) => ({ ...each, asker: { ...each.asker } })),
      next: value.length > limit ? (alerts.at(-1)?.lastEntry ?? null) : null,
      abilities: abilitiesOf(permit, ['alert.acknowledge']),
    };
  }

  /** @throws PlatewardError 404 `not_found`; 409 `alert_state` */
  async acknowledge(door: Door<'alert.acknowledge'>, id: AlertId): Promise<AlertAcknowledged> {
    const { receipts } = await door.open({ note: { alertId: id } }, (s) => s.alerts.acknowledge(id));
    return { id, receipt: receiptOf(receipts) };
  }

  /**
   * @param heard the header Last-Event-ID
   * @throws PlatewardError 400 `last_event_id`; 429 `streams_member`; 503 `streams_full`
   */
  async events(door: Door<'alert.list'>, { after }: AlertEventsQuery, heard?: string): Promise<StreamableFile> {
    if (heard !== undefined && !/^[0-9]{1,15}$/.test(heard))
      throw invalid('last_event_id', 'Last-Event-ID must be the id of an event that was heard: a number.');
    const from = heard === undefined ? after : Number(heard);
    // The first look is made before the answer begins, so that who may not look gets a problem and not an empty stream.
    const { value: start } = await door.open({}, async (s) => from ?? (await s.alerts.newest()));
    const release = this.open.take(door.actor);
    const stream = new PassThrough();
    const gone = new AbortController();
    stream.once('close', () => {
      release();
      gone.abort();
    });
    void this.tell(door, start, stream, AbortSignal.any([gone.signal, this.closing.signal]));
    return new StreamableFile(stream, { type: 'text/event-stream' });
  }

  /** Writes alerts into the stream as they come, and ends it. */
  private async tell(door: Door<'alert.list'>, start: number, stream: Writable, gone: AbortSignal): Promise<void> {
    const ends = Date.now() + streamMsMax;
    let after = start;
    let spoke = Date.now();
    const say = async (text: string): Promise<void> => {
      spoke = Date.now();
      if (!stream.write(text)) await once(stream, 'drain', { signal: gone });
    };
    try {
      await say('retry: 2000\n\n');
      while (Date.now() < ends && !gone.aborted) {
        const { value: alerts } = await door.open({}, (s) => s.alerts.since(after, eventsMax));
        for (const alert of alerts) {
          after = alert.lastEntry;
          await say(eventOf(alert));
        }
        if (alerts.length === 0 && Date.now() - spoke > silenceMsMax) await say(': still here\n\n');
        if (alerts.length < eventsMax) await wait(lookMs, undefined, { signal: gone });
      }
    } catch {
      // The hearer is gone, or may no longer look, or the database is away: the stream ends, and who asks again is told why.
    } finally {
      stream.end();
    }
  }
}
