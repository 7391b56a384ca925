// Routes of openings of a grant for emergencies. Each step is a thing that is made: a wish, a confirmation, an end, a review.
import { Controller, Get, Post } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  newOpening,
  openingList,
  openingPath,
  openingReview,
  openingsPath,
  openingStepped,
  type NewOpening,
  type OpeningList,
  type OpeningPath,
  type OpeningReview,
  type OpeningsPath,
  type OpeningStepped,
} from './openings.schema.js';
import { OpeningsService } from './openings.service.js';

const begins = ['not_grantee', 'grant_standing', 'grant_unsigned', 'grant_expired'];
const notFound = { 404: ['not_found'] } as const;
const stepped = { ...notFound, 409: ['opening_state'] } as const;

@Controller('/api/v1/grants/:id/openings')
export class OpeningsController {
  constructor(private readonly openings: OpeningsService) {}

  @Get()
  @Opens('opening.list')
  @Answers(200, openingList, 'Openings of a grant for emergencies, for its two sides.', { problems: notFound })
  list(@OpenDoor() door: Door<'opening.list'>, @TakesPath(openingsPath) path: OpeningsPath): Promise<OpeningList> {
    return this.openings.list(door, path.id);
  }

  @Post()
  @Opens('opening.ask')
  @Answers(
    201,
    openingStepped,
    'Asks for an opening of a grant for emergencies. It opens nothing until another member confirms it, within an hour; the owner is told at once.',
    {
      problems: {
        ...notFound,
        403: [...begins, 'purpose_unknown', 'grant_purpose', 'opening_under_way', 'opening_unreviewed'],
        409: ['opening_state'],
      },
    },
  )
  ask(
    @OpenDoor() door: Door<'opening.ask'>,
    @TakesPath(openingsPath) path: OpeningsPath,
    @TakesBody(newOpening) body: NewOpening,
  ): Promise<OpeningStepped> {
    return this.openings.ask(door, path.id, body);
  }

  @Post(':opening/confirmation')
  @Opens('opening.confirm')
  @Answers(
    201,
    openingStepped,
    'Opens the grant for as many minutes as it says, as another member than the one who asked.',
    {
      problems: { ...stepped, 403: [...begins, 'opening_same_person', 'opening_asker_gone'] },
    },
  )
  confirm(
    @OpenDoor() door: Door<'opening.confirm'>,
    @TakesPath(openingPath) path: OpeningPath,
  ): Promise<OpeningStepped> {
    return this.openings.step(door, path.id, path.opening);
  }

  @Post(':opening/end')
  @Opens('opening.end')
  @Answers(
    201,
    openingStepped,
    'Ends an opening at once, also for a search that is running; or withdraws a wish for one.',
    {
      problems: { ...stepped, 403: ['role'] },
    },
  )
  end(@OpenDoor() door: Door<'opening.end'>, @TakesPath(openingPath) path: OpeningPath): Promise<OpeningStepped> {
    return this.openings.step(door, path.id, path.opening);
  }

  @Post(':opening/review')
  @Opens('opening.review')
  @Answers(
    201,
    openingStepped,
    'What the owner found of an opening that is over. Until then the grant cannot be opened again.',
    {
      problems: { ...stepped, 403: ['not_owner'] },
    },
  )
  review(
    @OpenDoor() door: Door<'opening.review'>,
    @TakesPath(openingPath) path: OpeningPath,
    @TakesBody(openingReview) body: OpeningReview,
  ): Promise<OpeningStepped> {
    return this.openings.review(door, path.id, path.opening, body);
  }
}
