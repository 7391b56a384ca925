// The list of rooms that the web process consists of, and what they need of the server. A new room is a line here.
import { Module, type DynamicModule } from '@nestjs/common';
import type { Action } from './access/actions.js';
import { AgenciesModule } from './agencies/agencies.module.js';
import { GrantsModule } from './grants/grants.module.js';
import { PublishModule } from './publish/publish.module.js';
import { IdentityModule } from './identity/identity.module.js';
import { IngestModule } from './ingest/ingest.module.js';
import { takePictureBodies } from './ingest/picture-bodies.js';
import { publishOpeners, signInOpeners, workerOpeners } from './jobs/openers.js';
import { SearchModule } from './search/search.module.js';
import { TransparencyModule } from './transparency/transparency.module.js';
import { OversightModule } from './oversight/oversight.module.js';
import { GroundModule, type Ground } from './web/ground.js';
import type { WebParts } from './web/open-web.js';
import { WebModule } from './web/web.module.js';

const rooms = [
  WebModule,
  IdentityModule,
  AgenciesModule,
  PublishModule,
  TransparencyModule,
  IngestModule,
  SearchModule,
  GrantsModule,
  OversightModule,
];

/** Actions whose room is not built yet. The boot checks fail when one of them is opened after all, so this list can only shrink. */
const awaited: readonly Action[] = [];

@Module({})
export class AppModule {
  static of(ground: Ground): DynamicModule {
    return { module: AppModule, imports: [GroundModule.of(ground), ...rooms] };
  }
}

/** Everything that `openWeb` puts together. */
export const webParts = (ground: Ground): WebParts => ({
  rooms: AppModule.of(ground),
  prepare: [(server) => takePictureBodies(server, ground.config.FRAME_BYTES_MAX)],
  otherOpeners: [...workerOpeners, ...publishOpeners, ...signInOpeners],
  awaited,
});
