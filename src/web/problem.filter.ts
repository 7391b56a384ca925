// The one place where what was thrown becomes an HTTP answer. Unknown errors are written to the log by kind and place, under
// the request's id, and answered without a word of theirs.
import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { log } from '../telemetry/log.js';
import { operatorMessageOf } from '../vault/blobs/store-fault.js';
import { nothingHere } from './plain-page.js';
import { problemMediaType, problemOf, publicErrorOf } from './problem.js';

/** Whether a person opened an address at which there is nothing: he is shown a page, a program is told a problem. */
const lost = (code: string | undefined, { method, headers }: FastifyRequest): boolean =>
  code === 'no_such_route' && method === 'GET' && (headers.accept ?? '').includes('text/html');

/** Sends the problem for whatever was thrown, unless the answer is already on its way. */
export const sendProblem = (thrown: unknown, request: FastifyRequest, reply: FastifyReply): void => {
  const error = publicErrorOf(thrown);
  const document = problemOf(error, request.id);
  if (!error)
    log.error(
      { requestId: request.id, method: request.method, route: request.routeOptions.url, err: thrown },
      'a request failed',
    );
  else if (error.kind === 'unavailable')
    log.warn(
      { requestId: request.id, route: request.routeOptions.url, code: error.code, remedy: operatorMessageOf(error) },
      'a request found something away',
    );
  if (reply.sent) return;
  if (lost(error?.code, request))
    return void reply
      .code(document.status)
      .header('content-type', 'text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('x-request-id', request.id)
      .serializer((body: unknown) => String(body))
      .send(nothingHere);
  if (error?.retryAfterSeconds !== undefined)
    void reply.header('retry-after', String(Math.ceil(error.retryAfterSeconds)));
  void reply
    .code(document.status)
    .header('content-type', problemMediaType)
    .header('cache-control', 'no-store')
    .header('x-request-id', request.id)
    .serializer((body: unknown) => JSON.stringify(body))
    .send(document);
};

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    sendProblem(thrown, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }
}
