// The addresses of an agency's public page: for people, as JSON, and each table as CSV. No session, no cookie, no script; a cache may keep
// an answer for a minute, and asks with what it has whether there is anything new.
import { createHash } from 'node:crypto';
import { Controller, Get, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PlatewardError } from '../core/errors.js';
import { Public } from '../identity/opens.js';
import { Answers, TakesPath } from '../web/takes.js';
import { PublicRate } from './rate.js';
import { pagePolicy } from './style.js';
import {
  agencyPath,
  pagePath,
  tablePath,
  type AgencyPath,
  type PagePath,
  type TablePath,
} from './transparency.schema.js';
import { TransparencyService } from './transparency.service.js';

const problems = { problems: { 404: ['no_such_page'], 429: ['public_rate'] } };
const suffix = /\.json$/;

/** Whether a person asks, who is shown a page and no problem document. */
const byPerson = (request: FastifyRequest): boolean => (request.headers.accept ?? '').includes('text/html');

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

  /** What was asked for; where there is no such page, a person is shown one that says so, and nothing comes back. */
  private async orNothing<T>(request: FastifyRequest, reply: FastifyReply, asked: Promise<T>): Promise<T | undefined> {
    try {
      return await asked;
    } catch (error) {
      if (!(error instanceof PlatewardError) || error.code !== 'no_such_page' || !byPerson(request)) throw error;
      void reply.header('content-security-policy', pagePolicy).header('cache-control', 'no-store');
      void reply.status(404).type('text/html; charset=utf-8').send(this.transparency.nothing());
      return undefined;
    }
  }

  @Get()
  @Public('names of agencies whose pages anybody may read')
  @Answers(200, 'text/html', 'The agencies that have a public page here.', { problems: { 429: ['public_rate'] } })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.rate.take(request.ip);
    void reply.header('content-security-policy', pagePolicy);
    return send(request, reply, 'text/html; charset=utf-8', await this.transparency.list());
  }

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
    const text = await this.orNothing(request, reply, this.transparency.html(page));
    if (text === undefined) return;
    void reply.header('content-security-policy', pagePolicy);
    return send(request, reply, 'text/html; charset=utf-8', text);
  }

  @Get(':agency/verify')
  @Public('a program that counts the public side of a log in the browser of whoever wants to')
  @Answers(200, 'text/html', "Counts an agency's public page again, in the browser, from its log.", {
    problems: { 404: ['no_such_page'], 429: ['public_rate'], 503: ['verifier_missing'] },
  })
  async verify(
    @TakesPath(agencyPath) { agency }: AgencyPath,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    this.rate.take(request.ip);
    const found = await this.orNothing(request, reply, this.transparency.verifier(agency));
    if (found === undefined) return;
    const { text, policy } = found;
    void reply.header('content-security-policy', policy);
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
