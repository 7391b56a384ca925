// The room of oversight: what was refused is heard by whose data it was, and what looks like misuse by the agency's auditor.
import { Module } from '@nestjs/common';
import { AlertsController } from './alerts.controller.js';
import { AlertsService } from './alerts.service.js';
import { DeliveriesController, DestinationsController } from './destinations.controller.js';
import { DestinationsService } from './destinations.service.js';
import { FlagDeliveriesController, FlagDestinationsController } from './flag-destinations.controller.js';
import { FlagsController, ListedPlatesController } from './flags.controller.js';
import { ReviewsController } from './reviews.controller.js';
import { ReviewsService } from './reviews.service.js';
import { SharingController } from './sharing.controller.js';
import { SharingService } from './sharing.service.js';
import { LogKeysController } from './log-keys.controller.js';
import { LogKeysService } from './log-keys.service.js';
import { LogPeriodsController } from './log-periods.controller.js';
import { LogPeriodsService } from './log-periods.service.js';
import { FlagsService } from './flags.service.js';
import { WitnessesController } from './witnesses.controller.js';
import { WitnessesService } from './witnesses.service.js';

@Module({
  controllers: [
    AlertsController,
    DestinationsController,
    DeliveriesController,
    FlagDestinationsController,
    FlagDeliveriesController,
    FlagsController,
    LogKeysController,
    LogPeriodsController,
    ListedPlatesController,
    ReviewsController,
    SharingController,
    WitnessesController,
  ],
  providers: [
    AlertsService,
    DestinationsService,
    FlagsService,
    LogKeysService,
    LogPeriodsService,
    ReviewsService,
    SharingService,
    WitnessesService,
  ],
})
export class OversightModule {}
