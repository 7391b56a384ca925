// What witnesses put under a log's signed head (C2SP tlog-cosignature v1, Ed25519): that at that time this was the largest tree they
// had seen of the log, grown out of all that they had seen before. Believed only under the witnesses' keys that the reader was given.
import { Fault, same, utf8, type Arithmetic } from './bytes.js';
import { keyTypes, parseKey, signatureOf, splitNote, type VerifierKey } from './note.js';

/** @throws Fault when the text is not a witness's verifier key */
export const parseWitnessKey = (arithmetic: Arithmetic, text: string): VerifierKey =>
  parseKey(arithmetic, text, keyTypes.witness);

/**
 * The bytes that a witness signs.
 * @param time seconds since 1970
 * @param text of the checkpoint, with its last line break and without signatures
 */
export const cosignedMessage = (time: bigint, text: string): Uint8Array =>
  utf8(`cosignature/v1\ntime ${time}\n${text}`);

export interface Cosigned {
  /** Name of the witness. */
  readonly witness: string;
  /** Seconds since 1970, by the witness's clock. */
  readonly time: number;
}

/**
 * Which of these witnesses have cosigned the head.
 * @throws Fault when one of them stands there with a cosignature that does not hold, or twice
 */
export const cosignaturesOn = async (
  arithmetic: Arithmetic,
  note: string,
  witnesses: readonly VerifierKey[],
): Promise<Cosigned[]> => {
  const { text, signatures } = splitNote(note);
  const found: Cosigned[] = [];
  for (const witness of witnesses) {
    const bytes = signatureOf(signatures, witness);
    if (!bytes) continue;
    if (bytes.length !== 72) throw new Fault(`the cosignature of ${witness.name} does not have 72 bytes`);
    const time = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0);
    const holds =
      time < 2n ** 63n && (await arithmetic.ed25519(witness.publicKey, cosignedMessage(time, text), bytes.subarray(8)));
    if (!holds) throw new Fault(`the cosignature of ${witness.name} does not hold`);
    found.push({ witness: witness.name, time: Number(time) });
  }
  return found;
};

/** Witnesses that a reader trusts, and how many of them he wants under a head. */
export interface Quorum {
  /** Verifier keys. */
  readonly keys: readonly string[];
  readonly quorum: number;
}

/**
 * The cosignatures of the first of these heads that has enough of them.
 * @param notes checkpoints, at least one, each opened under its log's key before
 * @throws Fault when none has, or a cosignature does not hold, or what is wanted is no quorum
 */
export const requireQuorum = async (
  arithmetic: Arithmetic,
  notes: readonly string[],
  { keys, quorum }: Quorum,
): Promise<{ readonly at: number; readonly cosigned: readonly Cosigned[] }> => {
  const witnesses = keys.map((key) => parseWitnessKey(arithmetic, key));
  const twice = witnesses.some((one, at) =>
    witnesses.slice(0, at).some((other) => same(one.publicKey, other.publicKey) || one.name === other.name),
  );
  if (twice) throw new Fault('a witness is named twice');
  if (!Number.isSafeInteger(quorum) || quorum < 1 || quorum > witnesses.length)
    throw new Fault(`${quorum} of ${witnesses.length} witnesses is no number that there can be`);
  let most = 0;
  for (const [at, note] of notes.entries()) {
    const cosigned = await cosignaturesOn(arithmetic, note, witnesses);
    if (cosigned.length >= quorum) return { at, cosigned };
    most = Math.max(most, cosigned.length);
  }
  throw new Fault(`${most} of the ${witnesses.length} witnesses have cosigned the head; ${quorum} are wanted`);
};
