// The directory of agencies, and the own agency's settings.
import { Injectable } from '@nestjs/common';
import type { Door } from '../vault/vault.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Directory, NewPurposes, OwnAgency, PurposesSet } from './agencies.schema.js';
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
}
