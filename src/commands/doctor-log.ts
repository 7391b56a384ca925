// Checks one agency's log as a stranger does: at its public addresses, every entry, the tree over them, its tiles and its signed head. With
// the login of one of its auditors also what is opened to him; that reading stands in the log as any other does.
import { Fault } from '../audit-verify/bytes.js';
import { verifyLog } from '../audit-verify/verify.js';
import { asMember } from './as-member.js';
import { logAt, overHttp } from './log-source.js';
import { openedFor, withOpened } from './log-opened.js';
import { nodeArithmetic } from './node-arithmetic.js';

/**
 * @param address of the house
 * @param as login of a member who may read the log
 * @returns what was found, in a few words
 * @throws Error naming the first entry that does not hold
 */
export const checkLog = async (address: string, agency: string, as?: string): Promise<string> => {
  try {
    const log = await logAt(overHttp(`${address}/log/${encodeURIComponent(agency)}`));
    const size = Number(log.checkpoint.split('\n')[1]);
    const opened =
      as === undefined ? undefined : await asMember({ agency, as, url: address }, (client) => openedFor(client, size));
    const entries = opened ? withOpened(log.entries, opened) : log.entries;
    const found = await verifyLog(nodeArithmetic, { ...log, entries });
    return `${found.entries} entries, one tree under its signed head${opened ? `, ${found.opened} values open as they were committed to` : ''}`;
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { entry, because } = error;
    throw new Error(
      `${entry === undefined ? 'The log' : `Entry ${entry} of the log`} does not hold: ${because}. Compare it with your receipts and backups.`,
      { cause: error },
    );
  }
};
