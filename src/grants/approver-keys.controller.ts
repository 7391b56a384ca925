// Routes of the keys with which administrators approve grants.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  approverKeyAdded,
  approverKeyList,
  approverKeyPath,
  approverKeyRevoked,
  newApproverKey,
  type ApproverKeyAdded,
  type ApproverKeyList,
  type ApproverKeyPath,
  type ApproverKeyRevoked,
  type NewApproverKey,
} from './approver-keys.schema.js';
import { ApproverKeysService } from './approver-keys.service.js';

@Controller('/api/v1/approver-keys')
export class ApproverKeysController {
  constructor(private readonly keys: ApproverKeysService) {}

  @Get()
  @Opens('key.list')
  @Answers(200, approverKeyList, "The public halves of the agency's keys that approve grants, newest first.")
  list(@OpenDoor() door: Door<'key.list'>): Promise<ApproverKeyList> {
    return this.keys.list(door);
  }

  @Post()
  @Opens('key.add')
  @Answers(201, approverKeyAdded, 'Adds a key of your own. Its private half is never sent.', {
    problems: { 400: ['key_proof'], 409: ['key_known', 'keys_many'] },
  })
  add(@OpenDoor() door: Door<'key.add'>, @TakesBody(newApproverKey) body: NewApproverKey): Promise<ApproverKeyAdded> {
    return this.keys.add(door, body);
  }

  @Post(':id/revocation')
  @Opens('key.revoke')
  @Answers(201, approverKeyRevoked, 'Ends a key: it approves nothing more. What it has approved stays.', {
    problems: { 404: ['not_found'] },
  })
  revoke(
    @OpenDoor() door: Door<'key.revoke'>,
    @TakesPath(approverKeyPath) path: ApproverKeyPath,
  ): Promise<ApproverKeyRevoked> {
    return this.keys.revoke(door, path.id);
  }
}
