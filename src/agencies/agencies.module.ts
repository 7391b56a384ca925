// The room of what an agency keeps about itself: its settings, members, cameras and log.
import { Module } from '@nestjs/common';
import { AgenciesController } from './agencies.controller.js';
import { AgenciesService } from './agencies.service.js';
import { AuditController } from './audit.controller.js';
import { AuditService } from './audit.service.js';
import { CamerasHealthController } from './cameras-health.controller.js';
import { CamerasHealthService } from './cameras-health.service.js';
import { CamerasQualityController } from './cameras-quality.controller.js';
import { CamerasQualityService } from './cameras-quality.service.js';
import { CamerasSettingsController } from './cameras-settings.controller.js';
import { CamerasSettingsService } from './cameras-settings.service.js';
import { CamerasController } from './cameras.controller.js';
import { CamerasService } from './cameras.service.js';
import { DisclosuresController } from './disclosures.controller.js';
import { DisclosuresService } from './disclosures.service.js';
import { MembersController } from './members.controller.js';
import { MembersService } from './members.service.js';
import { PolicyController } from './policy.controller.js';
import { PolicyService } from './policy.service.js';
import { PacksController } from './packs.controller.js';
import { PacksService } from './packs.service.js';

@Module({
  controllers: [
    AgenciesController,
    PolicyController,
    MembersController,
    CamerasController,
    CamerasSettingsController,
    CamerasHealthController,
    CamerasQualityController,
    AuditController,
    DisclosuresController,
    PacksController,
  ],
  providers: [
    AgenciesService,
    PolicyService,
    MembersService,
    CamerasService,
    CamerasSettingsService,
    CamerasHealthService,
    CamerasQualityService,
    AuditService,
    DisclosuresService,
    PacksService,
  ],
})
export class AgenciesModule {}
