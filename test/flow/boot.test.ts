// The house as it opens: its doors are checked, its document is complete, its probes and pages answer, and every error that it
// can be driven to is a problem document.
import { connect } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionNames } from '../../src/access/actions.js';
import { webParts } from '../../src/app.module.js';
import { Secret } from '../../src/config/secret.js';
import { workerOpeners } from '../../src/jobs/openers.js';
import { openVault } from '../../src/vault/open.js';
import { bootFaults } from '../../src/web/boot-checks.js';
import { openWeb } from '../../src/web/open-web.js';
import { Browser, openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house?.close());

interface OpenApi {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        responses: Record<string, { content?: Record<string, unknown> }>;
        requestBody?: unknown;
        operationId: string;
        parameters: { name: string; in: string; required: boolean }[];
        'x-plateward-opens'?: string;
      }
    >
  >;
  readonly components: { readonly schemas: Record<string, unknown> };
}

const served = (): string[] => house.web.routes.map(({ method, path }) => `${method} ${path}`);

describe('doors', () => {
  it('are all declared, and all actions are opened by something', () => {
    const missing = actionNames.filter(
      (action) =>
        !house.web.routes.some((route) => route.opens === action) &&
        !workerOpeners.some(({ opens }) => (opens as readonly string[]).includes(action)),
    );
    expect(bootFaults(house.web.routes, served(), workerOpeners, missing)).toEqual([]);
    expect(house.web.routes.length).toBeGreaterThan(20);
  });

  it('that say nothing, or name what is not in the rules, keep the house shut', () => {
    const [first] = house.web.routes;
    const bare = { method: 'GET', path: '/x', handler: 'X.x', takes: {}, answers: first?.answers };
    const faultsOf = (route: object): string =>
      bootFaults([...house.web.routes, { ...bare, ...route }], [...served(), 'GET /x'], workerOpeners).join('\n');
    expect(faultsOf({})).toMatch(/GET \/x .*says neither/);
    expect(faultsOf({ opens: 'read.everything' })).toMatch(/read\.everything, which is not in the rules/);
    expect(faultsOf({ publicWhy: 'why not' })).toMatch(/public without a reason/);
    expect(faultsOf({ opens: 'agency.list', publicWhy: 'it is public, really' })).toMatch(/says both/);
    expect(faultsOf({ opens: 'frame.claim' })).toMatch(/only a process may/);
    expect(bootFaults(house.web.routes, [...served(), 'GET /hidden'], workerOpeners).join('\n')).toMatch(
      /GET \/hidden is served by something that declares nothing/,
    );
    expect(bootFaults([], [], []).join('\n')).toMatch(/Nothing opens audit\.read/);
  });
});

describe('a house with a door that declares nothing', () => {
  @Controller('/api/v1/hidden')
  class HiddenController {
    @Get()
    all(): string {
      return 'everything';
    }
  }
  @Module({ controllers: [HiddenController] })
  class HiddenModule {}

  it('does not open, and says which', async () => {
    const parts = webParts(house.ground);
    const rooms = { ...parts.rooms, imports: [...(parts.rooms.imports ?? []), HiddenModule] };
    await expect(openWeb(house.config, { ...parts, rooms })).rejects.toThrow(
      /GET \/api\/v1\/hidden \(HiddenController\.all\) says neither/,
    );
    const prepare = [...parts.prepare, (server: FastifyInstance) => void server.get('/backstage', () => 'everything')];
    await expect(openWeb(house.config, { ...parts, prepare })).rejects.toThrow(
      /GET \/backstage is served by something that declares nothing/,
    );
    await expect(openWeb(house.config, { ...parts, otherOpeners: [] })).rejects.toThrow(/Nothing opens frame\.claim/);
  });
});

