// Routes of looking at the own agency's reads as they come.
import { Controller, Delete, Get, Header, Headers, Post, type StreamableFile } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath, TakesQuery } from '../web/takes.js';
import {
  cropPath,
  liveReads,
  newWatch,
  watchBegun,
  watchEnded,
  watchEventsHeaders,
  watchEventsQuery,
  watchPath,
  type CropPath,
  type LiveReads,
  type NewWatch,
  type WatchBegun,
  type WatchEnded,
  type WatchEventsQuery,
  type WatchPath,
} from './search.schema.js';
import { WatchesService } from './watches.service.js';

const watchRules = ['watch_missing', 'watch_over', 'witnesses_away'];

@Controller('/api/v1/watches')
export class WatchesController {
  constructor(private readonly watches: WatchesService) {}

  @Post()
  @Opens('read.watch')
  @Answers(
    201,
    watchBegun,
    "Begins to look at the own agency's reads as they come, for ten minutes. On record like a search.",
    {
      problems: {
        403: ['purpose_unknown', 'law_purpose', 'law_case_number', 'law_beneficiary_missing', 'witnesses_away'],
      },
    },
  )
  begin(@OpenDoor() door: Door<'read.watch'>, @TakesBody(newWatch) body: NewWatch): Promise<WatchBegun> {
    return this.watches.begin(door, body);
  }

  @Get(':id/events')
  @Opens('read.follow')
  @Header('content-type', 'text/event-stream')
  @Header('x-accel-buffering', 'no')
  @Answers(
    200,
    'text/event-stream',
    'Reads as they are stored, as server-sent events (`reads`); ends with the session or the watch, the last event (`end`) saying why.',
    {
      headers: watchEventsHeaders,
      problems: { 400: ['last_event_id'], 403: watchRules, 429: ['streams_member'], 503: ['streams_full'] },
    },
  )
  events(
    @OpenDoor() door: Door<'read.follow'>,
    @TakesPath(watchPath) path: WatchPath,
    @TakesQuery(watchEventsQuery) query: WatchEventsQuery,
    @Headers('last-event-id') heard?: string,
  ): Promise<StreamableFile> {
    return this.watches.events(door, path.id, query, heard);
  }

  @Get(':id/reads')
  @Opens('read.follow')
  @Answers(200, liveReads, 'What was stored since a moment, for who asks now and then instead of hearing a stream.', {
    problems: { 403: watchRules },
  })
  reads(
    @OpenDoor() door: Door<'read.follow'>,
    @TakesPath(watchPath) path: WatchPath,
    @TakesQuery(watchEventsQuery) query: WatchEventsQuery,
  ): Promise<LiveReads> {
    return this.watches.reads(door, path.id, query);
  }

  @Get(':id/crops/:readId')
  @Opens('read.follow')
  @Header('cache-control', 'no-store, private')
  @Answers(
    200,
    'image/*',
    'The crop of a plate that the watch shows. How many were opened is told with the end of the watch.',
    {
      problems: {
        403: watchRules,
        404: ['not_found'],
        503: ['blob_missing', 'blob_damaged', 'key_destroyed', 'key_missing', 'key_wrong', 'blob_store_unavailable'],
      },
    },
  )
  crop(@OpenDoor() door: Door<'read.follow'>, @TakesPath(cropPath) path: CropPath): Promise<StreamableFile> {
    return this.watches.crop(door, path);
  }

  @Delete(':id')
  @Opens('read.watched')
  @Answers(200, watchEnded, 'Ends the watch, and says how much it showed. What nobody ends, ends by itself.', {
    problems: { 403: ['watch_missing'], 409: ['watch_over'] },
  })
  end(@OpenDoor() door: Door<'read.watched'>, @TakesPath(watchPath) path: WatchPath): Promise<WatchEnded> {
    return this.watches.end(door, path.id);
  }
}
