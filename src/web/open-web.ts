// Builds the web server around the rooms it is given, checks its doors and opens it. It refuses to open a house in which a
// route declares nothing, or an action is opened by nobody.
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import { DiscoveryService, MetadataScanner, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Action } from '../access/actions.js';
import { tilesOrigin, type Config } from '../config/config.js';
import { ApiDocument } from './api-document.js';
import { bootFaults, type OtherOpener } from './boot-checks.js';
import { isNear } from './near.js';
import { observeRequests } from './observed.js';
import { openApiOf } from './openapi.js';
import { sendProblem } from './problem.filter.js';
import { routesOf, type Route } from './routes.js';

/** Largest JSON body, in bytes. */
const jsonBytesMax = 256 * 1024;
/** Longest that a request may take to arrive, in milliseconds. */
const arrivalMsMax = 60_000;
/** How often connections are looked through while the process closes, in milliseconds. */
const idleCheckMs = 100;

export interface WebParts {
  /** The rooms, as one module. */
  readonly rooms: DynamicModule;
  /** What rooms add to the server itself, before any route. */
  readonly prepare: readonly ((server: FastifyInstance) => void)[];
  readonly otherOpeners: readonly OtherOpener[];
  /** Actions whose room is not built yet. */
  readonly awaited: readonly Action[];
}

export interface OpenWeb {
  /** http://host:port */
  readonly address: string;
  readonly routes: readonly Route[];
  /** Stops taking requests, finishes those that are here, and closes. */
  close(): Promise<void>;
}

/** What pages may load: from here alone, and pictures of the city's map from exactly its origin where one is set. */
const contentPolicyOf = (tiles: string | undefined) => ({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', ...(tiles === undefined ? [] : [tilesOrigin(tiles)!])],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
    frameAncestors: ["'none'"],
  },
});

/** Puts Fastify together: ids, headers, bodies, and problems also for what never reaches a route. */
const makeServer = async (config: Config, parts: WebParts, served: string[]): Promise<FastifyAdapter> => {
  const adapter = new FastifyAdapter({
    genReqId: () => randomUUID(),
    bodyLimit: jsonBytesMax,
    requestTimeout: arrivalMsMax,
    forceCloseConnections: 'idle',
    // Who is already connected is answered until the end, in the form of every answer.
    return503OnClosing: false,
    // Behind a proxy of the same private network the caller's address is the last one that this proxy tells. Those before it are
    // what the caller says himself, and he may sit in the same network.
    trustProxy: config.PUBLIC_URL ? (address, hop) => hop === 0 && isNear(address) : false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => sendProblem(error, request, reply),
  });
  const server = adapter.getInstance() as unknown as FastifyInstance;
  server.addHook('onRoute', (route) => {
    for (const method of [route.method].flat()) if (method !== 'HEAD') served.push(`${method} ${route.url}`);
  });
  observeRequests(server);
  server.addHook('onRequest', (_request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    done();
  });
  // JSON is what rooms take, unless one prepares the server for something else.
  server.removeContentTypeParser('text/plain');
  await server.register(helmet, {
    contentSecurityPolicy: contentPolicyOf(config.MAP_TILES_URL),
    strictTransportSecurity: config.SECURE_COOKIES,
    referrerPolicy: { policy: 'no-referrer' },
  });
  await server.register(cookie);
  for (const each of parts.prepare) each(server);
  return adapter;
};

/** Connections on which nothing was asked yet. Browsers open them ahead, and Node does not count them among the idle ones. */
const unaskedOf = (server: Server): ReadonlySet<Socket> => {
  const unasked = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unasked.add(socket);
    socket.once('close', () => unasked.delete(socket));
  });
  server.on('request', ({ socket }: IncomingMessage) => unasked.delete(socket));
  return unasked;
};

/** Ends what is idle now and, again and again, what became idle since: an answered connection is kept alive by its client. */
const closeInOrder = async (app: NestFastifyApplication, unasked: ReadonlySet<Socket>): Promise<void> => {
  const server = app.getHttpServer() as Server;
  const timer = setInterval(() => {
    server.closeIdleConnections();
    for (const socket of unasked) socket.destroy();
  }, idleCheckMs);
  await app.close().finally(() => clearInterval(timer));
};

/**
 * Opens the web process.
 * @throws Error with the list of everything that is wrong with the doors
 */
export const openWeb = async (config: Config, parts: WebParts): Promise<OpenWeb> => {
  const served: string[] = [];
  const adapter = await makeServer(config, parts, served);
  const app = await NestFactory.create<NestFastifyApplication>(parts.rooms, adapter, {
    bodyParser: false,
    logger: false,
    abortOnError: false,
  });
  try {
    await app.init();
    const routes = routesOf(app.get(DiscoveryService, { strict: false }), app.get(MetadataScanner, { strict: false }));
    const faults = bootFaults(routes, served, parts.otherOpeners, parts.awaited);
    if (faults.length > 0)
      throw new Error(
        `The house does not open, ${faults.length} fault(s) in its doors:\n${faults.map((each) => `- ${each}`).join('\n')}`,
      );
    app.get(ApiDocument, { strict: false }).text = JSON.stringify(openApiOf(routes));
    const unasked = unaskedOf(app.getHttpServer() as Server);
    await app.listen(config.PORT, config.HOST);
    const { port } = app.getHttpServer().address() as AddressInfo;
    const host = config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST;
    return { address: `http://${host}:${port}`, routes, close: () => closeInOrder(app, unasked) };
  } catch (error) {
    await app.close().catch(() => undefined);
    throw error;
  }
};