describe('the API document', () => {
  it('has every route, what it opens, and a problem for every error', async () => {
    const { status, body } = await house.browser().get<OpenApi>('/openapi.json');
    expect(status).toBe(200);
    for (const { method, path, opens, takes } of house.web.routes) {
      const operation =
        body.paths[path.replace(/:([A-Za-z]+)/g, '{$1}').replace('*', '{path}')]?.[method.toLowerCase()];
      expect(operation, `${method} ${path}`).toBeDefined();
      expect(operation?.['x-plateward-opens']).toBe(opens);
      if (takes.body) expect(operation?.requestBody, path).toBeDefined();
      for (const [code, response] of Object.entries(operation?.responses ?? {}))
        if (Number(code) >= 400)
          expect(Object.keys(response.content ?? {}), `${method} ${path} ${code}`).toEqual([
            'application/problem+json',
          ]);
    }
    const operations = Object.entries(body.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, ...operation })),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, parameters } of operations)
      expect(parameters.filter((each) => each.in === 'path' && each.required).map(({ name }) => `{${name}}`)).toEqual(
        path.match(/\{\w+\}/g) ?? [],
      );
    expect(body.components.schemas).toHaveProperty('Problem');
    expect(JSON.stringify(body)).not.toContain('#/$defs/');
    const named = [...JSON.stringify(body).matchAll(/#\/components\/schemas\/(\w+)/g)].map((each) => each[1] ?? '');
    for (const name of named) expect(body.components.schemas).toHaveProperty(name);
  });

  it('can be tried on a page of ours', async () => {
    const page = await house.browser().get<string>('/docs');
    expect(page.body).toContain('/docs/swagger-ui-bundle.js');
    expect(page.headers.get('content-security-policy')).toMatch(/script-src 'self';/);
    for (const file of [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)]) {
      const answer = await house.browser().get<string>(file[1] ?? '');
      expect(answer.status, file[1]).toBe(200);
      expect(answer.headers.get('content-type'), file[1]).toMatch(/javascript|css/);
    }
    expect((await house.browser().get('/docs/package.json')).status).toBe(404);
  });
});

