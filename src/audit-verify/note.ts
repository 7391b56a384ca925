// Keys, signed tree heads and proofs as others write them (C2SP signed-note, tlog-checkpoint, tlog-proof): read strictly, and believed
// only under the key that the reader was given.
import { Fault, fromBase64, hex, same, utf8, type Arithmetic } from './bytes.js';
import { rootOfInclusion } from './merkle.js';

export interface VerifierKey {
  readonly name: string;
  /** First 4 bytes of SHA-256 over name and key. */
  readonly hint: Uint8Array;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

export interface Head {
  readonly size: number;
  readonly root: Uint8Array;
}

/** What a key signs: the heads of a log, or as a witness that it saw them (C2SP tlog-cosignature). */
export const keyTypes = { log: 1, witness: 4 } as const;

/** @throws Fault when the text is not a verifier key for Ed25519 of that type */
export const parseKey = ({ sha256 }: Arithmetic, text: string, type: number = keyTypes.log): VerifierKey => {
  const found = /^([^ +]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)\n?$/.exec(text);
  const bytes = found && fromBase64(found[3]!);
  if (!found || bytes?.length !== 33 || bytes[0] !== type)
    throw new Fault(`the key is not a ${type === keyTypes.witness ? "witness's" : 'verifier'} key for Ed25519`);
  const [, name = '', hint] = found;
  const expected = sha256(utf8(`${name}\n`), bytes).subarray(0, 4);
  if (hex(expected) !== hint) throw new Fault('the key does not have the hash that it names');
  return { name, hint: expected, publicKey: bytes.subarray(1) };
};

export interface NoteSignature {
  readonly name: string;
  readonly hint: Uint8Array;
  /** What follows the hint, at least one byte. */
  readonly bytes: Uint8Array;
}

/**
 * The text that was signed, with its last line break, and who signed it.
 * @throws Fault when it is not a signed note
 */
export const splitNote = (note: string): { readonly text: string; readonly signatures: readonly NoteSignature[] } => {
  const end = note.indexOf('\n\n');
  if (end < 0 || !note.endsWith('\n') || /\p{Surrogate}/u.test(note))
    throw new Fault('the checkpoint is not a signed note');
  const signatures = note
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const found = /^— ([^ +]+) ([A-Za-z0-9+/=]+)$/.exec(line);
      const signature = found && fromBase64(found[2]!);
      if (!found || !signature || signature.length < 5)
        throw new Fault('the checkpoint has a line that is no signature');
      return { name: found[1]!, hint: signature.subarray(0, 4), bytes: signature.subarray(4) };
    });
  return { text: note.slice(0, end + 1), signatures };
};

/**
 * That key's signature among those of a note; undefined when it has none.
 * @throws Fault when it has two
 */
export const signatureOf = (signatures: readonly NoteSignature[], key: VerifierKey): Uint8Array | undefined => {
  const found = signatures.filter(({ name, hint }) => name === key.name && same(hint, key.hint));
  if (found.length > 1) throw new Fault('the checkpoint is signed twice with this key');
  return found[0]?.bytes;
};

/**
 * The head that a checkpoint's text states; nothing of it is believed yet.
 * @param name of the log
 * @throws Fault when it is not a checkpoint of that log
 */
export const statedHead = (text: string, name: string): Head => {
  const [origin, sizeText = '', rootText = '', ...more] = text.slice(0, -1).split('\n');
  if (origin !== name) throw new Fault('the checkpoint is of another log');
  const size = /^(0|[1-9][0-9]{0,15})$/.test(sizeText) ? Number(sizeText) : NaN;
  const root = fromBase64(rootText);
  if (!Number.isSafeInteger(size) || root?.length !== 32 || more.includes(''))
    throw new Fault('the checkpoint does not state a size and a root');
  return { size, root };
};

/**
 * The head that a checkpoint states, its signature checked.
 * @throws Fault when it is not a checkpoint of this log, or this key's signature on it is missing or does not hold
 */
export const openCheckpoint = async (arithmetic: Arithmetic, note: string, key: VerifierKey): Promise<Head> => {
  const { text, signatures } = splitNote(note);
  const head = statedHead(text, key.name);
  const signature = signatureOf(signatures, key);
  if (!signature) throw new Fault('the checkpoint is not signed with this key');
  if (!(await arithmetic.ed25519(key.publicKey, utf8(text), signature)))
    throw new Fault("the checkpoint's signature does not hold");
  return head;
};

/** Bytes of hashes in base64. @throws Fault */
export const hashesOf = (texts: readonly string[], entry?: number): Uint8Array[] =>
  texts.map((text) => {
    const bytes = fromBase64(text);
    if (bytes?.length !== 32) throw new Fault('a proof holds something that is no hash', entry);
    return bytes;
  });

/**
 * Checks a receipt's proof: that this leaf hash stands at that place in the tree of the checkpoint which the proof ends with.
 * @param open answers with the checkpoint's head, once its signature was checked
 * @throws Fault
 */
export const checkProofUnder = async (
  arithmetic: Arithmetic,
  proof: string,
  expected: { readonly entry: number; readonly hash: Uint8Array },
  open: (note: string) => Promise<Head>,
): Promise<Head> => {
  const end = proof.indexOf('\n\n');
  const [name, index, ...hashes] = proof.slice(0, Math.max(end, 0)).split('\n');
  if (end < 0 || name !== 'c2sp.org/tlog-proof@v1') throw new Fault('the proof is not a tlog-proof');
  if (index !== `index ${expected.entry}`) throw new Fault('the proof is of another entry', expected.entry);
  const head = await open(proof.slice(end + 2));
  const root = rootOfInclusion(arithmetic, expected.entry, head.size, expected.hash, hashesOf(hashes, expected.entry));
  if (!root || !same(root, head.root))
    throw new Fault('the entry is not in the tree of the signed head', expected.entry);
  return head;
};

/** The same under one key. @throws Fault */
export const checkProof = (
  arithmetic: Arithmetic,
  proof: string,
  expected: { readonly entry: number; readonly hash: Uint8Array },
  key: VerifierKey,
): Promise<Head> => checkProofUnder(arithmetic, proof, expected, (note) => openCheckpoint(arithmetic, note, key));
