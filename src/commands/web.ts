// `plateward web`: the web process alone, for deployments; its settings are in the environment.
import { Command } from 'commander';
import { webEntry } from './places.js';
import { runEntry } from './run-entry.js';

export const webCommand = (): Command =>
  new Command('web')
    .description(
      'run the web process (needs DATABASE_APP_URL, DATABASE_DOOR_URL, LINK_SECRET and REDIS_URL or DATABASE_QUEUE_URL)',
    )
    .action(() => runEntry(webEntry));
