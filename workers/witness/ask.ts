// Asks witnesses to cosign a log's newest head (C2SP tlog-witness, the client's side), whoever runs them and whatever they run, and puts
// their cosignatures under it. It believes no witness: what comes back is checked under the key that was named for it.
import { cosignaturesOn, parseWitnessKey, type Cosigned } from '../../src/audit-verify/cosignature.js';
import { Fault, type Arithmetic } from '../../src/audit-verify/bytes.js';
import { TiledTree } from '../../src/audit-verify/growth.js';
import type { Head, VerifierKey } from '../../src/audit-verify/note.js';
import { followKeys, openHead } from '../../src/audit-verify/succession.js';
import { messageOf } from '../../src/core/errors.js';
import { bodyOf, bytesMax, type LogAddress } from './log-address.js';

const timeoutMs = 15_000;
/** A witness may be moved on by others between two requests. */
const triesMax = 5;

export interface AskedWitness {
  /** Where `/add-checkpoint` is below. */
  readonly url: string;
  readonly key: VerifierKey;
}

export interface Answered {
  readonly witness: string;
  /** What it put under the head; undefined when it did not. */
  readonly cosigned?: Cosigned | undefined;
  readonly because?: string | undefined;
}

export interface CosignedNote {
  readonly note: string;
  readonly head: Head;
  readonly answers: readonly Answered[];
}

/** @throws Fault when the texts are not `<url>` and a witness's key */
export const askedWitness = (arithmetic: Arithmetic, url: string, key: string): AskedWitness => ({
  url: url.replace(/\/+$/, ''),
  key: parseWitnessKey(arithmetic, key),
});

/** Longest answer of a witness that is read, in bytes. */
export const answerBytesMax = bytesMax;

/** How a witness is asked. @returns whatever it answers @throws when it does not */
export type Post = (url: string, body: string) => Promise<{ readonly status: number; readonly said: Uint8Array }>;

const byFetch: Post = async (url, body) => {
  const answer = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    signal: AbortSignal.timeout(timeoutMs),
  });
  return { status: answer.status, said: await bodyOf(answer) };
};

/** The witness's lines, or the size where it is. @throws Fault when it answers neither */
const post = async (call: Post, url: string, body: string): Promise<{ lines: string } | { size: number }> => {
  let status: number;
  let said: string;
  try {
    const answer = await call(`${url}/add-checkpoint`, body);
    status = answer.status;
    said = new TextDecoder('utf-8').decode(answer.said);
  } catch (error) {
    throw new Fault(`it cannot be asked: ${messageOf(error)}`);
  }
  if (status === 200) return { lines: said };
  const size = status === 409 ? /^(0|[1-9][0-9]{0,15})\n$/.exec(said)?.[1] : undefined;
  if (size !== undefined) return { size: Number(size) };
  throw new Fault(
    `it answers ${status}: ${said
      .replaceAll(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, 200)}`,
  );
};

/** @returns the witness's own line, checked. @throws Fault when it gives none */
const askOne = async (
  arithmetic: Arithmetic,
  { url, key }: AskedWitness,
  note: string,
  tree: TiledTree,
  call: Post,
): Promise<{ readonly line: string; readonly cosigned: Cosigned }> => {
  let old = 0;
  for (let tries = 0; tries < triesMax; tries += 1) {
    const proof = (await tree.proof(old)).map((hash) => Buffer.from(hash).toString('base64'));
    const answer = await post(call, url, [`old ${old}`, ...proof, '', note].join('\n'));
    if ('lines' in answer) {
      for (const line of answer.lines.split('\n').filter((each) => each.startsWith(`— ${key.name} `))) {
        const [cosigned] = await cosignaturesOn(arithmetic, `${note}${line}\n`, [key]);
        if (cosigned) return { line: `${line}\n`, cosigned };
      }
      throw new Fault('its answer has no cosignature with its key');
    }
    if (answer.size > tree.size) throw new Fault(`it has seen ${answer.size} entries and the log shows ${tree.size}`);
    if (answer.size === old && tries > 0)
      throw new Fault(`it does not take the head: it has seen another of ${old} entries`);
    old = answer.size;
  }
  throw new Fault('it was moved on by others each time');
};

/**
 * The log's newest head with the cosignatures of those that gave one.
 * @param key the log's verifier key, or any that it had
 * @param call how witnesses are asked
 * @throws Fault when the log shows no head that is signed with its key, or no tiles
 */
export const askWitnesses = async (
  arithmetic: Arithmetic,
  address: LogAddress,
  key: string,
  witnesses: readonly AskedWitness[],
  call: Post = byFetch,
): Promise<CosignedNote> => {
  const shown = await address.checkpoint();
  const keys = await followKeys(arithmetic, key, await address.keys());
  const head = await openHead(arithmetic, shown, keys);
  // Cosignatures that the log shows by itself are asked for anew: a witness stands under a head once.
  const note = ownPart(shown, keys.name);
  const tree = new TiledTree(arithmetic, address.tile, head.size);
  const answers = await Promise.all(
    witnesses.map(async (witness) => {
      try {
        return { witness: witness.key.name, ...(await askOne(arithmetic, witness, note, tree, call)) };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { witness: witness.key.name, because: error.because };
      }
    }),
  );
  const lines = answers.map((answer) => ('line' in answer ? answer.line : '')).join('');
  return {
    note: `${note}${lines}`,
    head,
    answers: answers.map((answer) => ({
      witness: answer.witness,
      ...('cosigned' in answer ? { cosigned: answer.cosigned } : { because: answer.because }),
    })),
  };
};

/** A checkpoint with its log's own signatures only. */
const ownPart = (note: string, name: string): string => {
  const end = note.indexOf('\n\n') + 2;
  const own = note
    .slice(end)
    .split('\n')
    .filter((line) => line.startsWith(`— ${name} `));
  return `${note.slice(0, end)}${own.join('\n')}\n`;
};
