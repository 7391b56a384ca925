// Routes of what a camera is set to leave out.
import { Controller, Get, Patch } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import { settingsChange, settingsChanged, settingsShown, type SettingsChange } from './cameras-settings.schema.js';
import { CamerasSettingsService, type SettingsChanged, type SettingsShown } from './cameras-settings.service.js';
import { cameraPath, type CameraPath } from './cameras.schema.js';

@Controller('/api/v1/cameras')
export class CamerasSettingsController {
  constructor(private readonly settings: CamerasSettingsService) {}

  @Get(':id/settings')
  @Opens('camera.settings')
  @Answers(200, settingsShown, 'What a camera leaves out: zones, regions of interest, smallest size and confidence.', {
    problems: { 404: ['not_found'] },
  })
  get(@OpenDoor() door: Door<'camera.settings'>, @TakesPath(cameraPath) path: CameraPath): Promise<SettingsShown> {
    return this.settings.get(door, path.id);
  }

  @Patch(':id/settings')
  @Opens('camera.configure')
  @Answers(200, settingsChanged, 'Changes what is named, from the next frame on that is claimed; the rest stays.', {
    problems: { 404: ['not_found'] },
  })
  change(
    @OpenDoor() door: Door<'camera.configure'>,
    @TakesPath(cameraPath) path: CameraPath,
    @TakesBody(settingsChange) body: SettingsChange,
  ): Promise<SettingsChanged> {
    return this.settings.change(door, path.id, body);
  }
}
