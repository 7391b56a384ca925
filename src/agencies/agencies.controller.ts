// Routes of the directory and of the own agency.
import { Controller, Get, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import {
  directory,
  newPurposes,
  newRetention,
  ownAgency,
  purposesSet,
  retention,
  retentionSet,
  type Directory,
  type NewPurposes,
  type NewRetention,
  type OwnAgency,
  type PurposesSet,
  type Retention,
  type RetentionSet,
} from './agencies.schema.js';
import { AgenciesService } from './agencies.service.js';

@Controller('/api/v1/agencies')
export class AgenciesController {
  constructor(private readonly agencies: AgenciesService) {}

  @Get()
  @Opens('agency.list')
  @Answers(200, directory, 'All agencies of this house: public facts only.')
  list(@OpenDoor() door: Door<'agency.list'>): Promise<Directory> {
    return this.agencies.list(door);
  }

  @Get('current')
  @Opens('agency.get')
  @Answers(200, ownAgency, 'The own agency with its list of search purposes.')
  current(@OpenDoor() door: Door<'agency.get'>): Promise<OwnAgency> {
    return this.agencies.current(door);
  }

  @Put('current/purposes')
  @Opens('purposes.set')
  @Answers(200, purposesSet, "Replaces the agency's list of search purposes.")
  setPurposes(@OpenDoor() door: Door<'purposes.set'>, @TakesBody(newPurposes) body: NewPurposes): Promise<PurposesSet> {
    return this.agencies.setPurposes(door, body);
  }

  @Get('current/retention')
  @Opens('retention.get')
  @Answers(200, retention, 'How long reads and pictures are kept, and by whose word.')
  retention(@OpenDoor() door: Door<'retention.get'>): Promise<Retention> {
    return this.agencies.retention(door);
  }

  @Put('current/retention')
  @Opens('retention.set')
  @Answers(200, retentionSet, 'Sets how long reads and pictures are kept; what is past it is removed within an hour.')
  setRetention(
    @OpenDoor() door: Door<'retention.set'>,
    @TakesBody(newRetention) body: NewRetention,
  ): Promise<RetentionSet> {
    return this.agencies.setRetention(door, body);
  }
}
