// The months of the own log: which there are, and the destruction of the key under which the personal values of one are sealed.
import { Injectable } from '@nestjs/common';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type {
  LogPeriodListShown,
  PeriodDestroyed,
  PeriodProposal,
  PeriodProposalPath,
  PeriodProposed,
  PeriodWithdrawn,
} from './log-periods.schema.js';

@Injectable()
export class LogPeriodsService {
  async list(door: Door<'period.list'>): Promise<LogPeriodListShown> {
    const { value, permit } = await door.open({}, (s) => s.periods.list());
    return {
      periods: value.map(({ destroyed, ...each }) => ({
        ...each,
        destroyed: destroyed && { ...destroyed, by: [...destroyed.by] },
      })),
      abilities: abilitiesOf(permit, ['period.propose', 'period.withdraw', 'period.destroy']),
    };
  }

  /** @throws PlatewardError 404 `not_found`; 409 as `PeriodProposer.propose` */
  async propose(door: Door<'period.propose'>, period: string, { reason }: PeriodProposal): Promise<PeriodProposed> {
    const { value, receipts } = await door.open({}, (s) => s.periods.propose(period, reason));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 404 `not_found`; 409 `period_state`, `period_destroyed` */
  async withdraw(door: Door<'period.withdraw'>, { period, id }: PeriodProposalPath): Promise<PeriodWithdrawn> {
    const { receipts } = await door.open({}, (s) => s.periods.decide(period, id));
    return { receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `period_own_proposal`, `period_proposer_gone`; 404 and 409 as `PeriodDecider.decide` */
  async destroy(door: Door<'period.destroy'>, { period, id }: PeriodProposalPath): Promise<PeriodDestroyed> {
    const { value, receipts } = await door.open({}, (s) => s.periods.decide(period, id));
    return { entries: value, receipt: receiptOf(receipts) };
  }
}
