// What the house's own worker asks of witnesses that an agency requires: their cosignatures of the log's newest head, each verified.
import { Fault } from '../../src/audit-verify/bytes.js';
import { parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { askedWitness, askWitnesses } from './ask.js';
import { logAddress } from './log-address.js';

export interface Given {
  /** The witness's verifier key, as it was named. */
  readonly key: string;
  /** By the witness's clock. */
  readonly at: Date;
  /** Entries of the log under the head. */
  readonly size: number;
  /** The signature line. */
  readonly line: string;
}

/**
 * @param logUrl without what follows it, such as `/checkpoint`
 * @param logKey the log's verifier key, from elsewhere than its address
 * @returns those that gave one; or why none could be asked
 */
export const askRequired = async (
  logUrl: string,
  logKey: string,
  witnesses: readonly { readonly key: string; readonly url: string }[],
): Promise<readonly Given[] | { readonly because: string }> => {
  try {
    const { note, head, answers } = await askWitnesses(
      nodeArithmetic,
      logAddress(logUrl),
      parseKey(nodeArithmetic, logKey),
      witnesses.map(({ url, key }) => askedWitness(nodeArithmetic, url, key)),
    );
    const lines = note.split('\n');
    return answers.flatMap(({ cosigned }, at) => {
      const line = cosigned && lines.find((each) => each.startsWith(`— ${cosigned.witness} `));
      return line ? [{ key: witnesses[at]!.key, at: new Date(cosigned.time * 1000), size: head.size, line }] : [];
    });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { because: error.because };
  }
};
