// The room of searching.
import { Module } from '@nestjs/common';
import { need, type Config } from '../config/config.js';
import { CONFIG } from '../web/ground.js';
import { PictureLinks } from './picture-links.js';
import { RunningSearches } from './running.js';
import { SearchController } from './search.controller.js';
import { ReadReviewsController } from './read-reviews.controller.js';
import { ReadReviewsService } from './read-reviews.service.js';
import { PlacesService } from './places.service.js';
import { SearchService } from './search.service.js';

@Module({
  controllers: [SearchController, ReadReviewsController],
  providers: [
    SearchService,
    PlacesService,
    ReadReviewsService,
    {
      provide: PictureLinks,
      inject: [CONFIG],
      useFactory: (config: Config) => new PictureLinks(need(config.LINK_SECRET, 'LINK_SECRET').reveal()),
    },
    {
      provide: RunningSearches,
      inject: [CONFIG],
      useFactory: (config: Config) =>
        new RunningSearches({
          memberMax: config.SEARCHES_PER_MEMBER_MAX,
          agencyMax: config.SEARCHES_PER_AGENCY_MAX,
          connectionsMax: config.DATABASE_CONNECTIONS_MAX,
        }),
    },
  ],
})
export class SearchModule {}
