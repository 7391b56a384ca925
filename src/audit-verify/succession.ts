// The keys that a log has had, one after the other. A key that takes the place of another is told of by an entry, which the new key has signed and
// which the key before it signs its last head over; so whoever knows one of them finds all others, and knows which head each may sign.
import { Fault, canonical, fromBase64, hex, isObject, same, utf8, type Arithmetic, type Json } from './bytes.js';
import { leafHash } from './merkle.js';
import {
  checkProofUnder,
  openCheckpoint,
  parseKey,
  signatureOf,
  splitNote,
  statedHead,
  type Head,
  type VerifierKey,
} from './note.js';

/** Kind of the entry by which a key takes the place of another. */
export const rotationKind = 'logkey.rotate';

/** A change of key as the log's address `keys` and bundles have it; believed for nothing. */
export interface KeyLink {
  readonly entry: number;
  /** base64 */
  readonly leaf: string;
  readonly body: string;
  /** The entry's tlog-proof under the last head that the key before signed: the one whose newest entry this is. */
  readonly proof: string;
}

interface Turn {
  readonly entry: number;
  readonly leaf: Uint8Array;
  /** The last head of the key before. */
  readonly head: Head;
  /** The same as it was signed. */
  readonly note: string;
}

export interface Succession {
  /** The log's name. */
  readonly name: string;
  /** From the first on; one more than there are turns. */
  readonly keys: readonly VerifierKey[];
  /** The same as texts. */
  readonly texts: readonly string[];
  readonly turns: readonly Turn[];
}

const linkMembers = ['entry', 'leaf', 'body', 'proof'];

/** @throws Fault when it is no list of changes of key */
export const parseLinks = (value: Json | undefined): KeyLink[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new Fault('the keys are no list');
  return value.map((each) => {
    const strange = isObject(each) && Object.keys(each).some((name) => !linkMembers.includes(name));
    const { entry, leaf, body, proof } = isObject(each) ? each : {};
    if (
      strange ||
      typeof entry !== 'number' ||
      !Number.isSafeInteger(entry) ||
      entry < 0 ||
      typeof leaf !== 'string' ||
      typeof body !== 'string' ||
      typeof proof !== 'string'
    )
      throw new Fault('a change of key lacks entry, leaf, body or proof, or has more');
    return { entry, leaf, body, proof };
  });
};

/** As the log's address `keys` has them: one a line. @throws Fault */
export const linksOfText = (text: string): KeyLink[] => {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return parseLinks(
    lines.map((line) => {
      try {
        return JSON.parse(line) as Json;
      } catch {
        throw new Fault('a change of key is not JSON');
      }
    }),
  );
};

/** What a new key signs, to show that whoever announces it has it. */
export const possessionStatement = (origin: string, number: number, before: string, key: string): string =>
  `plateward/log-key/1\n${origin}\n${number}\n${before}\n${key}\n`;

interface Told {
  readonly before: string;
  readonly key: string;
  readonly possession: string;
  readonly number: number;
}

const factsOf = (body: string, entry: number): Told => {
  let said: Json;
  try {
    said = JSON.parse(body) as Json;
  } catch {
    throw new Fault('the body is not JSON', entry);
  }
  if (!isObject(said) || canonical(said) !== body) throw new Fault('the body is not canonical JSON', entry);
  const { kind, outcome, facts } = said;
  const { before, key, possession, number } = isObject(facts) ? facts : {};
  if (
    kind !== rotationKind ||
    outcome !== 'done' ||
    typeof before !== 'string' ||
    typeof key !== 'string' ||
    typeof possession !== 'string' ||
    typeof number !== 'number'
  )
    throw new Fault('the entry does not put a key in the place of another', entry);
  return { before, key, possession, number };
};

/** One step: from the key that is believed to the one that its log puts in its place. */
const follow = async (
  arithmetic: Arithmetic,
  { entry, leaf: leafText, body, proof }: KeyLink,
  place: { readonly number: number; readonly after: number; readonly before: string },
): Promise<{ readonly turn: Turn; readonly text: string; readonly key: VerifierKey }> => {
  const told = factsOf(body, entry);
  if (told.before !== place.before)
    throw new Fault('the entry puts a key in the place of another than signed before it', entry);
  if (told.number !== place.number || entry <= place.after)
    throw new Fault('the changes of key are out of order', entry);
  const before = parseKey(arithmetic, told.before);
  const key = parseKey(arithmetic, told.key);
  if (key.name !== before.name) throw new Fault('the new key is of another log', entry);
  const leaf = fromBase64(leafText);
  if (leaf?.length !== 96) throw new Fault('the leaf does not have 96 bytes', entry);
  const number = new DataView(leaf.buffer, leaf.byteOffset, 96).getBigUint64(16);
  const agency = before.name.slice(before.name.lastIndexOf('/') + 1).replaceAll('-', '');
  if (number !== BigInt(entry) || hex(leaf.subarray(0, 16)) !== agency)
    throw new Fault('the leaf is not of this entry of this log', entry);
  if (/\p{Surrogate}/u.test(body) || !same(arithmetic.sha256(utf8(body)), leaf.subarray(64, 96)))
    throw new Fault('the body is not the one that the leaf commits to', entry);
  const expected = { entry, hash: leafHash(arithmetic, leaf) };
  const head = await checkProofUnder(arithmetic, proof, expected, (note) => openCheckpoint(arithmetic, note, before));
  if (head.size !== entry + 1)
    throw new Fault('the last head of a key is the one that ends with the entry which replaces it', entry);
  const statement = utf8(possessionStatement(before.name, told.number, told.before, told.key));
  const signature = fromBase64(told.possession);
  if (signature?.length !== 64 || !(await arithmetic.ed25519(key.publicKey, statement, signature)))
    throw new Fault('the new key has not signed that it takes the place of the one before', entry);
  return { turn: { entry, leaf, head, note: proof.slice(proof.indexOf('\n\n') + 2) }, text: told.key, key };
};

