// Routes of the law that the agency's data is under.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  newPackChange,
  newSimulation,
  packChangePath,
  packDecided,
  packList,
  packProposed,
  simulation,
  type NewPackChange,
  type NewSimulation,
  type PackChangePath,
  type PackDecided,
  type PackList,
  type PackProposed,
  type Simulation,
} from './packs.schema.js';
import { PacksService } from './packs.service.js';

@Controller('/api/v1/packs')
export class PacksController {
  constructor(private readonly packs: PacksService) {}

  @Get()
  @Opens('pack.list')
  @Answers(200, packList, 'The law in force, what was proposed, and the packs that this version brings.')
  list(@OpenDoor() door: Door<'pack.list'>): Promise<PackList> {
    return this.packs.list(door);
  }

  @Post()
  @Opens('pack.propose')
  @Answers(201, packProposed, 'Proposes another pack; it changes nothing until another administrator adopts it.', {
    problems: { 400: ['pack_unknown', 'pack_invalid'], 409: ['pack_in_force'] },
  })
  propose(
    @OpenDoor() door: Door<'pack.propose'>,
    @TakesBody(newPackChange) body: NewPackChange,
  ): Promise<PackProposed> {
    return this.packs.propose(door, body);
  }

  @Post('simulations')
  @Opens('pack.simulate')
  @Answers(200, simulation, 'What a pack would change: live grants, own searches, reads past its retention.', {
    problems: { 400: ['pack_unknown', 'pack_invalid'] },
  })
  simulate(
    @OpenDoor() door: Door<'pack.simulate'>,
    @TakesBody(newSimulation) body: NewSimulation,
  ): Promise<Simulation> {
    return this.packs.simulate(door, body);
  }

  @Post(':id/adoption')
  @Opens('pack.adopt')
  @Answers(201, packDecided, 'Brings a proposal into force, at once; by another administrator than proposed it.', {
    problems: { 403: ['pack_own_proposal', 'pack_proposer_gone'], 404: ['not_found'], 409: ['pack_state'] },
  })
  adopt(@OpenDoor() door: Door<'pack.adopt'>, @TakesPath(packChangePath) path: PackChangePath): Promise<PackDecided> {
    return this.packs.adopt(door, path.id);
  }

  @Post(':id/withdrawal')
  @Opens('pack.withdraw')
  @Answers(201, packDecided, 'Takes a proposal back.', { problems: { 404: ['not_found'], 409: ['pack_state'] } })
  withdraw(
    @OpenDoor() door: Door<'pack.withdraw'>,
    @TakesPath(packChangePath) path: PackChangePath,
  ): Promise<PackDecided> {
    return this.packs.withdraw(door, path.id);
  }
}
