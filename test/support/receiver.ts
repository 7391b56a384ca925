// A webhook's receiver, real and over TLS: keeps what came, and answers as it is told.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { testCertificate, testKey } from './certificate.js';

export interface Heard {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Answering = (heard: Heard, response: http.ServerResponse) => void;

export class Receiver {
  readonly heard: Heard[] = [];
  /** What it says to whoever calls. */
  answer: Answering = (_heard, response) => response.writeHead(204).end();

  private constructor(
    private readonly server: http.Server,
    private readonly scheme: 'http' | 'https',
  ) {}

  /** Listens on a free port of 127.0.0.1. */
  static async open(scheme: 'http' | 'https' = 'https'): Promise<Receiver> {
    const server =
      scheme === 'https' ? https.createServer({ cert: testCertificate, key: testKey }) : http.createServer();
    const receiver = new Receiver(server, scheme);
    server.on('request', (request: http.IncomingMessage, response: http.ServerResponse) => {
      let body = '';
      request.on('data', (bytes: Buffer) => (body += bytes.toString()));
      request.on('end', () => {
        const headers = Object.fromEntries(Object.entries(request.headers).map(([name, text]) => [name, String(text)]));
        const heard = { path: request.url ?? '', headers, body };
        receiver.heard.push(heard);
        receiver.answer(heard, response);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  url(path = '/hook', host = 'localhost'): string {
    return `${this.scheme}://${host}:${this.port}${path}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
