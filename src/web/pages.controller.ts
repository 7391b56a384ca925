// Three plain pages of the house: what this is, and the API document to read and try. Everything is served from here, nothing from
// elsewhere. The console for people is beside them, in console.controller.ts.
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Controller, Get, Header, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { PlatewardError } from '../core/errors.js';
import { Public } from '../identity/opens.js';
import { pageOf, plainPage } from './plain-page.js';
import { Answers, TakesPath } from './takes.js';

const pageFile = z.object({ file: z.string().max(100) });
const html = 'text/html; charset=utf-8';

const welcome = plainPage(
  'Plateward',
  `<h1>Plateward</h1>
<p>Licence-plate recognition that a city runs itself. Each agency's reads stay behind its own wall; another agency sees them only through a grant that the owner signed, and every question is on record with both.</p>
<h2>For everybody</h2>
<ul><li><a href="/transparency">Which agencies read plates here, and what their logs say in numbers</a></li></ul>
<h2>For members of an agency</h2>
<ul><li><a href="/console">The console: sign in and search</a></li></ul>
<h2>For programs and operators</h2>
<ul><li><a href="/docs">The interface, to read and try</a></li><li><a href="/openapi.json">The same as OpenAPI</a></li><li><a href="/readyz">Whether this house is ready</a></li></ul>`,
);

const docs = pageOf(
  'Plateward: the interface',
  '<link rel="stylesheet" href="/docs/swagger-ui.css">',
  '<div id="swagger-ui"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/try.js"></script>',
);

/** Keeps the CSRF token of the last sign-in, so that the page can try the routes that change something. */
const tryScript = `let csrf = '';
const forgetful = /\\/api\\/v1\\/sessions(\\/current)?$/;
SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  requestInterceptor: (request) => { if (csrf) request.headers['x-csrf-token'] = csrf; return request; },
  responseInterceptor: (response) => {
    if (forgetful.test(response.url) && response.body && response.body.csrfToken) csrf = response.body.csrfToken;
    return response;
  },
});
`;

const pageStyle = `body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}main{max-width:42rem;margin:4rem auto;padding:0 1rem}a{color:#0b57d0}
@media (prefers-color-scheme:dark){body{color:#e6e6e6;background:#15181c}a{color:#8ab4f8}}
`;

/** Swagger UI writes style attributes of its own, so its page alone may; scripts come from here only. */
const docsPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const fromSwagger = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
]);
const swaggerFolder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

@Controller()
export class PagesController {
  @Get()
  @Public('says what this is')
  @Header('content-type', html)
  @Answers(200, 'text/html', 'A page that says what this is.')
  welcome(): string {
    return welcome;
  }

  @Get('docs')
  @Public('the description of the interface holds no data')
  @Header('content-type', html)
  @Header('content-security-policy', docsPolicy)
  @Answers(200, 'text/html', 'This document as a page, to read and try.')
  docs(): string {
    return docs;
  }

  @Get('docs/:file')
  @Public('scripts and styles of the two pages, the same for everybody')
  @Answers(200, 'text/plain', 'A script or style of the pages.', { problems: { 404: ['no_such_route'] } })
  file(
    @TakesPath(pageFile) { file }: { file: string },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): StreamableFile | string {
    const media = fromSwagger.get(file);
    void reply.header('cache-control', 'public, max-age=3600');
    if (media) return new StreamableFile(createReadStream(path.join(swaggerFolder, file)), { type: media });
    if (file === 'try.js') return this.text(reply, 'text/javascript; charset=utf-8', tryScript);
    if (file === 'page.css') return this.text(reply, 'text/css; charset=utf-8', pageStyle);
    throw new PlatewardError('notFound', 'no_such_route', 'There is nothing at this address.');
  }

  private text(reply: FastifyReply, media: string, text: string): string {
    void reply.header('content-type', media);
    return text;
  }
}
