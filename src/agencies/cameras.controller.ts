// Routes of the agency's cameras and their credentials.
import { Controller, Delete, Get, Post, Put } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  cameraActed,
  cameraAdded,
  cameraList,
  cameraPath,
  cameraPlace,
  credentialAdded,
  credentialPath,
  newCamera,
  newCredential,
  type CameraActed,
  type CameraAdded,
  type CameraList,
  type CameraPath,
  type CameraPlace,
  type CredentialAdded,
  type CredentialPath,
  type NewCamera,
  type NewCredential,
} from './cameras.schema.js';
import { CamerasService } from './cameras.service.js';

@Controller('/api/v1/cameras')
export class CamerasController {
  constructor(private readonly cameras: CamerasService) {}

  @Get()
  @Opens('camera.list')
  @Answers(200, cameraList, "The agency's cameras with their credentials, without secrets.")
  list(@OpenDoor() door: Door<'camera.list'>): Promise<CameraList> {
    return this.cameras.list(door);
  }

  @Post()
  @Opens('camera.add')
  @Answers(201, cameraAdded, 'Adds a camera. It can send frames once it has a credential.', {
    problems: { 409: ['camera_name_taken'] },
  })
  add(@OpenDoor() door: Door<'camera.add'>, @TakesBody(newCamera) body: NewCamera): Promise<CameraAdded> {
    return this.cameras.add(door, body);
  }

  @Put(':id/place')
  @Opens('camera.move')
  @Answers(
    200,
    cameraActed,
    'Says where a camera stands from now on; grants for an area reach it there, and open nothing more of what it captured before.',
    {
      problems: { 404: ['not_found'] },
    },
  )
  move(
    @OpenDoor() door: Door<'camera.move'>,
    @TakesPath(cameraPath) path: CameraPath,
    @TakesBody(cameraPlace) body: CameraPlace,
  ): Promise<CameraActed> {
    return this.cameras.move(door, path.id, body);
  }

  @Post(':id/credentials')
  @Opens('camera.credential')
  @Answers(201, credentialAdded, 'Gives a camera one more credential. An HMAC secret is shown this once.', {
    problems: { 400: ['public_key'], 404: ['not_found'], 409: ['camera_revoked'], 503: ['key_missing'] },
  })
  addCredential(
    @OpenDoor() door: Door<'camera.credential'>,
    @TakesPath(cameraPath) path: CameraPath,
    @TakesBody(newCredential) body: NewCredential,
  ): Promise<CredentialAdded> {
    return this.cameras.addCredential(door, path.id, body);
  }

  @Delete(':id/credentials/:credentialId')
  @Opens('camera.credential')
  @Answers(200, cameraActed, 'Revokes a credential at once.', { problems: { 404: ['not_found'] } })
  revokeCredential(
    @OpenDoor() door: Door<'camera.credential'>,
    @TakesPath(credentialPath) path: CredentialPath,
  ): Promise<CameraActed> {
    return this.cameras.revokeCredential(door, path.id, path.credentialId);
  }

  @Post(':id/revocation')
  @Opens('camera.revoke')
  @Answers(200, cameraActed, 'Ends a camera and all its credentials, for good.', { problems: { 404: ['not_found'] } })
  revoke(@OpenDoor() door: Door<'camera.revoke'>, @TakesPath(cameraPath) path: CameraPath): Promise<CameraActed> {
    return this.cameras.revoke(door, path.id);
  }
}
