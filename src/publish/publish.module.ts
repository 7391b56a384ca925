// The room of the public log.
import { Module } from '@nestjs/common';
import { PublishController } from './publish.controller.js';
import { PublishService } from './publish.service.js';

@Module({ controllers: [PublishController], providers: [PublishService] })
export class PublishModule {}
