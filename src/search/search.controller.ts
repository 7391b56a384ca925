// The three routes of searching: the questions, and the pictures of its answer.
import { Controller, Get, Header, Post, type StreamableFile } from '@nestjs/common';
import { OpenDoor, Opens } from '../identity/opens.js';
import type { Door } from '../vault/vault.js';
import { Answers, TakesBody, TakesPath } from '../web/takes.js';
import {
  newPlacesSearch,
  newSearch,
  placesAnswer,
  picturePath,
  searchAnswer,
  type NewPlacesSearch,
  type NewSearch,
  type PlacesAnswer,
  type PicturePath,
  type SearchAnswer,
} from './search.schema.js';
import { PlacesService } from './places.service.js';
import { SearchService } from './search.service.js';

const grantRules = [
  'grant_missing',
  'grant_requested',
  'grant_declined',
  'grant_suspended',
  'grant_revoked',
  'grant_expired',
  'grant_not_yet_valid',
  'grant_purpose',
  'grant_camera',
  'grant_area',
];

@Controller('/api/v1/searches')
export class SearchController {
  constructor(
    private readonly searches: SearchService,
    private readonly places: PlacesService,
  ) {}

  @Post()
  @Opens('read.search')
  @Answers(
    200,
    searchAnswer,
    "Searches reads: own, and other agencies' under a live grant. On record before it answers.",
    {
      problems: {
        400: [
          'plate_empty',
          'plate_characters',
          'plate_too_long',
          'plate_too_vague',
          'fuzzy_pattern',
          'fuzzy_too_short',
          'fuzzy_alone',
          'travel_plate',
          'window_order',
          'window_too_long',
          'cursor',
          'cursor_question',
        ],
        403: ['purpose_unknown', 'cameras_missing', 'grant_budget', ...grantRules],
        404: ['not_found'],
        429: ['searches_member', 'searches_agency', 'refused_too_often'],
        503: ['busy', 'searches_full'],
      },
    },
  )
  search(@OpenDoor() door: Door<'read.search'>, @TakesBody(newSearch) body: NewSearch): Promise<SearchAnswer> {
    return this.searches.search(door, body);
  }

  @Post('places')
  @Opens('read.search')
  @Answers(
    200,
    placesAnswer,
    'Plates that were read at several places, each in its time. A search like any other: on record, with its purpose.',
    {
      problems: {
        403: ['purpose_unknown', 'cameras_missing', 'grant_budget', ...grantRules],
        404: ['not_found'],
        429: ['searches_member', 'searches_agency', 'refused_too_often'],
        503: ['busy', 'searches_full'],
      },
    },
  )
  seenAt(
    @OpenDoor() door: Door<'read.search'>,
    @TakesBody(newPlacesSearch) body: NewPlacesSearch,
  ): Promise<PlacesAnswer> {
    return this.places.search(door, body);
  }

  @Get(':searchId/pictures/:token')
  @Opens('read.picture')
  @Header('cache-control', 'no-store, private')
  @Answers(
    200,
    'image/*',
    'The picture behind a link of a search, in the session that searched. Each opening is on record.',
    {
      problems: {
        403: ['picture_link', 'picture_link_expired', 'search_missing', 'search_stale', ...grantRules],
        404: ['not_found'],
        503: [
          'busy',
          'blob_missing',
          'blob_damaged',
          'key_destroyed',
          'key_missing',
          'key_wrong',
          'blob_store_unavailable',
        ],
      },
    },
  )
  picture(@OpenDoor() door: Door<'read.picture'>, @TakesPath(picturePath) path: PicturePath): Promise<StreamableFile> {
    return this.searches.picture(door, path);
  }
}
