// Reading the own log. To read it is itself an entry.
import { Injectable } from '@nestjs/common';
import type { Door } from '../vault/vault.js';
import type { AuditPage, AuditQuery } from './audit.schema.js';
import { receiptOf } from '../web/receipt.js';

@Injectable()
export class AuditService {
  async list(door: Door<'audit.read'>, { limit, before }: AuditQuery): Promise<AuditPage> {
    const { value, receipts } = await door.open({}, (s) => s.log.list(limit, before));
    const last = value.entries.at(-1)?.entry ?? 0;
    return {
      ...value,
      entries: value.entries.map((each) => ({ ...each, opened: { ...each.opened } })),
      next: last > 0 ? last : null,
      receipt: receiptOf(receipts),
    };
  }
}
