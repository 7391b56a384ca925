// Ways across the wall over HTTP, as another agency's people and as nobody: every route that the web process says it has, with the owner's ids wherever one is
// asked for; then those that need a story: searches, a picture's link, the stream of alerts.
import { z } from 'zod';
import type { Way } from '../../src/vault/crossings.js';
import { errand, type Bait, type CanaryAgency, type CanaryMember } from './pair.js';
import { sampleOf, type Schema } from './sample.js';

export interface Web {
  /** Address of the web process, without a slash at its end. */
  readonly url: string;
  readonly cookieName: string;
}

const answerMsMax = 15_000;

/** One request; the whole answer, headers too, as bytes. */
const send = async (
  { url, cookieName }: Web,
  member: CanaryMember | undefined,
  method: string,
  target: string,
  body?: unknown,
): Promise<{ status: number; bytes: Buffer; json: () => unknown }> => {
  const response = await fetch(url + target, {
    method,
    redirect: 'manual',
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(member && { cookie: `${cookieName}=${member.token}`, 'x-csrf-token': member.csrfToken }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(answerMsMax),
  });
  const content = Buffer.from(await response.arrayBuffer());
  return {
    status: response.status,
    bytes: Buffer.concat([Buffer.from(JSON.stringify([...response.headers])), content]),
    json: () => JSON.parse(content.toString('utf8')) as unknown,
  };
};

/** Words and bytes that only the owner's rows hold. */
export type Marks = readonly { readonly name: string; readonly bytes: Buffer }[];

export const marksOf = (bait: Bait): Marks => [
  { name: 'plate', bytes: Buffer.from(bait.plate) },
  { name: 'read', bytes: Buffer.from(bait.readId) },
  { name: 'frame', bytes: Buffer.from(bait.frameId) },
  { name: 'picture', bytes: bait.picture.subarray(64, 128) },
];

/** The marks in an answer that were not in its question. */
export const marksIn = (marks: Marks, answer: Buffer, question: string): string[] =>
  marks
    .filter(({ bytes }) => !question.includes(bytes.toString('latin1')) && answer.includes(bytes))
    .map(({ name }) => name);

const operation = z.looseObject({
  parameters: z
    .array(
      z.looseObject({
        name: z.string(),
        in: z.string(),
        required: z.boolean().optional(),
        schema: z.unknown().optional(),
      }),
    )
    .optional(),
  requestBody: z
    .looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })) })
    .optional(),
  responses: z.record(z.string(), z.looseObject({ content: z.record(z.string(), z.unknown()).optional() })).optional(),
});
const document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }).optional(),
});

/** What would end the canary's own session, or lock it out. */
const leftOut = new Set([
  'DELETE /api/v1/sessions/current',
  'POST /api/v1/sessions/current/password',
  'PUT /api/v1/members/current/password',
]);

const wordOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '.')
    .replace(/^\.|\.$/g, '');

/** Of a way's name, as much as an entry holds. */
export const pathWord = (text: string): string => wordOf(text).slice(0, 64).replace(/\.$/, '');

export interface Ids {
  readonly owner: CanaryAgency;
  readonly asker: CanaryAgency;
  readonly bait: Bait;
  /** Of the owner's people. */
  readonly names: readonly string[];
  /** A search of the owner's officer that found the bait, and its link to the picture. */
  readonly searchId: string;
  readonly link: string;
  /** What that search showed, as an export wants it. */
  readonly shown: string;
}

const idsOf = ({ owner, bait, searchId }: Ids): ((name: string, before: string) => string) => {
  const { agencyId, members, camera } = owner;
  const known: Readonly<Record<string, string>> = {
    agency: agencyId,
    camera: camera.cameraId,
    credential: camera.credentialId,
    member: members.officer.memberId,
    frame: bait.frameId,
    read: bait.readId,
    job: bait.jobId,
    search: searchId,
  };
  return (name, before) => {
    if (name === 'period') return new Date().toISOString().slice(0, 7);
    const wanted = `${before} ${name}`.toLowerCase();
    const kind = Object.keys(known)
      .filter((each) => wanted.includes(each))
      .at(-1);
    return kind ? known[kind]! : bait.readId;
  };
};

/**
 * Tries every route of the web process as each role of the asker and as nobody.
 * @param told called after each route, with how many of how many are done
 */
