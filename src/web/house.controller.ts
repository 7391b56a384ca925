// What the process tells about itself: that it lives, whether it can work, its figures, and the API document.
import { Controller, Get, Header, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { PlatewardError } from '../core/errors.js';
import { Public } from '../identity/opens.js';
import { Bell } from '../jobs/bell.js';
import { metricsMediaType, renderMetrics } from '../telemetry/metrics.js';
import { Blobs } from '../vault/blobs/blobs.js';
import { Vault } from '../vault/vault.js';
import { isNear } from './near.js';
import { Answers } from './takes.js';
import { ApiDocument } from './api-document.js';

const alive = z.object({ status: z.literal('alive') });
const ready = z.object({ status: z.literal('ready') });
const readyWithinMs = 3_000;
const readyForMs = 1_000;

/** Fails after a while, so that a part which hangs is a part which is away. */
const inTime = (work: Promise<unknown>): Promise<unknown> =>
  Promise.race([
    work,
    new Promise((_, fail) => setTimeout(() => fail(new Error('no answer in time')), readyWithinMs).unref()),
  ]);

@Controller()
export class HouseController {
  constructor(
    private readonly vault: Vault,
    private readonly blobs: Blobs,
    private readonly bell: Bell,
    private readonly document: ApiDocument,
  ) {}

  private looked: { readonly atMs: number; readonly away: Promise<string[]> } = {
    atMs: -Infinity,
    away: Promise.resolve([]),
  };

  /** Names of the parts that do not answer; looked at once a second at most, however often it is asked. */
  private away(): Promise<string[]> {
    if (performance.now() - this.looked.atMs > readyForMs) this.looked = { atMs: performance.now(), away: this.look() };
    return this.looked.away;
  }

  private async look(): Promise<string[]> {
    const parts = {
      database: this.vault.ping(),
      frontDoor: this.vault.front.ping(),
      queue: this.bell.waiting(),
      blobs: this.blobs.store.check(),
    };
    const answers = await Promise.allSettled(Object.values(parts).map(inTime));
    return Object.keys(parts).filter((_, index) => answers[index]?.status === 'rejected');
  }

  @Get('healthz')
  @Public('tells only that the process runs')
  @Answers(200, alive, 'Whether the process runs.')
  health() {
    return { status: 'alive' };
  }

  @Get('readyz')
  @Public('tells only whether the parts behind it answer, by their kind')
  @Answers(200, ready, 'Whether database, queue and object store can be reached.', { problems: { 503: ['not_ready'] } })
  async ready() {
    const away = await this.away();
    if (away.length === 0) return { status: 'ready' };
    throw new PlatewardError('unavailable', 'not_ready', `Not reachable just now: ${away.join(', ')}.`, { away }, 5);
  }

  @Get('metrics')
  @Public('figures without plates or names, told only to addresses of private networks that come without a proxy')
  @Header('content-type', metricsMediaType)
  @Answers(200, 'text/plain', "The process's figures in Prometheus' text form.", {
    problems: { 404: ['no_such_route'] },
  })
  metrics(@Req() request: FastifyRequest): Promise<string> {
    const forwarded = request.headers['x-forwarded-for'] !== undefined || request.headers['forwarded'] !== undefined;
    if (forwarded || !isNear(request.socket.remoteAddress ?? ''))
      throw new PlatewardError('notFound', 'no_such_route', 'There is nothing at this address.');
    return renderMetrics();
  }

  @Get('openapi.json')
  @Public('the description of the interface holds no data')
  @Header('content-type', 'application/json; charset=utf-8')
  @Answers(200, 'application/json', 'This document.')
  openApi(): string {
    return this.document.text;
  }
}
