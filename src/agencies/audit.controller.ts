// The route of the agency's own log.
import { Controller, Get } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesQuery } from '../web/takes.js';
import { auditPage, auditQuery, type AuditPage, type AuditQuery } from './audit.schema.js';
import { AuditService } from './audit.service.js';

@Controller('/api/v1/audit')
export class AuditController {
  constructor(private readonly audit: AuditService) {}

  @Get('entries')
  @Opens('audit.read')
  @Answers(200, auditPage, "Entries of the agency's own log, newest first.")
  list(@OpenDoor() door: Door<'audit.read'>, @TakesQuery(auditQuery) query: AuditQuery): Promise<AuditPage> {
    return this.audit.list(door, query);
  }
}
