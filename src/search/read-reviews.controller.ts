// The route by which an own read is confirmed, corrected or rejected.
import { Controller, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  newReadReview,
  readPath,
  readReviewed,
  type NewReadReview,
  type ReadPath,
  type ReadReviewed,
} from './read-reviews.schema.js';
import { ReadReviewsService } from './read-reviews.service.js';

@Controller('/api/v1/reads')
export class ReadReviewsController {
  constructor(private readonly reviews: ReadReviewsService) {}

  @Post(':readId/reviews')
  @Opens('read.review')
  @Answers(
    201,
    readReviewed,
    'Confirms, corrects or rejects a read of the own agency. What was observed stays beside it; the newest word stands.',
    { problems: { 400: ['correction_same'], 404: ['not_found'] } },
  )
  say(
    @OpenDoor() door: Door<'read.review'>,
    @TakesPath(readPath) path: ReadPath,
    @TakesBody(newReadReview) body: NewReadReview,
  ): Promise<ReadReviewed> {
    return this.reviews.say(door, path.readId, body);
  }
}
