// The room where frames come in.
import { Module } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import { Bell } from '../jobs/bell.js';
import { Blobs } from '../vault/blobs/blobs.js';
import { CLOCK, CONFIG } from '../web/ground.js';
import { FramesController } from './frames.controller.js';
import { FramesService } from './frames.service.js';

@Module({
  controllers: [FramesController],
  providers: [
    {
      provide: FramesService,
      inject: [Blobs, Bell, CONFIG, CLOCK],
      useFactory: (blobs: Blobs, bell: Bell, config: Config, clock: Clock) =>
        new FramesService(blobs, bell, config, clock),
    },
  ],
})
export class IngestModule {}
