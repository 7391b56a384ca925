// Routes of whether cameras work.
import { Controller, Get, Header, HttpCode, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  cameraLook,
  camerasHealth,
  newLook,
  type CameraLook,
  type CamerasHealth,
  type NewLook,
} from './cameras-health.schema.js';
import { CamerasHealthService } from './cameras-health.service.js';
import { cameraPath, type CameraPath } from './cameras.schema.js';

@Controller('/api/v1/cameras')
export class CamerasHealthController {
  constructor(private readonly health: CamerasHealthService) {}

  @Get('health')
  @Opens('camera.health')
  @Answers(
    200,
    camerasHealth,
    "Whether each of the agency's cameras works: its newest frame, its credential, its clock.",
  )
  list(@OpenDoor() door: Door<'camera.health'>): Promise<CamerasHealth> {
    return this.health.list(door);
  }

  @Post(':id/looks')
  @Opens('camera.look')
  @HttpCode(200)
  @Header('cache-control', 'no-store, private')
  @Answers(
    200,
    cameraLook,
    "Opens a camera's newest frame with what was read in it, to see whether it works. On record.",
    {
      problems: {
        404: ['not_found'],
        429: ['looks_member'],
        503: ['blob_missing', 'blob_damaged', 'key_destroyed', 'key_missing', 'key_wrong', 'blob_store_unavailable'],
      },
    },
  )
  look(
    @OpenDoor() door: Door<'camera.look'>,
    @TakesPath(cameraPath) path: CameraPath,
    @TakesBody(newLook) body: NewLook,
  ): Promise<CameraLook> {
    return this.health.look(door, path.id, body);
  }
}
