// The route by which what a search showed leaves as a file.
import { Controller, Header, Post, type StreamableFile } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import { exportPath, newExport, type ExportPath, type NewExport } from './exports.schema.js';
import { ExportsService } from './exports.service.js';

@Controller('/api/v1/searches')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Post(':searchId/exports')
  @Opens('read.export')
  @Header('cache-control', 'no-store, private')
  @Answers(
    200,
    'text/csv, application/pdf',
    'What a search showed as a file that names who exported it: what is still open, and what was left out. On record in every log whose rows it holds.',
    {
      problems: {
        400: ['export_empty', 'export_long'],
        403: ['export_shown', 'search_missing', 'search_stale', 'grant_missing', 'grant_revoked', 'grant_expired'],
        404: ['not_found'],
        503: ['busy', 'press_busy', 'press_failed'],
      },
    },
  )
  make(
    @OpenDoor() door: Door<'read.export'>,
    @TakesPath(exportPath) path: ExportPath,
    @TakesBody(newExport) body: NewExport,
  ): Promise<StreamableFile> {
    return this.exports.make(door, path.searchId, body);
  }
}
