// What others did with the agency's data, told by period: read here, and asked for before its time. The words are made of the numbers that the database
// counted.
import { Injectable } from '@nestjs/common';
import { digestSentences } from '../core/digest.js';
import type { DigestId } from '../core/ids.js';
import { abilitiesOf } from '../identity/abilities.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type {
  Digest,
  DigestMade,
  DigestPage,
  DigestPreview,
  DigestQuery,
  NewSchedule,
  ScheduleSet,
} from './digests.schema.js';

@Injectable()
export class DigestsService {
  async list(door: Door<'digest.list'>, { limit, before }: DigestQuery): Promise<DigestPage> {
    const { value, permit } = await door.open({}, async (s) => ({
      schedule: await s.digests.schedule(),
      found: await s.digests.list(limit + 1, before),
    }));
    const digests = value.found.slice(0, limit);
    return {
      digests: digests.map(({ id, madeAt, sha256, document: { from, to, totals } }) => ({
        ...{ id, madeAt, sha256, from, to },
        totals: { ...totals },
      })),
      next: value.found.length > limit ? (digests.at(-1)?.id ?? null) : null,
      schedule: { ...value.schedule },
      abilities: abilitiesOf(permit, ['digest.make', 'digest.set']),
    };
  }

  /** @throws PlatewardError 404 `not_found` */
  async get(door: Door<'digest.list'>, id: DigestId): Promise<Digest> {
    const { value } = await door.open({}, (s) => s.digests.get(id));
    const { madeAt, sha256, document, told } = value;
    return {
      ...{ id, madeAt, sha256, digest: document, sentences: digestSentences(document) },
      told: told.map((each) => ({ ...each })),
    };
  }

  async preview(door: Door<'digest.list'>): Promise<DigestPreview> {
    const { value } = await door.open({}, (s) => s.digests.preview());
    return { digest: value, sentences: digestSentences(value) };
  }

  /** @throws PlatewardError 429 `digest_made` */
  async make(door: Door<'digest.make'>): Promise<DigestMade> {
    const { value, receipts } = await door.open({}, (s) => s.digests.make());
    return { id: value.id, sha256: value.sha256, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError 409 `digest_needed` */
  async set(door: Door<'digest.set'>, { every }: NewSchedule): Promise<ScheduleSet> {
    const { receipts } = await door.open({}, (s) => s.digests.set(every));
    return { every, receipt: receiptOf(receipts) };
  }
}
