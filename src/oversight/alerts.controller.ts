// Routes of alerts: the list, the mark that one was seen, and the stream of them as they are raised.
import { Controller, Get, Header, Headers, Post, type StreamableFile } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesPath, TakesQuery } from '../web/takes.js';
import {
  alertAcknowledged,
  alertEventsHeaders,
  alertEventsQuery,
  alertPage,
  alertPath,
  alertQuery,
  type AlertAcknowledged,
  type AlertEventsQuery,
  type AlertPage,
  type AlertPath,
  type AlertQuery,
} from './alerts.schema.js';
import { AlertsService } from './alerts.service.js';

@Controller('/api/v1/alerts')
export class AlertsController {
  constructor(private readonly alerts: AlertsService) {}

  @Get()
  @Opens('alert.list')
  @Answers(200, alertPage, "What other agencies asked of the agency's data and were refused, newest first.")
  list(@OpenDoor() door: Door<'alert.list'>, @TakesQuery(alertQuery) query: AlertQuery): Promise<AlertPage> {
    return this.alerts.list(door, query);
  }

  @Get('events')
  @Opens('alert.list')
  @Header('content-type', 'text/event-stream')
  @Header('x-accel-buffering', 'no')
  @Answers(
    200,
    'text/event-stream',
    'Each alert as it is raised, and again when its count grows, as server-sent events; ends with the session.',
    {
      headers: alertEventsHeaders,
      problems: { 400: ['last_event_id'], 429: ['streams_member'], 503: ['streams_full'] },
    },
  )
  events(
    @OpenDoor() door: Door<'alert.list'>,
    @TakesQuery(alertEventsQuery) query: AlertEventsQuery,
    @Headers('last-event-id') heard?: string,
  ): Promise<StreamableFile> {
    return this.alerts.events(door, query, heard);
  }

  @Post(':id/acknowledgement')
  @Opens('alert.acknowledge')
  @Answers(201, alertAcknowledged, 'Marks an alert as seen; the next refusal of its kind raises a new one.', {
    problems: { 404: ['not_found'], 409: ['alert_state'] },
  })
  acknowledge(
    @OpenDoor() door: Door<'alert.acknowledge'>,
    @TakesPath(alertPath) path: AlertPath,
  ): Promise<AlertAcknowledged> {
    return this.alerts.acknowledge(door, path.id);
  }
}
