// Lets bodies that are pictures reach their one route as raw bytes. The media type that a camera announces is not believed, only
// needed; what a body is, is read from its bytes. Every other route refuses such a body before it is read. Who sends is only known
// when the whole body is there, so what all of them may hold in memory together is bounded: an outsider cannot fill it.
import type { FastifyInstance } from 'fastify';
import { unavailable, unsupported } from '../core/errors.js';

/** The route that takes pictures. */
export const framesRoute = '/api/v1/frames';

const pictureTypes = /^(image\/|application\/octet-stream)/i;

/** Bodies of the largest size that may be in memory at once, and the least room that there is for them, in bytes. */
const bodiesMax = 8;
const roomMin = 32 * 1024 * 1024;

/** Answers a body that finds no room; what still comes of it is thrown away unread. */
const boundBodies = (server: FastifyInstance, roomMax: number): void => {
  let taken = 0;
  server.addHook('preParsing', (request, reply, payload, done) => {
    if (request.routeOptions.url === framesRoute) {
      let own = 0;
      let over = false;
      const release = () => {
        over = true;
        taken -= own;
        own = 0;
      };
      reply.raw.once('close', release);
      payload.on('data', (chunk: Buffer) => {
        if (over) return;
        own += chunk.length;
        taken += chunk.length;
        if (taken <= roomMax) return;
        release();
        // Fastify listens from here on, and lets go of what it has.
        payload.emit(
          'error',
          unavailable('bodies_full', 'Too many pictures arrive at once; send it again shortly.', 2),
        );
      });
    }
    done(null, payload);
  });
};

/** @param bytesMax a larger body is answered with 413, unread when its length was announced */
export const takePictureBodies = (server: FastifyInstance, bytesMax: number): void => {
  boundBodies(server, Math.max(roomMin, bodiesMax * bytesMax));
  server.addHook('onRequest', (request, _reply, done) => {
    const stray = pictureTypes.test(request.headers['content-type'] ?? '') && request.routeOptions.url !== framesRoute;
    done(stray ? unsupported('media_type', 'The content type of the body is not taken here.') : undefined);
  });
  server.addContentTypeParser<Buffer>(
    pictureTypes,
    { parseAs: 'buffer', bodyLimit: bytesMax },
    (_request, body, done) => done(null, body),
  );
};
