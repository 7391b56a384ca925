// Routes of the directory and of the own agency.
import { Controller, Get, Post, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  directory,
  newPurposes,
  newRetention,
  newRetentionProposal,
  ownAgency,
  purposesSet,
  retention,
  retentionProposalPath,
  retentionProposed,
  retentionSet,
  retentionSimulation,
  retentionWithdrawn,
  type Directory,
  type NewPurposes,
  type NewRetention,
  type NewRetentionProposal,
  type OwnAgency,
  type PurposesSet,
  type Retention,
  type RetentionProposalPath,
  type RetentionProposed,
  type RetentionSet,
  type RetentionSimulation,
  type RetentionWithdrawn,
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

  @Post('current/retention/simulations')
  @Opens('retention.simulate')
  @Answers(200, retentionSimulation, 'What would be removed if reads and pictures were kept so long; changes nothing.')
  simulateRetention(
    @OpenDoor() door: Door<'retention.simulate'>,
    @TakesBody(newRetention) body: NewRetention,
  ): Promise<RetentionSimulation> {
    return this.agencies.simulateRetention(door, body);
  }

  @Put('current/retention')
  @Opens('retention.set')
  @Answers(
    200,
    retentionSet,
    'Sets how long reads and pictures are kept, as far as nothing is removed by it that the law would keep; a shorter time is proposed and adopted.',
    { problems: { 403: ['retention_alone'] } },
  )
  setRetention(
    @OpenDoor() door: Door<'retention.set'>,
    @TakesBody(newRetention) body: NewRetention,
  ): Promise<RetentionSet> {
    return this.agencies.setRetention(door, body);
  }

  @Post('current/retention/proposals')
  @Opens('retention.propose')
  @Answers(
    201,
    retentionProposed,
    'Proposes to keep reads for a shorter time; takes the place of an earlier proposal.',
    {
      problems: { 409: ['retention_not_shorter'] },
    },
  )
  proposeRetention(
    @OpenDoor() door: Door<'retention.propose'>,
    @TakesBody(newRetentionProposal) body: NewRetentionProposal,
  ): Promise<RetentionProposed> {
    return this.agencies.proposeRetention(door, body);
  }

  @Post('current/retention/proposals/:id/adoption')
  @Opens('retention.adopt')
  @Answers(
    201,
    retentionSet,
    'Brings the proposal into force, by another administrator than proposed it; what is past it is removed within an hour.',
    { problems: { 403: ['retention_own_proposal'], 409: ['retention_state'] } },
  )
  adoptRetention(
    @OpenDoor() door: Door<'retention.adopt'>,
    @TakesPath(retentionProposalPath) path: RetentionProposalPath,
  ): Promise<RetentionSet> {
    return this.agencies.adoptRetention(door, path.id);
  }

  @Post('current/retention/proposals/:id/withdrawal')
  @Opens('retention.withdraw')
  @Answers(201, retentionWithdrawn, 'Ends the proposal.', { problems: { 409: ['retention_state'] } })
  withdrawRetention(
    @OpenDoor() door: Door<'retention.withdraw'>,
    @TakesPath(retentionProposalPath) path: RetentionProposalPath,
  ): Promise<RetentionWithdrawn> {
    return this.agencies.withdrawRetention(door, path.id);
  }
}
