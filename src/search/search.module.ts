// The room of searching.
import { Module } from '@nestjs/common';
import { need, type Config } from '../config/config.js';
import { CONFIG } from '../web/ground.js';
import { PictureLinks } from './picture-links.js';
import { SearchController } from './search.controller.js';
import { SearchService } from './search.service.js';

@Module({
  controllers: [SearchController],
  providers: [
    SearchService,
    {
      provide: PictureLinks,
      inject: [CONFIG],
      useFactory: (config: Config) => new PictureLinks(need(config.LINK_SECRET, 'LINK_SECRET').reveal()),
    },
  ],
})
export class SearchModule {}
