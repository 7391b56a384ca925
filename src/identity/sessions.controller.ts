// The routes by which people come in and go out.
import { Controller, Delete, Get, Inject, Post, Put, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../config/config.js';
import type { Door } from '../vault/vault.js';
import { CONFIG } from '../web/ground.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import { Sessions } from './door.guard.js';
import { OpenDoor, Opens, Public } from './opens.js';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';
import {
  bootstrap,
  bootstrapped,
  bootstrapPath,
  passwordChange,
  passwordChanged,
  signIn,
  whoAmI,
  type Bootstrap,
  type PasswordChange,
  type PasswordChanged,
  type SignIn,
  type WhoAmI,
} from './sessions.schema.js';
import { SessionsService } from './sessions.service.js';

@Controller('/api/v1/sessions')
export class SessionsController {
  constructor(
    private readonly service: SessionsService,
    private readonly sessions: Sessions,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  @Post()
  @Public('signing in is how somebody becomes known')
  @Answers(201, whoAmI, 'Signs a member in: sets the session cookie and tells the CSRF token.', {
    problems: { 401: ['sign_in_failed'], 429: ['sign_in_rate'], 503: ['sign_in_busy'] },
  })
  async begin(
    @TakesBody(signIn) body: SignIn,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<WhoAmI> {
    const { token, who } = await this.service.signIn(body, request.ip);
    setSessionCookie(reply, this.config, token, who.expiresAt);
    return who;
  }

  @Get('current')
  @Opens('session.get')
  @Answers(200, whoAmI, 'Who is signed in, his role and what it may.')
  async current(@OpenDoor() door: Door<'session.get'>, @Req() request: FastifyRequest): Promise<WhoAmI> {
    return this.service.whoAmI(door, await this.sessions.of(request));
  }

  @Delete('current')
  @Public('it ends the session that it is sent with, and asks for that session and its CSRF token itself')
  @Answers(204, undefined, 'Signs out.', { problems: { 401: ['session_missing'], 403: ['csrf', 'origin'] } })
  async end(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    await this.service.signOut(await this.sessions.of(request));
    clearSessionCookie(reply, this.config);
  }
}

@Controller('/api/v1/members/me')
export class OwnPasswordController {
  constructor(private readonly service: SessionsService) {}

  @Put('password')
  @Opens('member.password')
  @Answers(200, passwordChanged, "Changes the member's own password, by the old one; his other sessions end.", {
    problems: {
      400: ['password_weak', 'password_same'],
      403: ['password_wrong'],
      429: ['sign_in_rate'],
      503: ['sign_in_busy'],
    },
  })
  change(
    @OpenDoor() door: Door<'member.password'>,
    @TakesBody(passwordChange) body: PasswordChange,
    @Req() request: FastifyRequest,
  ): Promise<PasswordChanged> {
    return this.service.changePassword(door, body, request.ip);
  }
}

@Controller('/api/v1/agencies')
export class BootstrapController {
  constructor(private readonly service: SessionsService) {}

  @Post(':slug/bootstrap')
  @Public('the one-time token, printed when the agency was enrolled, is what lets its first administrator in')
  @Answers(201, bootstrapped, "Makes an agency's first administrator, by the agency's one-time token.", {
    problems: {
      400: ['bootstrap_token', 'password_weak'],
      409: ['login_taken'],
      429: ['sign_in_rate'],
      503: ['sign_in_busy'],
    },
  })
  bootstrap(
    @TakesPath(bootstrapPath) path: { slug: string },
    @TakesBody(bootstrap) body: Bootstrap,
    @Req() request: FastifyRequest,
  ) {
    return this.service.bootstrap(path.slug, body, request.ip);
  }
}
