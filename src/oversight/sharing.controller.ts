// Routes of the stop of all sharing, and of its end.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import {
  resumption,
  sharing,
  sharingResumed,
  type Resumption,
  type Sharing,
  type SharingResumed,
} from './sharing.schema.js';
import { SharingService } from './sharing.service.js';

@Controller('/api/v1/sharing')
export class SharingController {
  constructor(private readonly sharing: SharingService) {}

  @Get()
  @Opens('sharing.get')
  @Answers(200, sharing, 'What the newest run of the canaries found, and whether all sharing of the agency is stopped.')
  get(@OpenDoor() door: Door<'sharing.get'>): Promise<Sharing> {
    return this.sharing.get(door);
  }

  @Post('resumption')
  @Opens('sharing.resume')
  @Answers(
    201,
    sharingResumed,
    'Lets grants open again what they give, after a run of the canaries that nothing crossed.',
    {
      problems: { 403: ['wall_crossed'], 409: ['sharing_not_stopped'] },
    },
  )
  resume(@OpenDoor() door: Door<'sharing.resume'>, @TakesBody(resumption) body: Resumption): Promise<SharingResumed> {
    return this.sharing.resume(door, body);
  }
}
