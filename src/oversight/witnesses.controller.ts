// Routes of the witnesses that an agency requires of its log.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  witnesses,
  witnessesAdopted,
  witnessesPath,
  witnessesProposed,
  witnessRule,
  type WitnessesAdopted,
  type WitnessesPath,
  type WitnessesProposed,
  type WitnessesShown,
  type WitnessRuleBody,
} from './witnesses.schema.js';
import { WitnessesService } from './witnesses.service.js';

@Controller('/api/v1/witnesses')
export class WitnessesController {
  constructor(private readonly witnesses: WitnessesService) {}

  @Get()
  @Opens('witnesses.get')
  @Answers(200, witnesses, 'Which witnesses the agency requires, what was proposed, and what they have cosigned.')
  get(@OpenDoor() door: Door<'witnesses.get'>): Promise<WitnessesShown> {
    return this.witnesses.get(door);
  }

  @Post('proposals')
  @Opens('witnesses.propose')
  @Answers(201, witnessesProposed, 'Proposes which witnesses are required; takes the place of an earlier proposal.', {
    problems: { 400: ['witness_private'] },
  })
  propose(
    @OpenDoor() door: Door<'witnesses.propose'>,
    @TakesBody(witnessRule) body: WitnessRuleBody,
  ): Promise<WitnessesProposed> {
    return this.witnesses.propose(door, body);
  }

  @Post('proposals/:id/adoption')
  @Opens('witnesses.adopt')
  @Answers(201, witnessesAdopted, 'Brings the proposal into force; by another administrator than proposed it.', {
    problems: { 403: ['witnesses_own_proposal', 'witnesses_proposer_gone'], 409: ['witnesses_state'] },
  })
  adopt(
    @OpenDoor() door: Door<'witnesses.adopt'>,
    @TakesPath(witnessesPath) path: WitnessesPath,
  ): Promise<WitnessesAdopted> {
    return this.witnesses.adopt(door, path.id);
  }
}
