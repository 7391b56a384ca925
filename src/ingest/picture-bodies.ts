// Lets bodies that are pictures reach their one route as raw bytes. The media type that a camera announces is not believed, only
// needed; what a body is, is read from its bytes. Every other route refuses such a body before it is read.
import type { FastifyInstance } from 'fastify';
import { unsupported } from '../core/errors.js';

/** The route that takes pictures. */
export const framesRoute = '/api/v1/frames';

const pictureTypes = /^(image\/|application\/octet-stream)/i;

/** @param bytesMax a larger body is answered with 413, unread when its length was announced */
export const takePictureBodies = (server: FastifyInstance, bytesMax: number): void => {
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
