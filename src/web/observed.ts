// Every request is given an id, timed, counted and, where traces are collected, put into a span that the work below it joins.
// The route's pattern is what is kept, never the address: an address may hold what somebody looked for.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { metrics } from '../telemetry/metrics.js';
import { beginServerSpan, tracingIsOn, type OpenSpan } from '../telemetry/tracing.js';

const open = new WeakMap<FastifyRequest, OpenSpan>();

/** Pattern of the route, such as /api/v1/members/:id; one word for every address that is none. */
const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? 'none';

/** Adds the hooks that observe requests. */
export const observeRequests = (instance: FastifyInstance): void => {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    if (!tracingIsOn()) return done();
    const span = beginServerSpan(
      `${request.method} ${routeOf(request)}`,
      { 'http.request.method': request.method, 'http.route': routeOf(request), 'plateward.request_id': request.id },
      request.headers,
    );
    if (!span) return done();
    open.set(request, span);
    span.within(done);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply;
    metrics.requests.record(reply.elapsedTime / 1000, { method: request.method, route: routeOf(request), status });
    open.get(request)?.end({ 'http.response.status_code': status }, status >= 500);
    done();
  });
};
