// The route by which records of the own log are released.
import { Controller, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import {
  disclosure,
  newDisclosure,
  newPreview,
  preview,
  type Disclosure,
  type NewDisclosure,
  type NewPreview,
  type Preview,
} from './disclosures.schema.js';
import { DisclosuresService } from './disclosures.service.js';

@Controller('/api/v1/audit/disclosures')
export class DisclosuresController {
  constructor(private readonly disclosures: DisclosuresService) {}

  @Post()
  @Opens('audit.disclose')
  @Answers(
    200,
    disclosure,
    'Entries of a period for a records request: the named fields, plates by pseudonyms, counts in tables; as a PDF, too. It is kept nowhere.',
    {
      problems: { 400: ['disclosure_long'], 503: ['press_busy', 'press_failed'] },
    },
  )
  make(@OpenDoor() door: Door<'audit.disclose'>, @TakesBody(newDisclosure) body: NewDisclosure): Promise<Disclosure> {
    return this.disclosures.make(door, body);
  }

  @Post('preview')
  @Opens('audit.preview')
  @Answers(200, preview, 'The first entries of such a release, made as the release makes them. Nothing is released.', {
    problems: { 400: ['disclosure_long'] },
  })
  preview(@OpenDoor() door: Door<'audit.preview'>, @TakesBody(newPreview) body: NewPreview): Promise<Preview> {
    return this.disclosures.preview(door, body);
  }
}
