// The directory of agencies, and the own agency's settings.
import { Injectable } from '@nestjs/common';
import { keptMinutes } from '../access/retention.js';
import type { PackChangeId } from '../core/ids.js';
import type { Door } from '../vault/vault.js';
import { abilitiesOf } from '../identity/abilities.js';
import type {
  Directory,
  NewPurposes,
  NewRetention,
  NewRetentionProposal,
  OwnAgency,
  PurposesSet,
  Retention,
  RetentionProposed,
  RetentionWithdrawn,
  RetentionSimulation,
  RetentionSet,
} from './agencies.schema.js';
import type { Retention as Kept } from '../vault/stores/retention.js';
import type { Permit } from '../access/decide.js';
import { receiptOf } from '../web/receipt.js';

@Injectable()
export class AgenciesService {
  async list(door: Door<'agency.list'>): Promise<Directory> {
    const { value } = await door.open({}, (s) => s.agencies.list());
    return { agencies: value.map((agency) => ({ ...agency, id: agency.agencyId })) };
  }

  async current(door: Door<'agency.get'>): Promise<OwnAgency> {
    const { value, permit } = await door.open({}, (s) => s.agencies.get());
    return {
      ...value,
      id: value.agencyId,
      law: value.law && { id: value.law.pack.id, version: value.law.pack.version, title: value.law.pack.title },
      purposes: [...value.purposes],
      abilities: abilitiesOf(permit, ['purposes.set']),
    };
  }

  async setPurposes(door: Door<'purposes.set'>, { purposes }: NewPurposes): Promise<PurposesSet> {
    const { receipts } = await door.open({ note: { purposes } }, (s) => s.agencies.set(purposes));
    return { purposes, receipt: receiptOf(receipts) };
  }

  async retention(door: Door<'retention.get'>): Promise<Retention> {
    const { value, permit } = await door.open({}, (s) => s.retention.get());
    return retentionOf(value, permit);
  }

  async simulateRetention(door: Door<'retention.simulate'>, { days }: NewRetention): Promise<RetentionSimulation> {
    const { value } = await door.open({}, (s) => s.retention.simulate(days));
    const { before, frames, reads, lawMinutes } = value;
    return { days, keptMinutes: keptMinutes(days, lawMinutes), before, frames, reads };
  }

  /** @throws PlatewardError 403 `retention_alone` when it would remove what is kept */
  async setRetention(door: Door<'retention.set'>, { days }: NewRetention): Promise<RetentionSet> {
    const { value, permit, receipts } = await door.open({ days }, async (s) => {
      await s.retention.set(days);
      return s.retention.get();
    });
    return { ...retentionOf(value, permit), receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 409 `retention_not_shorter` */
  async proposeRetention(door: Door<'retention.propose'>, { days }: NewRetentionProposal): Promise<RetentionProposed> {
    const { value, receipts } = await door.open({}, (s) => s.retention.propose(days));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 403 `retention_own_proposal`; 409 `retention_state` */
  async adoptRetention(door: Door<'retention.adopt'>, id: PackChangeId): Promise<RetentionSet> {
    const { value: days, permit, receipts } = await door.open({}, (s) => s.retention.decide(id));
    const lawMinutes = permit.facts.home.law?.pack.retention?.readMinutesMax ?? null;
    return { ...retentionOf({ days, lawMinutes, proposal: null }, permit), receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 409 `retention_state` */
  async withdrawRetention(door: Door<'retention.withdraw'>, id: PackChangeId): Promise<RetentionWithdrawn> {
    const { receipts } = await door.open({}, (s) => s.retention.decide(id));
    return { receipt: receiptOf(receipts) };
  }
}

const retentionOf = ({ days, lawMinutes, proposal }: Kept, permit: Permit): Retention => ({
  days,
  lawMinutes,
  keptMinutes: keptMinutes(days, lawMinutes),
  proposal: proposal && { ...proposal },
  abilities: abilitiesOf(permit, [
    ...(['retention.set', 'retention.simulate', 'retention.propose', 'retention.adopt', 'retention.withdraw'] as const),
  ]),
});
