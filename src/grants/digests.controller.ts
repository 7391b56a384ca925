// Routes of an owner's digests. What stands in one is counted by the database; here it is read, asked for before its time, and said how often it comes.
import { Controller, Get, Post, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath, TakesQuery } from '../web/takes.js';
import {
  digest,
  digestMade,
  digestPage,
  digestPath,
  digestPreview,
  digestQuery,
  newSchedule,
  scheduleSet,
  type Digest,
  type DigestMade,
  type DigestPage,
  type DigestPath,
  type DigestPreview,
  type DigestQuery,
  type NewSchedule,
  type ScheduleSet,
} from './digests.schema.js';
import { DigestsService } from './digests.service.js';

@Controller('/api/v1/digests')
export class DigestsController {
  constructor(private readonly digests: DigestsService) {}

  @Get()
  @Opens('digest.list')
  @Answers(200, digestPage, "What others did with the agency's data, by period, newest first.")
  list(@OpenDoor() door: Door<'digest.list'>, @TakesQuery(digestQuery) query: DigestQuery): Promise<DigestPage> {
    return this.digests.list(door, query);
  }

  @Get('preview')
  @Opens('digest.list')
  @Answers(200, digestPreview, 'What the next digest would say by now. Nothing is made or told.')
  preview(@OpenDoor() door: Door<'digest.list'>): Promise<DigestPreview> {
    return this.digests.preview(door);
  }

  @Put('schedule')
  @Opens('digest.set')
  @Answers(200, scheduleSet, 'Says how often a digest is made; `off` only while no grant is in force.', {
    problems: { 409: ['digest_needed'] },
  })
  set(@OpenDoor() door: Door<'digest.set'>, @TakesBody(newSchedule) body: NewSchedule): Promise<ScheduleSet> {
    return this.digests.set(door, body);
  }

  @Post()
  @Opens('digest.make')
  @Answers(201, digestMade, 'Makes one now, until half a minute ago, and tells it to every destination of alerts.', {
    problems: { 429: ['digest_made'] },
  })
  make(@OpenDoor() door: Door<'digest.make'>): Promise<DigestMade> {
    return this.digests.make(door);
  }

  @Get(':id')
  @Opens('digest.list')
  @Answers(200, digest, 'One digest whole, and where it was told.', { problems: { 404: ['not_found'] } })
  get(@OpenDoor() door: Door<'digest.list'>, @TakesPath(digestPath) path: DigestPath): Promise<Digest> {
    return this.digests.get(door, path.id);
  }
}
