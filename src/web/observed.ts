// Every request is given an id, timed, counted and, where traces are collected, put into a span that the work below it joins.
// The route's pattern is what is kept, never the address: an address may hold what somebody looked for.
import { AsyncResource } from 'node:async_hooks';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { metrics } from '../telemetry/metrics.js';
import { beginServerSpan, tracingIsOn, type OpenSpan } from '../telemetry/tracing.js';

interface Traced {
  readonly span: OpenSpan;
  readonly resource: AsyncResource;
}

const traced = new WeakMap<FastifyRequest, Traced>();

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
    span.within(() => {
      const resource = new AsyncResource('plateward-request');
      traced.set(request, { span, resource });
      done();
    });
  });
  // A body that is parsed resumes outside the context in which the request began.
  instance.addHook('preValidation', (request, _reply, done) => {
    const trace = traced.get(request);
    if (trace) trace.resource.runInAsyncScope(done);
    else done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const { statusCode: status } = reply;
    metrics.requests.record(reply.elapsedTime / 1000, { method: request.method, route: routeOf(request), status });
    traced.get(request)?.span.end({ 'http.response.status_code': status }, status >= 500);
    done();
  });
};
