// What a route declares about itself: the one action that it opens, or why it needs nobody. A route that says neither keeps
// the process from starting (web/boot-checks.ts). Nothing here decides; the guard asks who, the vault asks whether.
import 'reflect-metadata';
import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Action } from '../access/actions.js';
import type { Actor } from '../access/actor.js';
import type { Door, Vault } from '../vault/vault.js';

const opensKey = 'plateward:opens';
const publicKey = 'plateward:public';

/** Names the action that the route opens: the same string as in the rules, in the log and in the docs. */
export const Opens = (action: Action): MethodDecorator => SetMetadata(opensKey, action);

/** Says that a route needs nobody, and why that is right. */
export const Public = (why: string): MethodDecorator => SetMetadata(publicKey, why);

/** What a handler declared; both undefined for a route that may not exist. */
export const declaredOn = (handler: object): { readonly opens?: Action; readonly publicWhy?: string } => ({
  opens: Reflect.getMetadata(opensKey, handler) as Action | undefined,
  publicWhy: Reflect.getMetadata(publicKey, handler) as string | undefined,
});

const doors = new WeakMap<object, Door<Action>>();

/** Puts the door of the route's action on the request. For guards only: they alone know who asks. */
export const giveDoor = (request: FastifyRequest, vault: Vault, actor: Actor, action: Action): void => {
  doors.set(request, vault.door(actor, action));
};

/**
 * The door of the route's action, for the actor that the guard found.
 * @throws Error when no guard opened one, so that a route without a guard answers nothing
 */
export const OpenDoor = createParamDecorator((_: unknown, context: ExecutionContext): Door<Action> => {
  const door = doors.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!door) throw new Error(`no guard opened a door for ${context.getClass().name}.${context.getHandler().name}`);
  return door;
});
