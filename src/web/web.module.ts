// What every route of the house shares: the filter that makes problems of errors, the shaping of answers, and the pages and
// probes of the process itself.
import { Module } from '@nestjs/common';
import { APP_FILTER, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { ApiDocument } from './api-document.js';
import { ConsoleController } from './console.controller.js';
import { HouseController } from './house.controller.js';
import { PagesController } from './pages.controller.js';
import { ProblemFilter } from './problem.filter.js';
import { ShapeInterceptor } from './shape.interceptor.js';

@Module({
  imports: [DiscoveryModule],
  controllers: [HouseController, PagesController, ConsoleController],
  providers: [
    ApiDocument,
    { provide: APP_FILTER, useClass: ProblemFilter },
    { provide: APP_INTERCEPTOR, useClass: ShapeInterceptor },
  ],
})
export class WebModule {}
