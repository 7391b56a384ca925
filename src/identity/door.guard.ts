// The guard of every route: from a cookie or a camera's signature to an actor, and from the actor to the door of the one action
// that the route opens. Whether the actor may is not asked here; the vault decides that with the row at hand.
import { Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { ruleOf } from '../access/actions.js';
import type { Config } from '../config/config.js';
import { unauthenticated } from '../core/errors.js';
import type { LiveSession } from '../vault/front-door.js';
import { Vault } from '../vault/vault.js';
import { CONFIG } from '../web/ground.js';
import { CameraAuth } from './camera-auth.js';
import { declaredOn, giveDoor } from './opens.js';
import { checkCsrf, checkOrigin, sessionTokenOf } from './session-cookie.js';

/** A session ends after so many seconds without a request. */
export const idleSecondsMax = 3_600;

@Injectable()
export class Sessions {
  private readonly found = new WeakMap<FastifyRequest, Promise<LiveSession>>();

  constructor(
    private readonly vault: Vault,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /**
   * The live session of a request, which must also come from our own pages when it changes something.
   * @throws PlatewardError 401 `session_missing`; 403 `origin`, `csrf`
   */
  of(request: FastifyRequest): Promise<LiveSession> {
    const found = this.found.get(request) ?? this.find(request);
    this.found.set(request, found);
    return found;
  }

  private async find(request: FastifyRequest): Promise<LiveSession> {
    checkOrigin(request, this.config);
    const token = sessionTokenOf(request, this.config);
    const session = token && (await this.vault.front.findSession(token, idleSecondsMax));
    if (!session)
      throw unauthenticated('session_missing', 'You are not signed in, or your session has ended; sign in again.');
    checkCsrf(request, session.csrfToken);
    return session;
  }
}

@Injectable()
export class DoorGuard implements CanActivate {
  constructor(
    private readonly vault: Vault,
    private readonly sessions: Sessions,
    private readonly cameras: CameraAuth,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { opens, publicWhy } = declaredOn(context.getHandler());
    if (opens) {
      const actor = ruleOf(opens).camera
        ? await this.cameras.actorOf(request)
        : { ...(await this.sessions.of(request)).actor, network: request.ip };
      giveDoor(request, this.vault, actor, opens);
      return true;
    }
    // The boot checks keep such a route from being served; should one be, it stays shut.
    if (publicWhy === undefined) return false;
    checkOrigin(request, this.config);
    return true;
  }
}
