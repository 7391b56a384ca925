// Routes of grants. Each step is a thing that is made: an approval, a declination, a revocation.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  grantList,
  grantPath,
  grantRequested,
  grantStepped,
  grantUse,
  newApproval,
  newGrant,
  type GrantList,
  type GrantPath,
  type GrantRequested,
  type GrantStepped,
  type GrantUse,
  type NewApproval,
  type NewGrant,
} from './grants.schema.js';
import { GrantsService } from './grants.service.js';

const stepProblems = { 403: ['not_owner'], 404: ['not_found'], 409: ['grant_state'] } as const;

@Controller('/api/v1/grants')
export class GrantsController {
  constructor(private readonly grants: GrantsService) {}

  @Get()
  @Opens('grant.list')
  @Answers(200, grantList, 'Grants given and received, with their uses.')
  list(@OpenDoor() door: Door<'grant.list'>): Promise<GrantList> {
    return this.grants.list(door);
  }

  @Post()
  @Opens('grant.request')
  @Answers(201, grantRequested, 'Asks another agency for a grant. It opens nothing until the owner approves.', {
    problems: {
      400: ['grant_window', 'grant_cameras', 'grant_plates', 'grant_amends'],
      403: ['grant_self'],
      404: ['not_found'],
      409: ['grant_requests_open'],
      429: ['refused_too_often'],
    },
  })
  request(@OpenDoor() door: Door<'grant.request'>, @TakesBody(newGrant) body: NewGrant): Promise<GrantRequested> {
    return this.grants.request(door, body);
  }

  @Get(':id/use')
  @Opens('grant.list')
  @Answers(200, grantUse, 'What a grant, given or received, was used for: counts alone.', {
    problems: { 404: ['not_found'] },
  })
  use(@OpenDoor() door: Door<'grant.list'>, @TakesPath(grantPath) path: GrantPath): Promise<GrantUse> {
    return this.grants.use(door, path.id);
  }

  @Post(':id/approvals')
  @Opens('grant.approve')
  @Answers(
    201,
    grantStepped,
    "Signs a request for the own agency's reads, or a suspended grant anew. With the last signature that is needed, the grant is approved.",
    {
      problems: {
        ...stepProblems,
        400: ['key_unknown', 'signature_wrong'],
        409: ['grant_state', 'grant_over', 'grant_approved_by_you'],
      },
    },
  )
  approve(
    @OpenDoor() door: Door<'grant.approve'>,
    @TakesPath(grantPath) path: GrantPath,
    @TakesBody(newApproval) body: NewApproval,
  ): Promise<GrantStepped> {
    return this.grants.approve(door, path.id, body);
  }

  @Post(':id/declination')
  @Opens('grant.decline')
  @Answers(201, grantStepped, "Declines a request for the own agency's reads.", { problems: stepProblems })
  decline(@OpenDoor() door: Door<'grant.decline'>, @TakesPath(grantPath) path: GrantPath): Promise<GrantStepped> {
    return this.grants.decline(door, path.id);
  }

  @Post(':id/suspension')
  @Opens('grant.suspend')
  @Answers(
    201,
    grantStepped,
    'Pauses a grant at once, also for a search that is running. Approving it again opens it.',
    {
      problems: stepProblems,
    },
  )
  suspend(@OpenDoor() door: Door<'grant.suspend'>, @TakesPath(grantPath) path: GrantPath): Promise<GrantStepped> {
    return this.grants.suspend(door, path.id);
  }

  @Post(':id/revocation')
  @Opens('grant.revoke')
  @Answers(201, grantStepped, 'Ends a grant at once, also for a search that is running.', { problems: stepProblems })
  revoke(@OpenDoor() door: Door<'grant.revoke'>, @TakesPath(grantPath) path: GrantPath): Promise<GrantStepped> {
    return this.grants.revoke(door, path.id);
  }
}
