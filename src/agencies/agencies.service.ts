// The directory of agencies, and the own agency's settings.
import { Injectable } from '@nestjs/common';
import type { Door } from '../vault/vault.js';
import { abilitiesOf } from '../identity/abilities.js';
import type {
  Directory,
  NewPurposes,
  NewRetention,
  OwnAgency,
  PurposesSet,
  Retention,
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

  async setRetention(door: Door<'retention.set'>, { days }: NewRetention): Promise<RetentionSet> {
    const { value, permit, receipts } = await door.open({}, async (s) => {
      await s.retention.set(days);
      return s.retention.get();
    });
    return { ...retentionOf(value, permit), receipt: receiptOf(receipts) };
  }
}

const retentionOf = ({ days, lawMinutes }: Kept, permit: Permit): Retention => {
  const kept = Math.min(days === null ? Infinity : days * 24 * 60, lawMinutes ?? Infinity);
  return {
    days,
    lawMinutes,
    keptMinutes: kept === Infinity ? null : kept,
    abilities: abilitiesOf(permit, ['retention.set']),
  };
};
