// `plateward web`: the web process alone, for deployments; its settings are in the environment.
import { Command } from 'commander';
import { webEntry } from './places.js';
import { runEntry } from './run-entry.js';

export const webCommand = (): Command => new Command('web').action(() => runEntry(webEntry));
