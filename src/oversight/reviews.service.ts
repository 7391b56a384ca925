// Searches drawn for review, and how many say nothing.
import { Injectable } from '@nestjs/common';
import type { SearchId } from '../core/ids.js';
import type { Door } from '../vault/vault.js';
import { receiptOf } from '../web/receipt.js';
import type {
  FiguresQuery,
  ReviewDecided,
  ReviewDecision,
  ReviewFigures,
  ReviewPage,
  ReviewQuery,
} from './reviews.schema.js';

@Injectable()
export class ReviewsService {
  async list(door: Door<'review.list'>, { limit, open, before }: ReviewQuery): Promise<ReviewPage> {
    const { value } = await door.open({}, (s) => s.reviews.list(limit + 1, open === 'true', before));
    const reviews = value.slice(0, limit);
    return {
      reviews: reviews.map((each) => ({ ...each, asked: [...each.asked], member: { ...each.member } })),
      next: value.length > limit ? (reviews.at(-1)?.searchId ?? null) : null,
    };
  }

  /** @throws PlatewardError 403 `review_own`; 404 `not_found`; 409 `review_state` */
  async decide(door: Door<'review.decide'>, id: SearchId, { decision, note }: ReviewDecision): Promise<ReviewDecided> {
    const demand = { note: { reviewed: id, decision, note } };
    const { receipts } = await door.open(demand, (s) => s.reviews.decide(id, decision, note));
    return { id, receipt: receiptOf(receipts) };
  }

  async figures(door: Door<'review.figures'>, { months }: FiguresQuery): Promise<ReviewFigures> {
    const { value } = await door.open({}, (s) => s.reviews.figures(months));
    return { figures: value.map((each) => ({ ...each, member: { ...each.member } })) };
  }
}
