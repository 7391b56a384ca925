// Routes of the keys with which an agency's log is signed.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  logKeyList,
  logKeyPath,
  logKeyProposal,
  logKeyProposed,
  logKeyRotated,
  type LogKeyListShown,
  type LogKeyPath,
  type LogKeyProposal,
  type LogKeyProposed,
  type LogKeyRotated,
} from './log-keys.schema.js';
import { LogKeysService } from './log-keys.service.js';

@Controller('/api/v1/log-keys')
export class LogKeysController {
  constructor(private readonly keys: LogKeysService) {}

  @Get()
  @Opens('logkey.list')
  @Answers(200, logKeyList, "The keys with which the agency's log was and is signed, from the newest.")
  list(@OpenDoor() door: Door<'logkey.list'>): Promise<LogKeyListShown> {
    return this.keys.list(door);
  }

  @Post('rotations')
  @Opens('logkey.propose')
  @Answers(201, logKeyProposed, 'Proposes to replace the key; takes the place of an earlier proposal.')
  propose(
    @OpenDoor() door: Door<'logkey.propose'>,
    @TakesBody(logKeyProposal) body: LogKeyProposal,
  ): Promise<LogKeyProposed> {
    return this.keys.propose(door, body);
  }

  @Post('rotations/:id/adoption')
  @Opens('logkey.rotate')
  @Answers(
    201,
    logKeyRotated,
    'Replaces the key, and destroys the one before; by another administrator than proposed it.',
    {
      problems: { 403: ['log_key_own_proposal', 'log_key_proposer_gone'], 409: ['log_key_state'] },
    },
  )
  rotate(@OpenDoor() door: Door<'logkey.rotate'>, @TakesPath(logKeyPath) path: LogKeyPath): Promise<LogKeyRotated> {
    return this.keys.rotate(door, path.id);
  }
}
