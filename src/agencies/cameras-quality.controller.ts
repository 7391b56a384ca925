// Routes of how well cameras do.
import { Controller, Get } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesPath, TakesQuery } from '../web/takes.js';
import {
  cameraQuality,
  camerasQuality,
  camerasQualityQuery,
  qualityQuery,
  type CameraQuality,
  type CamerasQuality,
  type CamerasQualityQuery,
  type QualityQuery,
} from './cameras-quality.schema.js';
import { CamerasQualityService } from './cameras-quality.service.js';
import { cameraPath, type CameraPath } from './cameras.schema.js';

@Controller('/api/v1/cameras')
export class CamerasQualityController {
  constructor(private readonly quality: CamerasQualityService) {}

  @Get('quality')
  @Opens('camera.quality')
  @Answers(200, camerasQuality, "How well each of the agency's cameras did over a time: capture, reads, confidence.", {
    problems: { 400: ['window_order', 'window_too_long'] },
  })
  list(
    @OpenDoor() door: Door<'camera.quality'>,
    @TakesQuery(camerasQualityQuery) query: CamerasQualityQuery,
  ): Promise<CamerasQuality> {
    return this.quality.list(door, query);
  }

  @Get(':id/quality')
  @Opens('camera.quality')
  @Answers(200, cameraQuality, 'How well a camera did, by the hour (UTC): capture, reads, confidence.', {
    problems: { 400: ['window_order', 'window_too_long'], 404: ['not_found'] },
  })
  get(
    @OpenDoor() door: Door<'camera.quality'>,
    @TakesPath(cameraPath) path: CameraPath,
    @TakesQuery(qualityQuery) query: QualityQuery,
  ): Promise<CameraQuality> {
    return this.quality.get(door, path.id, query);
  }
}
