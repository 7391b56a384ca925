// What a room of the web process may ask for by constructor. Made once, outside Nest, by whoever starts the process; a test
// hands in the same real things. It refuses to make anything itself.
import { Global, Module, type DynamicModule } from '@nestjs/common';
import type { Config } from '../config/config.js';
import type { Clock } from '../core/clock.js';
import { Bell } from '../jobs/bell.js';
import { Press } from '../paper/press.js';
import { Blobs } from '../vault/blobs/blobs.js';
import { Vault } from '../vault/vault.js';

/** Token of the process's `Config`. */
export const CONFIG = Symbol('config');
/** Token of the process's `Clock`. */
export const CLOCK = Symbol('clock');

export interface Ground {
  readonly config: Config;
  readonly clock: Clock;
  readonly vault: Vault;
  readonly blobs: Blobs;
  readonly bell: Bell;
  readonly press: Press;
}

@Global()
@Module({})
export class GroundModule {
  static of(ground: Ground): DynamicModule {
    const providers = [
      { provide: CONFIG, useValue: ground.config },
      { provide: CLOCK, useValue: ground.clock },
      { provide: Vault, useValue: ground.vault },
      { provide: Blobs, useValue: ground.blobs },
      { provide: Bell, useValue: ground.bell },
      { provide: Press, useValue: ground.press },
    ];
    return { module: GroundModule, providers, exports: providers.map(({ provide }) => provide) };
  }
}
