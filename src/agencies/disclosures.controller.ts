// The route by which records of the own log are released.
import { Controller, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody } from '../web/takes.js';
import { disclosure, newDisclosure, type Disclosure, type NewDisclosure } from './disclosures.schema.js';
import { DisclosuresService } from './disclosures.service.js';

@Controller('/api/v1/audit/disclosures')
export class DisclosuresController {
  constructor(private readonly disclosures: DisclosuresService) {}

  @Post()
  @Opens('audit.disclose')
  @Answers(
    200,
    disclosure,
    'Entries of a period for a records request: the named fields, plates by pseudonyms. It is kept nowhere.',
    {
      problems: { 400: ['disclosure_long'] },
    },
  )
  make(@OpenDoor() door: Door<'audit.disclose'>, @TakesBody(newDisclosure) body: NewDisclosure): Promise<Disclosure> {
    return this.disclosures.make(door, body);
  }
}
