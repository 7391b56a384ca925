// The room of searching.
import { Module } from '@nestjs/common';
import { need, type Config } from '../config/config.js';
import { CONFIG } from '../web/ground.js';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';
import { PictureLinks } from './picture-links.js';
import { RunningSearches } from './running.js';
import { SearchController } from './search.controller.js';
import { ReadReviewsController } from './read-reviews.controller.js';
import { ReadReviewsService } from './read-reviews.service.js';
import { PlacesService } from './places.service.js';
import { SearchService } from './search.service.js';
import { ShownReads } from './shown.js';
import { WatchesController } from './watches.controller.js';
import { WatchesService } from './watches.service.js';

@Module({
  controllers: [SearchController, ExportsController, ReadReviewsController, WatchesController],
  providers: [
    SearchService,
    PlacesService,
    ReadReviewsService,
    WatchesService,
    ExportsService,
    {
      provide: ShownReads,
      inject: [CONFIG],
      useFactory: (config: Config) => new ShownReads(need(config.LINK_SECRET, 'LINK_SECRET').reveal()),
    },
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
