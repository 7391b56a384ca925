// What the house's own worker asks of witnesses that an agency requires: their cosignatures of the log's newest head, each verified.
import { Fault } from '../../src/audit-verify/bytes.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { askedWitness, askWitnesses, type Post } from './ask.js';
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
 * @param logKey a verifier key that the log has or had, from elsewhere than its address
 * @param call how witnesses are asked
 * @returns those that gave one; or why none could be asked
 */
export const askRequired = async (
  logUrl: string,
  logKey: string,
  witnesses: readonly { readonly key: string; readonly url: string }[],
  call: Post,
): Promise<readonly Given[] | { readonly because: string }> => {
  try {
    const { note, head, answers } = await askWitnesses(
      nodeArithmetic,
      logAddress(logUrl),
      logKey,
      witnesses.map(({ url, key }) => askedWitness(nodeArithmetic, url, key)),
      call,
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
