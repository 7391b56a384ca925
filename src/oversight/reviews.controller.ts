// Routes of reviews: the searches that were drawn, for the auditor alone; and the figures, for whoever answers for them.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath, TakesQuery } from '../web/takes.js';
import {
  figuresQuery,
  reviewDecided,
  reviewDecision,
  reviewFigures,
  reviewPage,
  reviewPath,
  reviewQuery,
  type FiguresQuery,
  type ReviewDecided,
  type ReviewDecision,
  type ReviewFigures,
  type ReviewPage,
  type ReviewPath,
  type ReviewQuery,
} from './reviews.schema.js';
import { ReviewsService } from './reviews.service.js';

@Controller('/api/v1/reviews')
export class ReviewsController {
  constructor(private readonly reviews: ReviewsService) {}

  @Get()
  @Opens('review.list')
  @Answers(
    200,
    reviewPage,
    "Searches of the agency's own members that were drawn for review. To read them is an entry.",
  )
  list(@OpenDoor() door: Door<'review.list'>, @TakesQuery(reviewQuery) query: ReviewQuery): Promise<ReviewPage> {
    return this.reviews.list(door, query);
  }

  @Get('figures')
  @Opens('review.figures')
  @Answers(
    200,
    reviewFigures,
    'How many searches each member made, how many say nothing, and how many were looked over.',
  )
  figures(
    @OpenDoor() door: Door<'review.figures'>,
    @TakesQuery(figuresQuery) query: FiguresQuery,
  ): Promise<ReviewFigures> {
    return this.reviews.figures(door, query);
  }

  @Post(':id/decision')
  @Opens('review.decide')
  @Answers(201, reviewDecided, 'Says what came of looking a search over, and why; once.', {
    problems: { 403: ['review_own'], 404: ['not_found'], 409: ['review_state'] },
  })
  decide(
    @OpenDoor() door: Door<'review.decide'>,
    @TakesPath(reviewPath) path: ReviewPath,
    @TakesBody(reviewDecision) body: ReviewDecision,
  ): Promise<ReviewDecided> {
    return this.reviews.decide(door, path.id, body);
  }
}