export const tryRoutes = async (web: Web, ids: Ids, told: (done: number, of: number) => void): Promise<Way[]> => {
  const { paths, components } = document.parse((await send(web, undefined, 'GET', '/openapi.json')).json());
  const schemas = (components?.schemas ?? {}) as Readonly<Record<string, Schema>>;
  // Ids are asked with, and what somebody asked stands in his own log.
  const marks = [
    ...marksOf(ids.bait).filter(({ name }) => name === 'plate' || name === 'picture'),
    ...ids.names.map((name) => ({ name: 'person', bytes: Buffer.from(name) })),
  ];
  const idFor = idsOf(ids);
  const actors = [undefined, ...Object.entries(ids.asker.members)] as const;
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, each]) => ({
      path,
      method: method.toUpperCase(),
      each: operation.parse(each),
    })),
  );
  const ways: Way[] = [];
  for (const [index, { path, method, each }] of routes.entries()) {
    if (leftOut.has(`${method} ${path}`) || streams(each.responses)) continue;
    const target = path.replace(/\{(\w+)\}/g, (_, name: string, at: number) =>
      name === 'slug' || name === 'agency' ? ids.owner.slug : encodeURIComponent(idFor(name, path.slice(0, at))),
    );
    const query = new URLSearchParams(
      (each.parameters ?? [])
        .filter((parameter) => parameter.in === 'query' && parameter.required)
        .map((parameter): [string, string] => [
          parameter.name,
          String(
            sampleOf(
              (parameter.schema ?? {}) as Schema,
              schemas,
              parameter.name,
              (name) => idFor(name, path),
              ids.owner.slug,
            ),
          ),
        ]),
    ).toString();
    const form = each.requestBody?.content['application/json']?.schema as Schema | undefined;
    const body = form && sampleOf(form, schemas, '', (name) => idFor(name, path), ids.owner.slug);
    for (const actor of actors) {
      const question = `${target}?${query} ${JSON.stringify(body ?? '')}`;
      const answer = await send(web, actor?.[1], method, target + (query && `?${query}`), body);
      ways.push({
        path: pathWord(`http.${actor?.[0] ?? 'nobody'}.${method}.${path.replace('/api/v1/', '')}`),
        crossed: marksIn(marks, answer.bytes, question).length > 0,
        reached: ![400, 415, 422, 429].includes(answer.status),
      });
    }
    told(index + 1, routes.length);
  }
  return ways;
};

const streams = (responses: z.output<typeof operation>['responses']): boolean =>
  Object.values(responses ?? {}).some(({ content }) => content && 'text/event-stream' in content);

const searchAnswer = z.looseObject({
  searchId: z.string(),
  shown: z.string(),
  results: z.array(z.looseObject({ plate: z.string(), pictures: z.looseObject({ frame: z.string().nullable() }) })),
});

/**
 * What the owner's own officer finds: the proof that whoever looks can see.
 * @throws Error when the bait is not found, or would not be noticed
 */
export const lookAtOwn = async (
  web: Web,
  owner: CanaryAgency,
  bait: Bait,
): Promise<Pick<Ids, 'searchId' | 'link' | 'shown'>> => {
  const body = { plate: bait.plate, ...errand('The canary looks whether it can see.') };
  const answer = await send(web, owner.members.officer, 'POST', '/api/v1/searches', body);
  if (answer.status !== 201 && answer.status !== 200)
    throw new Error(`the owner's own search was answered with ${answer.status}`);
  const { searchId, shown, results } = searchAnswer.parse(answer.json());
  const link = results.find(({ plate }) => plate === bait.plate)?.pictures.frame;
  const seen = marksIn(marksOf(bait), answer.bytes, '');
  if (!link || !seen.includes('plate') || !seen.includes('read'))
    throw new Error("the owner's own officer does not find what was laid out");
  const picture = await send(web, owner.members.officer, 'GET', link);
  if (!marksIn(marksOf(bait), picture.bytes, '').includes('picture'))
    throw new Error("the owner's own officer does not get the picture that was laid out");
  const file = await send(web, owner.members.officer, 'POST', `/api/v1/searches/${searchId}/exports`, table(shown));
  if (!marksIn(marksOf(bait), file.bytes, '').includes('plate'))
    throw new Error("the owner's own officer does not get what was laid out as a file");
  return { searchId, link, shown };
};

