// The room of grants: what is asked, approved, ended, and the keys that approve.
import { Module } from '@nestjs/common';
import { ApproverKeysController } from './approver-keys.controller.js';
import { ApproverKeysService } from './approver-keys.service.js';
import { GrantsController } from './grants.controller.js';
import { GrantsService } from './grants.service.js';

@Module({
  controllers: [GrantsController, ApproverKeysController],
  providers: [GrantsService, ApproverKeysService],
})
export class GrantsModule {}
