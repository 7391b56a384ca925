// Makes the vault of a process from its configuration.
import { need, type Config } from '../config/config.js';
import { Database } from './database/database.js';
import { blobsFromConfig } from './blobs/blobs.js';
import { FrontDoor } from './front-door.js';
import { LogKeys } from './log-keys.js';
import { Vault, type VaultEvent } from './vault.js';

export const openVault = (config: Config, observe?: (event: VaultEvent) => void): Vault =>
  new Vault(
    new Database(need(config.DATABASE_APP_URL, 'DATABASE_APP_URL').reveal(), {
      connectionsMax: config.DATABASE_CONNECTIONS_MAX,
    }),
    new FrontDoor(need(config.DATABASE_DOOR_URL, 'DATABASE_DOOR_URL').reveal()),
    observe,
    new LogKeys(blobsFromConfig(config).keys),
    { member: config.REFUSALS_PER_MEMBER_MAX, agency: config.REFUSALS_PER_AGENCY_MAX },
  );
