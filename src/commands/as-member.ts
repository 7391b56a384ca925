// Commands that change an agency do it over HTTP as one of its own members, with that member's password: there is no super user,
// and what is done stands in the agency's log under a name.
import path from 'node:path';
import type { Command } from 'commander';
import { loadConfig } from '../config/config.js';
import { invalid } from '../core/errors.js';
import { MemberClient } from './api-client.js';
import { askPassword } from './ask.js';
import { readRunning } from './running.js';

export interface AsMember {
  readonly agency: string;
  readonly as: string;
  readonly url?: string;
}

export const urlHelp =
  'where Plateward runs (default: the `npm start` on this machine, else PUBLIC_URL, else port 8080)';

/** The address that was named, or that of the `npm start` on this data folder, or the usual one. */
export const addressOf = async (named: string | undefined): Promise<string> => {
  const config = loadConfig();
  const running = named === undefined ? await readRunning(path.resolve(config.DATA_DIR)) : undefined;
  const address = named ?? running?.url ?? config.PUBLIC_URL ?? `http://127.0.0.1:${config.PORT || 8080}`;
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    throw invalid('options', `--url must be an address such as http://127.0.0.1:8080, not ${address}.`);
  return address.replace(/\/$/, '');
};

/** Adds the options that say where, in which agency and as whom. */
export const signingIn = (command: Command, who = 'an administrator of that agency'): Command =>
  command
    .requiredOption('--agency <short name>', 'the agency, such as springfield-pd')
    .requiredOption('--as <login>', `${who}; the password is asked for, or taken from PLATEWARD_PASSWORD`)
    .option('--url <address>', urlHelp);

/** Runs `work` as that member, with the password that was given, and signs out. */
export const asMember = async <T>(
  { agency, as, url }: AsMember,
  work: (client: MemberClient, password: string) => Promise<T>,
): Promise<T> => {
  const password = await askPassword(`Password of ${as} in ${agency}`, 'PLATEWARD_PASSWORD');
  const client = await MemberClient.signIn(await addressOf(url), agency, as, password);
  try {
    return await work(client, password);
  } finally {
    await client.signOut().catch(() => undefined);
  }
};
