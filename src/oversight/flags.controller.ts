// Routes of flags, for the auditor alone.
import { Controller, Delete, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath, TakesQuery } from '../web/takes.js';
import {
  flagDecided,
  flagDecision,
  flagPage,
  flagPath,
  flagQuery,
  listedPlateChanged,
  listedPlatePath,
  listedPlates,
  newListedPlate,
  type FlagDecided,
  type FlagDecision,
  type FlagPage,
  type FlagPath,
  type FlagQuery,
  type ListedPlateChanged,
  type ListedPlatePath,
  type ListedPlates,
  type NewListedPlate,
} from './flags.schema.js';
import { FlagsService } from './flags.service.js';

@Controller('/api/v1/flags')
export class FlagsController {
  constructor(private readonly flags: FlagsService) {}

  @Get()
  @Opens('flag.list')
  @Answers(200, flagPage, "Searches of the agency's own members that look like misuse. To read them is an entry.")
  list(@OpenDoor() door: Door<'flag.list'>, @TakesQuery(flagQuery) query: FlagQuery): Promise<FlagPage> {
    return this.flags.list(door, query);
  }

  @Post(':id/decision')
  @Opens('flag.decide')
  @Answers(201, flagDecided, 'Says what a flag turned out to be, and why; once.', {
    problems: { 403: ['flag_own'], 404: ['not_found'], 409: ['flag_state'] },
  })
  decide(
    @OpenDoor() door: Door<'flag.decide'>,
    @TakesPath(flagPath) path: FlagPath,
    @TakesBody(flagDecision) body: FlagDecision,
  ): Promise<FlagDecided> {
    return this.flags.decide(door, path.id, body);
  }
}

@Controller('/api/v1/listed-plates')
export class ListedPlatesController {
  constructor(private readonly flags: FlagsService) {}

  @Get()
  @Opens('flag.list')
  @Answers(200, listedPlates, 'Plates of households and colleagues by their labels. To read them is an entry.')
  list(@OpenDoor() door: Door<'flag.list'>): Promise<ListedPlates> {
    return this.flags.listed(door);
  }

  @Post()
  @Opens('flag.enlist')
  @Answers(201, listedPlateChanged, 'Lists a plate: from now on each search for it is flagged.', {
    problems: { 400: ['plate_empty', 'plate_pattern'], 409: ['plate_listed'] },
  })
  enlist(
    @OpenDoor() door: Door<'flag.enlist'>,
    @TakesBody(newListedPlate) body: NewListedPlate,
  ): Promise<ListedPlateChanged> {
    return this.flags.enlist(door, body);
  }

  @Delete(':id')
  @Opens('flag.enlist')
  @Answers(200, listedPlateChanged, 'Takes a plate off the list.', { problems: { 404: ['not_found'] } })
  delist(
    @OpenDoor() door: Door<'flag.enlist'>,
    @TakesPath(listedPlatePath) path: ListedPlatePath,
  ): Promise<ListedPlateChanged> {
    return this.flags.delist(door, path.id);
  }
}
