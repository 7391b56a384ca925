// Releasing records of the own log. A release is an entry: which period, which fields, how many entries, and by a commitment what was asked.
import { Injectable } from '@nestjs/common';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { Disclosure, NewDisclosure } from './disclosures.schema.js';

@Injectable()
export class DisclosuresService {
  /** @throws PlatewardError 400 `disclosure_long` */
  async make(door: Door<'audit.disclose'>, { from, to, fields, request }: NewDisclosure): Promise<Disclosure> {
    const note = { from: from.toISOString(), to: to.toISOString(), fields, request };
    const { value, receipts } = await door.open({ note }, (s) => s.log.disclose(from, to, fields));
    return {
      entries: value.map((each) => ({ ...each, opened: { ...each.opened }, told: { ...each.told } })),
      receipt: receiptOf(receipts),
    };
  }
}
