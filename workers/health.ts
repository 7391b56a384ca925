// What a worker tells about itself over HTTP: its figures and whether it is well. It answers nothing else and takes nothing.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { metricsMediaType, renderMetrics } from '../src/telemetry/metrics.js';

export interface Health {
  readonly port: number;
  close(): Promise<void>;
}

/** @param isWell answers undefined when all is well, else a sentence */
export const serveHealth = async (host: string, port: number, isWell: () => string | undefined): Promise<Health> => {
  const server: Server = createServer((request, response) => {
    const answer = (status: number, type: string, body: string) =>
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    if (request.method !== 'GET') return answer(405, 'text/plain', 'GET only\n');
    if (request.url === '/healthz') {
      const trouble = isWell();
      return answer(
        trouble ? 503 : 200,
        'application/json',
        `${JSON.stringify(trouble ? { status: 'ill', because: trouble } : { status: 'well' })}\n`,
      );
    }
    if (request.url !== '/metrics') return answer(404, 'text/plain', 'There is /metrics and /healthz.\n');
    return void renderMetrics().then(
      (text) => answer(200, metricsMediaType, text),
      () => answer(500, 'text/plain', 'The figures could not be collected.\n'),
    );
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
