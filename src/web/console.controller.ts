// The console as files: one page for all its addresses, and the scripts and styles that were bundled with it. They are the same for
// everybody and hold nobody's data; what the console shows it asks for by the interface, as whoever is signed in.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Header, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config } from '../config/config.js';
import { PlatewardError, unavailable } from '../core/errors.js';
import { Public } from '../identity/opens.js';
import { CONFIG } from './ground.js';
import { Answers, TakesPath } from './takes.js';

const html = 'text/html; charset=utf-8';
const why = 'the console is the same for everybody and holds no data';
const pagePath = z.object({ page: z.string().max(60) });
/** What the bundler names its files: no folder, nothing hidden. */
const assetPath = z.object({ file: z.string().regex(/^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,120}\.(?:js|css|json)$/) });
type AssetPath = z.output<typeof assetPath>;

const media = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const;

/** Where the bundle lies, seen from the sources and from what was built from them. */
const places = ['../../dist/console/', '../../console/'].map((place) => fileURLToPath(new URL(place, import.meta.url)));

/** @throws PlatewardError 503 `console_missing` */
const bundled = async (name: string): Promise<Buffer | undefined> => {
  const folder = places.find((place) => existsSync(`${place}index.html`));
  if (!folder)
    throw unavailable('console_missing', 'The console is not built here; the operator runs `npm run build`.');
  return readFile(folder + name).catch(() => undefined);
};

/** Assets that were asked for, some megabytes in all. The name of each changes with its content, so none grows old. */
const kept = new Map<string, Buffer>();
const keptAsset = async (name: string): Promise<Buffer | undefined> => {
  const bytes = kept.get(name) ?? (await bundled(`assets/${name}`));
  if (bytes) kept.set(name, bytes);
  return bytes;
};

/** How an asset is packed for whoever asks: the smallest of what he takes. */
const packings = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)!};`);

/** What the page must know of this house before it asks anything: the city's map, as an element of its head. */
const settingsOf = ({ MAP_TILES_URL, MAP_TILES_ATTRIBUTION, MAP_TILES_ZOOM_MAX }: Config): string =>
  MAP_TILES_URL === undefined
    ? ''
    : `<meta name="plateward-map" content="${escaped(JSON.stringify({ url: MAP_TILES_URL, attribution: MAP_TILES_ATTRIBUTION, zoomMax: MAP_TILES_ZOOM_MAX }))}">`;

@Controller('/console')
export class ConsoleController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @Public(why)
  @Header('content-type', html)
  @Answers(200, 'text/html', 'The console.', { problems: { 503: ['console_missing'] } })
  async first(): Promise<string> {
    return String(await bundled('index.html')).replace('</head>', () => `${settingsOf(this.config)}</head>`);
  }

  @Get(':page')
  @Public(why)
  @Header('content-type', html)
  @Answers(200, 'text/html', 'A page of the console; which one, the page itself looks up.', {
    problems: { 503: ['console_missing'] },
  })
  async page(@TakesPath(pagePath) _path: { page: string }): Promise<string> {
    return this.first();
  }

  @Get('cameras/:page')
  @Public(why)
  @Header('content-type', html)
  @Answers(200, 'text/html', 'The page of one camera, or of a new one; which one, the page itself looks up.', {
    problems: { 503: ['console_missing'] },
  })
  async camera(@TakesPath(pagePath) _path: { page: string }): Promise<string> {
    return this.first();
  }

  @Get('assets/:file')
  @Public(why)
  @Answers(200, 'text/plain', 'A script, style or map of the console.', {
    problems: { 404: ['no_such_route'], 503: ['console_missing'] },
  })
  async asset(
    @TakesPath(assetPath) { file }: AssetPath,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const taken = String(request.headers['accept-encoding'] ?? '').split(/[\s,;]+/);
    const [packing, end] = packings.find(([name]) => taken.includes(name)) ?? [undefined, ''];
    const bytes = await keptAsset(file + end);
    if (!bytes) throw new PlatewardError('notFound', 'no_such_route', 'There is nothing at this address.');
    void reply.header('content-type', media[file.slice(file.lastIndexOf('.') + 1) as keyof typeof media]);
    // Its name changes with its content.
    void reply.header('cache-control', 'public, max-age=31536000, immutable');
    void reply.header('vary', 'accept-encoding');
    if (packing) void reply.header('content-encoding', packing);
    return bytes;
  }
}
