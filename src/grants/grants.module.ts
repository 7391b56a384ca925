// The room of grants: what is asked, approved, opened in an emergency, ended and told of, and the keys that approve.
import { Module } from '@nestjs/common';
import { ApproverKeysController } from './approver-keys.controller.js';
import { ApproverKeysService } from './approver-keys.service.js';
import { DigestsController } from './digests.controller.js';
import { DigestsService } from './digests.service.js';
import { GrantsController } from './grants.controller.js';
import { GrantsService } from './grants.service.js';
import { OpeningsController } from './openings.controller.js';
import { OpeningsService } from './openings.service.js';

@Module({
  controllers: [GrantsController, OpeningsController, DigestsController, ApproverKeysController],
  providers: [GrantsService, OpeningsService, DigestsService, ApproverKeysService],
})
export class GrantsModule {}
