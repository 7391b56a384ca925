// The room that turns cookies and signatures into actors. Its guard stands before every route of the house.
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { Clock } from '../core/clock.js';
import { Blobs } from '../vault/blobs/blobs.js';
import { Vault } from '../vault/vault.js';
import { CLOCK } from '../web/ground.js';
import { CameraAuth } from './camera-auth.js';
import { DoorGuard, Sessions } from './door.guard.js';
import { BootstrapController, OwnPasswordController, SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  controllers: [SessionsController, OwnPasswordController, BootstrapController],
  providers: [
    Sessions,
    SessionsService,
    {
      provide: CameraAuth,
      inject: [Vault, Blobs, CLOCK],
      useFactory: (vault: Vault, blobs: Blobs, clock: Clock) => new CameraAuth(vault.front, blobs, clock),
    },
    { provide: APP_GUARD, useClass: DoorGuard },
  ],
})
export class IdentityModule {}
