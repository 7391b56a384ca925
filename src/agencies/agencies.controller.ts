// Routes of the directory and of the own agency.
import { Controller, Get, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import {
  directory,
  newPurposes,
  ownAgency,
  purposesSet,
  type Directory,
  type NewPurposes,
  type OwnAgency,
  type PurposesSet,
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
}
