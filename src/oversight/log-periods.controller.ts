// Routes of the months of an agency's log, whose personal values are sealed under a key each.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  logPeriodList,
  periodDestroyed,
  periodPath,
  periodProposal,
  periodProposalPath,
  periodProposed,
  periodWithdrawn,
  type LogPeriodListShown,
  type PeriodDestroyed,
  type PeriodPath,
  type PeriodProposal,
  type PeriodProposalPath,
  type PeriodProposed,
  type PeriodWithdrawn,
} from './log-periods.schema.js';
import { LogPeriodsService } from './log-periods.service.js';

const hindered = [
  'period_destroyed',
  'period_recent',
  'period_unsealed',
  'period_flag',
  'period_review',
  'period_opening',
];

@Controller('/api/v1/log-periods')
export class LogPeriodsController {
  constructor(private readonly periods: LogPeriodsService) {}

  @Get()
  @Opens('period.list')
  @Answers(
    200,
    logPeriodList,
    "The months of the agency's log, from the newest, and whose personal values are destroyed.",
  )
  list(@OpenDoor() door: Door<'period.list'>): Promise<LogPeriodListShown> {
    return this.periods.list(door);
  }

  @Post(':period/proposals')
  @Opens('period.propose')
  @Answers(
    201,
    periodProposed,
    "Proposes to destroy the key of a month's personal values; takes the place of an earlier proposal.",
    { problems: { 409: hindered } },
  )
  propose(
    @OpenDoor() door: Door<'period.propose'>,
    @TakesPath(periodPath) { period }: PeriodPath,
    @TakesBody(periodProposal) body: PeriodProposal,
  ): Promise<PeriodProposed> {
    return this.periods.propose(door, period, body);
  }

  @Post(':period/proposals/:id/adoption')
  @Opens('period.destroy')
  @Answers(
    201,
    periodDestroyed,
    'Destroys that key for good, by another administrator than proposed it. The entries of the month stay; what in them is personal can be opened by nobody any more.',
    { problems: { 403: ['period_own_proposal', 'period_proposer_gone'], 409: [...hindered, 'period_state'] } },
  )
  destroy(
    @OpenDoor() door: Door<'period.destroy'>,
    @TakesPath(periodProposalPath) path: PeriodProposalPath,
  ): Promise<PeriodDestroyed> {
    return this.periods.destroy(door, path);
  }

  @Post(':period/proposals/:id/withdrawal')
  @Opens('period.withdraw')
  @Answers(201, periodWithdrawn, 'Ends such a proposal.', { problems: { 409: ['period_state', 'period_destroyed'] } })
  withdraw(
    @OpenDoor() door: Door<'period.withdraw'>,
    @TakesPath(periodProposalPath) path: PeriodProposalPath,
  ): Promise<PeriodWithdrawn> {
    return this.periods.withdraw(door, path);
  }
}
