// `plateward worker`: one worker process, for deployments; start as many as there are cores to give them.
import { Command } from 'commander';
import { workerEntry } from './places.js';
import { runEntry } from './run-entry.js';

export const workerCommand = (): Command => new Command('worker').action(() => runEntry(workerEntry));
