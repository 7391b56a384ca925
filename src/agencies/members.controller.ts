// Routes of the agency's members.
import { Controller, Get, Patch, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  memberAdded,
  memberChange,
  memberChanged,
  memberList,
  memberPath,
  newMember,
  type MemberAdded,
  type MemberChange,
  type MemberChanged,
  type MemberList,
  type MemberPath,
  type NewMember,
} from './members.schema.js';
import { MembersService } from './members.service.js';

@Controller('/api/v1/members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  @Opens('member.list')
  @Answers(200, memberList, "The agency's members, by login.")
  list(@OpenDoor() door: Door<'member.list'>): Promise<MemberList> {
    return this.members.list(door);
  }

  @Post()
  @Opens('member.add')
  @Answers(201, memberAdded, 'Adds a member with a first password.', {
    problems: { 400: ['password_weak'], 409: ['login_taken'], 503: ['sign_in_busy'] },
  })
  add(@OpenDoor() door: Door<'member.add'>, @TakesBody(newMember) body: NewMember): Promise<MemberAdded> {
    return this.members.add(door, body);
  }

  @Patch(':id')
  @Opens('member.change')
  @Answers(
    200,
    memberChanged,
    "Changes a member's name, role, standing or password; ends his sessions when his membership or password ends.",
    {
      problems: {
        400: ['password_weak'],
        403: ['own_standing'],
        404: ['not_found'],
        409: ['last_administrator'],
        503: ['sign_in_busy'],
      },
    },
  )
  change(
    @OpenDoor() door: Door<'member.change'>,
    @TakesPath(memberPath) path: MemberPath,
    @TakesBody(memberChange) body: MemberChange,
  ): Promise<MemberChanged> {
    return this.members.change(door, path.id, body);
  }
}