const table = (shown: string) => ({ shown, format: 'csv' });

/** Searches that name the owner, its picture's link, what was shown there as a file, and the stream of alerts while the owner has one. */
export const tryStories = async (web: Web, ids: Ids): Promise<Way[]> => {
  const { owner, asker, bait, link, searchId, shown } = ids;
  const marks = marksOf(bait);
  const ways: Way[] = [];
  const way = async (
    name: string,
    member: CanaryMember | undefined,
    method: string,
    target: string,
    body?: unknown,
  ) => {
    const answer = await send(web, member, method, target, body);
    const question = target + JSON.stringify(body ?? '');
    // Whoever asks by the plate is not told it by an echo.
    ways.push({ path: pathWord(`story.${name}`), crossed: marksIn(marks, answer.bytes, question).length > 0 });
    return answer;
  };
  const { officer, administrator } = asker.members;
  const heard = listen(web, administrator, '/api/v1/alerts/events');
  const both = [asker.slug, owner.slug];
  const about = errand('A canary tries the wall.');
  const here = { cameraIds: [owner.camera.cameraId] };
  const hours = (back: number) => new Date(Date.now() - back * 3_600_000).toISOString();
  for (const [name, agencies] of [
    ['owner', [owner.slug]],
    ['both', both],
    ['none', undefined],
  ] as const)
    for (const [how, more] of [
      ['exact', { plate: bait.plate }],
      ['prefix', { plate: `${bait.plate.slice(0, 4)}*` }],
      ['misread', { plate: bait.plate, fuzzy: 2 }],
      ['passages', { plate: bait.plate, as: 'passages' }],
      ['travel', { plate: bait.plate, as: 'travel' }],
      ['cameras', here],
    ] as const)
      await way(`search.${name}.${how}`, officer, 'POST', '/api/v1/searches', {
        ...about,
        ...more,
        ...(agencies && { agencies }),
      });
  const place = { ...here, from: hours(2), to: hours(-1) };
  await way('places', officer, 'POST', '/api/v1/searches/places', { ...about, agencies: both, places: [place, place] });
  for (const [name, member] of [['nobody', undefined], ...Object.entries(asker.members)] as const)
    for (const [what, method, target, body] of [
      ['picture', 'GET', link, undefined],
      ['export', 'POST', `/api/v1/searches/${searchId}/exports`, table(shown)],
    ] as const)
      await way(`${what}.${name}`, member, method, target, body);
  // The same link under a search of the asker's own.
  const own = await send(web, officer, 'POST', '/api/v1/searches', { ...about, plate: 'AAA111' });
  const mine = searchAnswer.safeParse(own.json());
  if (mine.success) {
    await way('picture.moved', officer, 'GET', link.replace(searchId, mine.data.searchId));
    await way('export.moved', officer, 'POST', `/api/v1/searches/${mine.data.searchId}/exports`, table(shown));
  }
  await way('alerts.nobody', undefined, 'GET', '/api/v1/alerts/events');
  const newest = await send(web, owner.members.administrator, 'GET', '/api/v1/alerts?limit=1');
  const [alert] = z.looseObject({ alerts: z.array(z.looseObject({ id: z.string() })) }).parse(newest.json()).alerts;
  const stream = await heard();
  if (!alert) throw new Error('the owner heard nothing of searches that were refused');
  ways.push({ path: 'stream.alerts', crossed: stream.includes(alert.id) || marksIn(marks, stream, '').length > 0 });
  return ways;
};

/** Hears a stream from now on; the function that is answered ends it and tells what came. */
const listen = (web: Web, member: CanaryMember, target: string): (() => Promise<Buffer>) => {
  const stop = new AbortController();
  const pieces: Uint8Array[] = [];
  const hearing = (async () => {
    const response = await fetch(web.url + target, {
      headers: { cookie: `${web.cookieName}=${member.token}`, accept: 'text/event-stream', 'last-event-id': '0' },
      signal: stop.signal,
    });
    if (!response.ok || !response.body) throw new Error(`the asker's own stream was answered with ${response.status}`);
    for await (const piece of response.body) pieces.push(piece as Uint8Array);
  })();
  const ended = hearing.catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  ended.catch(() => undefined);
  return async () => {
    // What was raised last has time to come.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    stop.abort();
    await ended;
    return Buffer.concat(pieces);
  };
};
