// One trace from the HTTP request through the job to the database, as a collector receives it, and nothing in it that anybody
// typed. The collector is a real one as far as the exporter can tell: it speaks OTLP over HTTP.
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { MachineActor } from '../../src/access/actor.js';
import { startTelemetry, type Telemetry } from '../../src/telemetry/start.js';
import { resumedSpan } from '../../src/telemetry/tracing.js';
import { newRead } from '../support/agencies.js';
import { postFrame, smallJpeg } from '../support/cameras.js';
import { openHouse, type TestHouse } from '../support/web.js';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
  readonly status: { readonly code?: number };
}
interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
}

const spans: Span[] = [];
let text = '';
let collector: Server;
let telemetry: Telemetry;
let house: TestHouse;

beforeAll(async () => {
  collector = createServer((incoming, response) => {
    let body = '';
    incoming.on('data', (chunk: Buffer) => (body += chunk.toString()));
    incoming.on('end', () => {
      text += body;
      for (const { scopeSpans } of (JSON.parse(body) as Export).resourceSpans)
        spans.push(...scopeSpans.flatMap((scope) => scope.spans));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  telemetry = await startTelemetry({ LOG_LEVEL: 'silent', OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }, 'plateward-test');
  house = await openHouse();
});
afterAll(async () => {
  await house?.close();
  collector?.close();
});

it('goes from the request through the job to the database', async () => {
  const [camera] = house.springfield.cameras;
  const deposit = await postFrame(
    house.address,
    { credentialId: camera.credentialId, key: camera.privateKey },
    await smallJpeg(7),
  );
  expect(deposit.status).toBe(202);
  // As a worker does, in a process of its own: the trace is taken up from the job's row.
  const machine: MachineActor = { kind: 'machine', agencyId: house.springfield.agencyId, machine: 'recognize' };
  const { value: job } = await house.vault.door(machine, 'frame.claim').open({}, (s) => s.jobs.claim(60_000));
  expect(job?.traceParent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  await resumedSpan('frame.recognize', {}, job?.traceParent, () =>
    house.vault
      .door(machine, 'frame.recognize')
      .open({}, (s) => (job ? s.reads.store(job, [newRead('7ABC123', 0)]) : Promise.resolve(undefined))),
  );
  const browser = house.signedIn(house.springfield.members.administrator);
  await browser.post('/api/v1/members', { login: 'jane.roe', name: 'Jane Roe', role: 'officer', password: 'short' });
  expect((await browser.get('/api/v1/members/7ABC123')).status).toBe(404);
  // A body that arrives late is parsed outside the context in which its request began.
  const { cookie, csrfToken } = browser;
  const slow = request(`${house.address}/api/v1/cameras`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie, 'x-csrf-token': csrfToken },
  });
  slow.write('{"name":');
  await new Promise((resolve) => setTimeout(resolve, 100));
  slow.end('"Late"}');
  const [answer] = (await once(slow, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(201);
  await telemetry.stop();

  const post = spans.find(({ name }) => name === 'POST /api/v1/frames');
  expect(post?.traceId).toBe(job?.traceParent?.split('-')[1]);
  const children = (parent: Span | undefined): Span[] =>
    spans.filter(({ parentSpanId }) => parent !== undefined && parentSpanId === parent.spanId);
  expect(children(post).map(({ name }) => name)).toEqual(
    expect.arrayContaining(['vault.transaction', 'frame.recognize']),
  );
  const recognised = children(post).find(({ name }) => name === 'frame.recognize');
  expect(recognised?.traceId).toBe(post?.traceId);
  expect(children(recognised).map(({ name }) => name)).toContain('vault.transaction');

  const late = spans.find(({ name }) => name === 'POST /api/v1/cameras');
  expect(children(late).map(({ name }) => name)).toContain('vault.transaction');
  const refused = spans.find(({ name }) => name === 'POST /api/v1/members');
  expect(refused?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 400 } });
  expect(text).not.toMatch(/7ABC123|jane|Jane/);
});