/**
 * All keys of a log, from one that is believed.
 * @param trusted a verifier key as text: any that the log has had
 * @throws Fault when a change of key does not hold, or the log never had that key
 */
export const followKeys = async (
  arithmetic: Arithmetic,
  trusted: string,
  links: readonly KeyLink[],
): Promise<Succession> => {
  const believed = parseKey(arithmetic, trusted);
  const first = links[0] ? factsOf(links[0].body, links[0].entry).before : trusted.trim();
  const texts = [first];
  const keys = [parseKey(arithmetic, first)];
  const turns: Turn[] = [];
  for (const [at, link] of links.entries()) {
    const place = { number: at + 1, after: turns.at(-1)?.entry ?? -1, before: texts[at]! };
    const { turn, text, key } = await follow(arithmetic, link, place);
    if (keys.some((each) => same(each.publicKey, key.publicKey)))
      throw new Fault('a key that was replaced comes again', link.entry);
    texts.push(text);
    keys.push(key);
    turns.push(turn);
  }
  if (!texts.includes(trusted.trim())) throw new Fault('the key is none that this log has had');
  return { name: believed.name, keys, texts, turns };
};

/** Holds the entries of a log, in order, to the changes of key that were followed. */
export class Turns {
  private readonly turns: readonly Turn[];
  private next = 0;

  /** Changes of key that are newer than this head are none of its business. */
  constructor(
    succession: Succession,
    private readonly size: number,
  ) {
    this.turns = succession.turns.filter(({ entry }) => entry < size);
  }

  /** By entries. */
  get changedAt(): number[] {
    return this.turns.map(({ entry }) => entry);
  }

  /** The change that this entry is; undefined when it is none. @throws Fault when it is another than was followed, or one was left out */
  at(entry: number, leaf: Uint8Array): Turn | undefined {
    const turn = this.turns[this.next];
    if (!turn || entry < turn.entry) return undefined;
    if (entry > turn.entry) this.end();
    if (!same(turn.leaf, leaf)) throw new Fault('another entry stands where a key says that it was replaced', entry);
    this.next += 1;
    return turn;
  }

  /** @param root of the tree that ends with the change's entry. @throws Fault */
  hold({ entry, head }: Turn, root: Uint8Array): void {
    if (!same(root, head.root))
      throw new Fault('the last head of a replaced key is not one of this log: history was rewritten', entry);
  }

  /** Of an entry that tells of a change which was not followed. At the head's very end the key before still signs, and has nothing to hand over yet. @throws Fault */
  unsigned(entry: number): void {
    if (entry < this.size - 1) throw new Fault('a key is replaced here that never signed for it', entry);
  }

  /** @throws Fault when the entry of a change was not among them */
  end(): void {
    const turn = this.turns[this.next];
    if (turn) throw new Fault('the entry that put a key in the place of another is not here', turn.entry);
  }
}

/** Which key may sign a head of that size; two where one took the place of the other at just that size. */
export const signersAt = ({ keys, turns }: Succession, size: number): VerifierKey[] =>
  keys.filter((_, at) => size <= (turns[at]?.head.size ?? Infinity) && size >= (turns[at - 1]?.head.size ?? 0));

/** A head that one of the log's keys has signed out of its time: no accident, whoever did that had the private half. */
export class OutOfTime extends Fault {}

/**
 * The head that a checkpoint states, signed by the key whose turn it was.
 * @throws OutOfTime when another of the log's keys signed it; Fault
 */
export const openHead = async (arithmetic: Arithmetic, note: string, succession: Succession): Promise<Head> => {
  const { text, signatures } = splitNote(note);
  const head = statedHead(text, succession.name);
  const holds = (key: VerifierKey, signature: Uint8Array): Promise<boolean> =>
    arithmetic.ed25519(key.publicKey, utf8(text), signature);
  let signed = false;
  for (const key of signersAt(succession, head.size)) {
    const signature = signatureOf(signatures, key);
    if (!signature) continue;
    if (!(await holds(key, signature))) throw new Fault("the checkpoint's signature does not hold");
    signed = true;
  }
  if (signed) return head;
  for (const [at, key] of succession.keys.entries()) {
    const signature = signatureOf(signatures, key);
    if (!signature || !(await holds(key, signature))) continue;
    const after = succession.turns[at];
    throw new OutOfTime(
      after && head.size > after.head.size
        ? `the head of ${head.size} entries is signed with a key that the log replaced at entry ${after.entry}`
        : `the head of ${head.size} entries is signed with a key that the log has only had since entry ${succession.turns[at - 1]?.entry ?? 0}`,
    );
  }
  throw new Fault('the checkpoint is not signed with this key');
};
