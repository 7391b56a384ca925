// Reading the own log. To read it is itself an entry.
import { Injectable } from '@nestjs/common';
import type { Door } from '../vault/vault.js';
import type { AuditPage, AuditQuery } from './audit.schema.js';
import { receiptOf } from '../web/receipt.js';

@Injectable()
export class AuditService {
  async list(door: Door<'audit.read'>, { limit, before, ...filter }: AuditQuery): Promise<AuditPage> {
    const { value, receipts } = await door.open({}, (s) => s.log.list(limit, before, filter));
    const { size, head, entries, last, destroyed } = value;
    return {
      ...{ size, head },
      entries: entries.map((each) => ({ ...each, opened: { ...each.opened } })),
      destroyed: destroyed.map((each) => ({ ...each, by: [...each.by] })),
      next: last > 0 ? last : null,
      receipt: receiptOf(receipts),
    };
  }
}
