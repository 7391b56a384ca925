// The API document (OpenAPI 3.1), made from the same schemas that check requests and shape answers, so that it cannot say
// anything else than the house does. Every route, every problem that it may answer with.
import { version } from '../core/version.js';
import { z } from 'zod';
import { ruleOf } from '../access/actions.js';
import { problem, problemMediaType } from './problem.js';
import type { Route } from './routes.js';

type Json = Record<string, unknown>;

const sentences: Readonly<Record<number, string>> = {
  400: 'The request is malformed or does not fit; the whole list of faults is in `faults`.',
  401: 'No live session, or a camera whose credential does not hold.',
  403: 'Refused; `rule` and `detail` say by which rule.',
  404: "Not there, or another agency's.",
  409: 'Does not fit what is there.',
  413: 'The body is too large.',
  415: 'The content type is not taken here.',
  429: 'Too many requests; `Retry-After` says when to come back.',
  500: 'A fault of ours; `instance` names the request.',
  503: 'Something is away or overloaded; `Retry-After` says when to come back.',
};

/** A zod schema as JSON Schema 2020-12, as it travels (dates are text). Shared parts become references. */
const schemaOf = (shape: z.ZodType, shared: Json): unknown => {
  const { $defs, $schema, ...schema } = z.toJSONSchema(shape, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
    },
  }) as Json & { $defs?: Json };
  void $schema;
  Object.assign(shared, pointed($defs ?? {}) as Json);
  const { id, ...rest } = schema;
  if (typeof id === 'string') {
    shared[id] = pointed(rest);
    return { $ref: `#/components/schemas/${id}` };
  }
  return pointed(schema);
};

/** The same schema with its references pointing into the document. */
const pointed = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(pointed);
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]) =>
      key === '$ref' && typeof value === 'string'
        ? [key, value.replace('#/$defs/', '#/components/schemas/')]
        : [key, pointed(value)],
    ),
  );
};

const parametersOf = (place: 'query' | 'path' | 'header', shape: z.ZodObject | undefined, shared: Json): Json[] => {
  const { properties = {}, required = [] } = (shape ? schemaOf(shape, shared) : {}) as {
    properties?: Json;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    // What stands for the rest of a path has no name of its own.
    name: name === '*' ? 'path' : name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }));
};

/** Codes that a route may answer with by what it takes and opens, beside those that it names. */
const problemsOf = (route: Route): Map<number, Set<string>> => {
  const problems = new Map<number, Set<string>>();
  const add = (status: number, ...codes: string[]): void => {
    const known = problems.get(status) ?? new Set<string>();
    for (const code of codes) known.add(code);
    problems.set(status, known);
  };
  const { takes, answers, opens } = route;
  if (Object.keys(takes).length > 0) add(400, 'invalid_request');
  if (takes.body) {
    add(400, 'malformed_json');
    add(413, 'body_too_large');
    add(415, 'media_type');
  }
  if (opens) {
    const camera = ruleOf(opens).camera === true;
    add(401, ...(camera ? ['camera_unknown'] : ['session_missing', 'standing']));
    add(403, 'role');
    if (!camera && route.method !== 'GET') add(403, 'csrf', 'origin');
    add(503, 'database_unavailable', 'took_too_long');
  } else if (route.method !== 'GET') {
    add(403, 'origin');
    add(503, 'database_unavailable', 'took_too_long');
  }
  add(500, 'internal');
  for (const [status, codes] of Object.entries(answers?.problems ?? {})) add(Number(status), ...codes);
  return problems;
};

/** The noun under /api/v1; one word for what the process tells about itself. */
const tagOf = (route: Route): string => route.path.split('/')[3] ?? 'house';

const operationOf = (route: Route, shared: Json): Json => {
  const { takes, answers, opens, publicWhy } = route;
  const problems = [...problemsOf(route)].sort(([a], [b]) => a - b);
  const problemShape = schemaOf(problem, shared);
  const content =
    answers?.shape === undefined
      ? undefined
      : typeof answers.shape === 'string'
        ? Object.fromEntries(answers.shape.split(', ').map((media) => [media, { schema: { type: 'string' } }]))
        : { 'application/json': { schema: schemaOf(answers.shape, shared) } };
  const camera = opens !== undefined && ruleOf(opens).camera === true;
  return {
    operationId: route.handler.replace('Controller.', '_'),
    tags: [tagOf(route)],
    summary: answers?.does ?? '',
    description: opens
      ? `Opens \`${opens}\`: ${ruleOf(opens).opens}. For: ${camera ? 'a camera with its own credential' : ruleOf(opens).members.join(', ')}.`
      : `Public: ${publicWhy ?? ''}.`,
    ...(opens && { 'x-plateward-opens': opens }),
    security: opens
      ? camera
        ? [{ camera: [] }]
        : [route.method === 'GET' ? { session: [] } : { session: [], csrf: [] }]
      : [],
    parameters: [
      ...parametersOf('path', takes.path, shared),
      ...parametersOf('query', takes.query, shared),
      ...parametersOf('header', answers?.headers, shared),
    ],
    ...(takes.body && {
      requestBody: { required: true, content: { 'application/json': { schema: schemaOf(takes.body, shared) } } },
    }),
    ...(answers?.bodyMedia && {
      requestBody: {
        required: true,
        content: Object.fromEntries(
          answers.bodyMedia.map((media) => [media, { schema: { type: 'string', format: 'binary' } }]),
        ),
      },
    }),
    responses: {
      [answers?.status ?? 200]: { description: answers?.does ?? '', ...(content && { content }) },
      ...Object.fromEntries(
        problems.map(([status, codes]) => [
          status,
          {
            description: `${sentences[status] ?? 'A problem.'} Codes: ${[...codes].map((code) => `\`${code}\``).join(', ')}.`,
            content: { [problemMediaType]: { schema: problemShape } },
          },
        ]),
      ),
    },
  };
};

/** The whole document as a plain value. */
export const openApiOf = (routes: readonly Route[]): Json => {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.path.replace(/:([A-Za-z]+)/g, '{$1}').replace('*', '{path}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Plateward',
      version,
      description:
        "Licence-plate recognition that a city runs itself. Sign in at `POST /api/v1/sessions`; send the answer's `csrfToken` as `x-csrf-token` with everything that is not a GET. Every error is a problem document (RFC 9457).",
      license: { name: 'AGPL-3.0-or-later', identifier: 'AGPL-3.0-or-later' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(tagOf))]
      .sort((a, b) => Number(a === 'house') - Number(b === 'house') || a.localeCompare(b))
      .map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'plateward_session',
          description: '`__Host-plateward_session` where cookies are secure.',
        },
        csrf: { type: 'apiKey', in: 'header', name: 'x-csrf-token' },
        camera: {
          type: 'apiKey',
          in: 'header',
          name: 'x-plateward-signature',
          description: 'A signed request, see docs/cameras.md.',
        },
      },
    },
  };
};
