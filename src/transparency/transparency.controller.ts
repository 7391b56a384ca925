// The addresses of an agency's public page: for people, as JSON, and each table as CSV. No session, no cookie, no script; a cache may keep
// an answer for a minute, and asks with what it has whether there is anything new.
import { createHash } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Public } from '../identity/opens.js';
import { Answers, TakesPath } from '../web/takes.js';
import { PublicRate } from './rate.js';
import { pagePolicy } from './style.js';
import { pagePath, tablePath, type PagePath, type TablePath } from './transparency.schema.js';
import { TransparencyService } from './transparency.service.js';

const problems = { problems: { 404: ['no_such_page'], 429: ['public_rate'] } };
const suffix = /\.json$/;

/** Sends a text with what caches need, or says that nothing changed. */
const send = (request: FastifyRequest, reply: FastifyReply, media: string, text: string): void => {
  const tag = `"${createHash('sha256').update(text).digest('base64url').slice(0, 27)}"`;
  void reply.headers({ 'cache-control': 'public, max-age=60', etag: tag });
  const known = (request.headers['if-none-match'] ?? '').split(',').map((each) => each.trim().replace(/^W\//, ''));
  if (known.includes(tag) || known.includes('*')) void reply.status(304).send();
  else void reply.status(200).type(media).send(text);
};

@Controller('/transparency')
export class TransparencyController {
  private readonly rate = new PublicRate();
  constructor(private readonly transparency: TransparencyService) {}

  @Get(':page')
  @Public('counts of the public side of a log, which anybody may count')
  @Answers(
    200,
    'text/html',
    "An agency's public page, made from its log; with `.json` after the agency the same as JSON.",
    problems,
  )
  async page(
    @TakesPath(pagePath) { page }: PagePath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.rate.take(request.ip);
    if (suffix.test(page))
      return send(
        request,
        reply,
        'application/json; charset=utf-8',
        await this.transparency.json(page.replace(suffix, '')),
      );
    const text = await this.transparency.html(page);
    void reply.header('content-security-policy', pagePolicy);
    return send(request, reply, 'text/html; charset=utf-8', text);
  }

  @Get(':agency/:table')
  @Public('counts of the public side of a log, which anybody may count')
  @Answers(200, 'text/csv', "A table of an agency's public page, whole.", problems)
  async table(
    @TakesPath(tablePath) { agency, table }: TablePath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.rate.take(request.ip);
    const text = await this.transparency.csv(agency, table.replace(/\.csv$/, ''));
    void reply.header('content-disposition', `attachment; filename="${table.replace(/\.csv$/, '')}.csv"`);
    return send(request, reply, 'text/csv; charset=utf-8', text);
  }
}
