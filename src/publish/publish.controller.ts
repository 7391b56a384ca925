// The addresses of a public log (C2SP tlog-tiles), which anyone may read without a session and any cache may keep: a full tile never
// changes, one that is not full keeps its name with its width, and only the checkpoint is asked for anew.
import { Controller, Get, Header, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../identity/opens.js';
import { Answers, TakesPath } from '../web/takes.js';
import { logPath, tilePathOf, type LogPath, type TilePath } from './publish.schema.js';
import { PublishService } from './publish.service.js';

const text = 'text/plain; charset=utf-8';
const bytes = 'application/octet-stream';
const forever = 'public, max-age=31536000, immutable';
const none = { problems: { 404: ['no_such_tile'] } };

@Controller('/log/:agency')
export class PublishController {
  constructor(private readonly log: PublishService) {}

  @Get('checkpoint')
  @Public('the signed head of a log is what its agency answers for before everybody')
  @Header('content-type', text)
  @Header('cache-control', 'no-cache')
  @Answers(200, 'text/plain', 'The signed head of the tree (C2SP tlog-checkpoint).', none)
  checkpoint(@TakesPath(logPath) { agency }: LogPath): Promise<string> {
    return this.log.checkpoint(agency);
  }

  @Get('key')
  @Public('a key to check signatures with is public by its nature')
  @Header('content-type', text)
  @Header('cache-control', 'no-cache')
  @Answers(
    200,
    'text/plain',
    "The log's verifier key (C2SP signed-note). Get it from the agency on another way too.",
    none,
  )
  key(@TakesPath(logPath) { agency }: LogPath): Promise<string> {
    return this.log.key(agency);
  }

  @Get('keys')
  @Public('how keys took each other’s place is what anyone needs to believe a new one')
  @Header('content-type', text)
  @Header('cache-control', 'no-cache')
  @Answers(
    200,
    'text/plain',
    'How the log’s keys took each other’s place, from the first: a line of JSON each, with the entry and its proof under the last head that the key before signed; empty where there was ever one.',
    none,
  )
  keys(@TakesPath(logPath) { agency }: LogPath): Promise<string> {
    return this.log.keys(agency);
  }

  @Get('tile/:level/*')
  @Public('hashes, and entries in which personal fields are salted commitments')
  @Answers(
    200,
    bytes,
    'Hashes of a level, or with `entries` the leaves (C2SP tlog-tiles); with `bodies` what they say, a line each, empty where withheld.',
    none,
  )
  async tile(
    @TakesPath(tilePathOf) { agency, level, '*': path }: TilePath,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const found = await this.log.tile(agency, level, path);
    // Only what was found: that a tile is not there yet is not for ever.
    void reply.header('cache-control', forever);
    return new StreamableFile(found, { type: level === 'bodies' ? text : bytes });
  }
}