describe('the process', () => {
  it('says what it is, that it lives, that it is ready, and its figures', async () => {
    const browser = house.browser();
    expect((await browser.get<string>('/')).body).toContain('Plateward');
    expect((await browser.get('/healthz')).body).toEqual({ status: 'alive' });
    expect((await browser.get('/readyz')).body).toEqual({ status: 'ready' });
    expect((await browser.get<string>('/metrics')).body).toContain('plateward_http_request_seconds_bucket');
    expect((await browser.get('/metrics', { 'x-forwarded-for': '203.0.113.9' })).status).toBe(404);
  });

  it('shows a person a page where there is nothing, and tells a program a problem', async () => {
    for (const place of ['/console/', '/nowhere', '/transparency/', '/api/v1/nowhere']) {
      const page = await house.browser().get<string>(place, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
      expect([page.status, page.headers.get('content-type')], place).toEqual([404, 'text/html; charset=utf-8']);
      expect(page.body).toContain('There is nothing at this address');
      for (const link of ['/', '/console', '/transparency'])
        expect([page.body.includes(`href="${link}"`), (await house.browser().get(link)).status]).toEqual([true, 200]);
      expect((await house.browser().get(place)).body, place).toMatchObject({ code: 'no_such_route' });
    }
    // What was refused stays what it is, whoever asks.
    const refused = await house.browser().get('/api/v1/agencies', { accept: 'text/html' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'application/problem+json']);
  });

  it('lists the agencies of people among the public pages, and no canary', async () => {
    const canary = { slug: 'a-canary', name: 'A Canary', legalClass: 'city', state: 'OH', synthetic: true } as const;
    await house.vault.front.enrolAgency(canary);
    const { body } = await house.browser().get<string>('/transparency');
    expect([body.includes(house.springfield.name), body.includes(canary.name)]).toEqual([true, false]);
  });

  it('sends strict headers and an id with every answer', async () => {
    const { headers } = await house.browser().get('/api/v1/agencies');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none';script-src 'self';/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('errors', () => {
  const json = { 'content-type': 'application/json' };
  const cases: readonly [
    string,
    () => Promise<{ status: number; headers: Headers; body: Record<string, unknown> }>,
    number,
    string,
  ][] = [
    ['nothing there', () => house.browser().get('/api/v1/nothing'), 404, 'no_such_route'],
    ['another method', () => house.browser().send('PUT', '/api/v1/sessions', {}), 404, 'no_such_route'],
    ['malformed JSON', () => house.browser().post('/api/v1/sessions', '{"agency":', json), 400, 'malformed_json'],
    ['an empty body', () => house.browser().post('/api/v1/sessions', '', json), 400, 'malformed_json'],
    [
      'poisoned JSON',
      () => house.browser().post('/api/v1/sessions', '{"__proto__":{"a":1}}', json),
      400,
      'malformed_json',
    ],
    [
      'an oversized body',
      () => house.browser().post('/api/v1/sessions', JSON.stringify({ agency: 'x'.repeat(300_000) }), json),
      413,
      'body_too_large',
    ],
    [
      'text',
      () => house.browser().post('/api/v1/sessions', 'agency=x', { 'content-type': 'text/plain' }),
      415,
      'media_type',
    ],
    [
      'a form',
      () => house.browser().post('/api/v1/sessions', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'media_type',
    ],
    [
      'a picture',
      () => house.browser().post('/api/v1/sessions', 'x', { 'content-type': 'image/png' }),
      415,
      'media_type',
    ],
    ['a bad address', () => house.browser().get('/api/v1/members/%ff%fe'), 400, 'bad_url'],
    ['no session', () => house.browser().get('/api/v1/members'), 401, 'session_missing'],
    ['a list where an object belongs', () => house.browser().post('/api/v1/sessions', []), 400, 'invalid_request'],
  ];
  it.each(cases)('%s', async (_, ask, status, code) => {
    const answer = await ask();
    expect({ status: answer.status, code: answer.body['code'] }).toEqual({ status, code });
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.body).toMatchObject({
      type: `urn:plateward:problem:${code}`,
      status,
      title: expect.any(String),
      detail: expect.any(String),
    });
    expect(answer.body['instance']).toBe(`urn:uuid:${answer.headers.get('x-request-id')}`);
  });

  it('tells all faults of a request at once, without its values', async () => {
    const { body } = await house
      .browser()
      .post('/api/v1/sessions', { agency: 'Not A Slug!', password: 'geheim', extra: 1 });
    expect(body['faults']).toEqual(
      expect.arrayContaining([
        { in: 'body', field: 'agency', message: expect.stringMatching(/lower-case/) },
        { in: 'body', field: 'login', message: 'is missing' },
        { in: 'body', field: '', message: expect.stringMatching(/extra/) },
      ]),
    );
    expect(JSON.stringify(body)).not.toMatch(/geheim|Not A Slug/);
  });

  it('tells a bare id of what went wrong inside', async () => {
    const browser = house.signedIn(house.springfield.members.administrator);
    const { front } = house.vault;
    const original = front.findSession.bind(front);
    front.findSession = () => Promise.reject(new Error('secret inner text of plate 7ABC123'));
    try {
      const { status, body } = await browser.get('/api/v1/members');
      expect(status).toBe(500);
      expect(body).toMatchObject({ code: 'internal', instance: expect.stringMatching(/^urn:uuid:/) });
      expect(JSON.stringify(body)).not.toMatch(/7ABC123|inner/);
    } finally {
      front.findSession = original;
    }
  });

  it('says when the database is away, and when to come back', async () => {
    const nowhere = new Secret('postgres://plateward_app:x@127.0.0.1:1/none');
    const config = { ...house.config, DATABASE_APP_URL: nowhere, DATABASE_DOOR_URL: nowhere };
    const vault = openVault(config);
    const web = await openWeb(config, webParts({ ...house.ground, config, vault }));
    try {
      const browser = new Browser(web.address).as(house.springfield.members.officer);
      for (const answer of [
        await browser.get('/api/v1/cameras'),
        await browser.signIn('springfield-pd', 'officer', 'whatever it may be'),
      ]) {
        expect(answer.body).toMatchObject({ status: 503, code: 'database_unavailable' });
        expect(answer.headers.get('retry-after')).toBe('5');
      }
      expect((await browser.get('/readyz')).body).toMatchObject({
        status: 503,
        code: 'not_ready',
        away: ['database', 'frontDoor'],
      });
      expect((await browser.get('/healthz')).status).toBe(200);
    } finally {
      await web.close();
      await vault.close();
    }
  });

  it('closes on a request that is no HTTP', async () => {
    const { port, hostname } = new URL(house.address);
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.write('rubbish\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('close', () => resolve(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  });
});
