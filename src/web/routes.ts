// The list of all routes with what each declares about itself, read from Nest's own container, so that none can be missing.
// The boot checks, the API document and the generated page of doors are made from it.
import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import type { Action } from '../access/actions.js';
import { declaredOn } from '../identity/opens.js';
import { answersOf, takenBy, type AnswerNotes, type Takes } from './takes.js';

export interface Route {
  readonly method: string;
  /** With parameters as :name. */
  readonly path: string;
  /** Class and method, for people. */
  readonly handler: string;
  readonly opens?: Action | undefined;
  readonly publicWhy?: string | undefined;
  readonly takes: Takes;
  readonly answers?: AnswerNotes | undefined;
}

const pathsOf = (target: object): string[] => {
  const path: unknown = Reflect.getMetadata(PATH_METADATA, target);
  return (Array.isArray(path) ? path.map(String) : [typeof path === 'string' ? path : '']).map((each) =>
    each.replace(/^\/+|\/+$/g, ''),
  );
};

/** All routes of the application, by path and method. */
export const routesOf = (discovery: DiscoveryService, scanner: MetadataScanner): Route[] => {
  const routes = discovery.getControllers().flatMap(({ metatype }) => {
    if (typeof metatype !== 'function') return [];
    const prototype = metatype.prototype as Record<string, unknown>;
    return scanner.getAllMethodNames(prototype).flatMap((name): Route[] => {
      const handler = prototype[name];
      if (typeof handler !== 'function' || !Reflect.hasMetadata(PATH_METADATA, handler)) return [];
      const method = RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod];
      return pathsOf(metatype).flatMap((base) =>
        pathsOf(handler).map((path) => ({
          method,
          path: `/${[base, path].filter((part) => part !== '').join('/')}`,
          handler: `${metatype.name}.${name}`,
          ...declaredOn(handler),
          takes: takenBy(handler),
          answers: answersOf(handler),
        })),
      );
    });
  });
  return routes.sort((a, b) => (a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path)));
};
