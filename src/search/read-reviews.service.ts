// What an officer says of a read that a search showed him.
import { Injectable } from '@nestjs/common';
import type { ReadId } from '../core/ids.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type { NewReadReview, ReadReviewed } from './read-reviews.schema.js';

@Injectable()
export class ReadReviewsService {
  /** @throws PlatewardError 400 `correction_same`; 404 `not_found` */
  async say(door: Door<'read.review'>, readId: ReadId, asked: NewReadReview): Promise<ReadReviewed> {
    const { searchId, verdict, corrected, reason } = asked;
    const demand = { note: { read: readId, under: searchId, verdict, plate: corrected, reason } };
    const { value, receipts } = await door.open(demand, (s) =>
      s.reviews.say({ readId, searchId, verdict, corrected: corrected ?? null, reason }),
    );
    return { id: value, receipt: receiptOf(receipts) };
  }
}
