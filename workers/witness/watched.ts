// One log that the witness follows. A head is cosigned when the log signed it and it grew out of the last one that was cosigned, and it
// is on disk before anybody hears of it. Never two heads that contradict each other, never a smaller one after a larger.
import { cosignaturesOn } from '../../src/audit-verify/cosignature.js';
import { Fault, hex, same, utf8, type Arithmetic } from '../../src/audit-verify/bytes.js';
import { TiledTree } from '../../src/audit-verify/growth.js';
import { isConsistent } from '../../src/audit-verify/merkle.js';
import { splitNote, type Head } from '../../src/audit-verify/note.js';
import { OutOfTime } from '../../src/audit-verify/succession.js';
import type { Alarm, AlarmKind, Alarms } from './alarms.js';
import { KeptHeads, type Kept } from './kept.js';
import type { Followed, KeptKeys } from './kept-keys.js';
import type { LogAddress } from './log-address.js';
import type { Signer } from './signer.js';
import { tell } from './tell.js';

/** What came of a head that was shown to the witness (C2SP tlog-witness names the same cases). */
export type Verdict =
  | { readonly kind: 'cosigned'; readonly line: string }
  | { readonly kind: 'behind'; readonly size: number }
  | { readonly kind: 'unproven' };

export interface WatchedLogParts {
  readonly arithmetic: Arithmetic;
  readonly keys: KeptKeys;
  readonly signer: Signer;
  readonly address: LogAddress;
  /** Folder of this log's state. */
  readonly folder: string;
  readonly alarms: Alarms;
  /** Longest that the log may leave unshown that it grew, before that is an alarm. */
  readonly patienceMs: number;
}

const empty = (arithmetic: Arithmetic): Head => ({ size: 0, root: arithmetic.sha256() });
const short = ({ root }: Head): string => hex(root).slice(0, 16);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Least time between two looks at a log's keys because somebody brought a head under one that is not known. */
const keysEveryMs = 2000;

export class WatchedLog {
  /** What it lacks at present, in words; undefined when all is well. */
  trouble: string | undefined;
  private wellAtMs = Date.now();
  /** The latest head with a cosignature of the last time that it was looked at. */
  private fresh: string | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private readonly compared = new Set<string>();
  private keysAskedAtMs = 0;

  private constructor(
    private readonly parts: WatchedLogParts,
    private readonly kept: KeptHeads,
  ) {}

  /** @throws PlatewardError `witness_state` */
  static async open(parts: WatchedLogParts): Promise<WatchedLog> {
    const { arithmetic, keys, signer, folder } = parts;
    const kept = await KeptHeads.open(folder, async (note) => {
      const head = await keys.opened(note);
      if ((await cosignaturesOn(arithmetic, note, [signer.key])).length === 0)
        throw new Fault('the head there was not cosigned by this witness');
      return head;
    });
    return new WatchedLog(parts, kept);
  }

  get origin(): string {
    return this.parts.keys.name;
  }

  get alarms(): readonly string[] {
    return this.parts.alarms.files;
  }

  get latest(): Kept | undefined {
    const { latest } = this.kept;
    return latest && { head: latest.head, note: this.fresh ?? latest.note };
  }

  /** The head of a checkpoint that the log signed, also with a key that it only now says it has. @throws Fault */
  async opened(note: string): Promise<Head> {
    try {
      return await this.parts.keys.opened(note);
    } catch (error) {
      if (error instanceof OutOfTime) await this.cryKey(note, error.because);
      if (!(error instanceof Fault) || error instanceof OutOfTime || !this.parts.keys.strangeOn(note)) throw error;
      if (Date.now() - this.keysAskedAtMs < keysEveryMs) throw error;
      this.keysAskedAtMs = Date.now();
      // Anybody can bring a head under a key of his own: that alone is no evidence against the log.
      return this.underNewKey(note, () => Promise.resolve());
    }
  }

  /**
   * Judges a head that the log signed, and cosigns it when it grew out of the last one.
   * @param old size of the head that the proof begins at
   */
  submit(old: number, proof: readonly Uint8Array[], note: string, head: Head): Promise<Verdict> {
    return this.inTurn(async () => {
      const { arithmetic } = this.parts;
      const last = this.kept.latest;
      const from = last?.head ?? empty(arithmetic);
      if (last && head.size === from.size && !same(head.root, from.root)) {
        await this.fork(last.note, note, head);
        return { kind: 'behind', size: from.size };
      }
      if (old !== from.size) return { kind: 'behind', size: from.size };
      if (!isConsistent(arithmetic, from, head, proof)) return { kind: 'unproven' };
      return { kind: 'cosigned', line: await this.cosign(note, head) };
    });
  }

  /** Looks at the log's own address once. Whatever is wrong there is told and not thrown. */
  async follow(): Promise<void> {
    try {
      await this.look();
      if (this.trouble !== undefined) tell('well', this.origin, 'The log shows again that it grew.');
      this.trouble = undefined;
      this.wellAtMs = Date.now();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      if (this.trouble !== error.because) tell('trouble', this.origin, `${error.because}.`);
      this.trouble = error.because;
      const { latest } = this.kept;
      if (Date.now() - this.wellAtMs >= this.parts.patienceMs)
        await this.raise('silent', `${latest?.head.size ?? 0}-${this.wellAtMs}`, {
          says: `Since ${new Date(this.wellAtMs).toISOString()} the log has not shown that it grew out of what was cosigned: ${error.because}.`,
          kept: latest?.note ?? null,
          shown: null,
        });
    }
  }

  /**
   * Holds a smaller head, which the log signed and somebody was shown, against the one that was cosigned. The log's tiles must have both.
   * @throws Fault when its tiles are not at hand
   */
  async compare(note: string, head: Head): Promise<void> {
    const last = this.kept.latest;
    const name = `${head.size} ${hex(head.root)}`;
    if (!last || head.size === 0 || head.size >= last.head.size || this.compared.has(name)) return;
    const { arithmetic, address } = this.parts;
    const tree = new TiledTree(arithmetic, address.tile, last.head.size);
    const proof = await tree.proof(head.size);
    if (!isConsistent(arithmetic, head, last.head, proof)) {
      const own = { size: head.size, root: await tree.root(head.size) };
      if (!isConsistent(arithmetic, own, last.head, proof)) throw new Fault('the tiles do not make the head cosigned');
      await this.fork(last.note, note, head, proof);
    }
    if (this.compared.size < 10_000) this.compared.add(name);
  }

  /** Answers when whatever is under way is done. */
  async close(): Promise<void> {
    await this.turn;
    await this.parts.alarms.sent();
  }

  private async look(): Promise<void> {
    const { arithmetic, address } = this.parts;
    const before = this.kept.latest;
    const from = before?.head ?? empty(arithmetic);
    const note = await address.checkpoint();
    const head = await this.shownHead(note);
    if (before && head.size < from.size) {
      await this.raise('rollback', `${from.size}-${head.size}-${short(head)}`, {
        says: `The log's address shows ${head.size} entries and had ${from.size}: it was rolled back, or cut.`,
        kept: before.note,
        shown: note,
      });
      throw new Fault(`the log shows ${head.size} entries and had ${from.size}`);
    }
    const tree = new TiledTree(arithmetic, address.tile, head.size);
    const proof = await tree.proof(from.size);
    const verdict = await this.submit(from.size, proof, note, head);
    if (verdict.kind === 'cosigned') return;
    if (verdict.kind === 'behind') {
      // Somebody else may have brought a larger head meanwhile; a fork of one size was told of where it was found.
      if (head.size === from.size) throw new Fault(`the log shows another tree of ${head.size} entries than it had`);
      return;
    }
    const shows = { size: from.size, root: await tree.root(from.size) };
    const itsOwn = isConsistent(arithmetic, shows, head, proof);
    if (before && itsOwn) await this.fork(before.note, note, head, proof);
    else
      await this.raise('unproven', `${head.size}-${short(head)}`, {
        says: `The tiles at the log's address do not make its signed head of ${head.size} entries.`,
        kept: before?.note ?? null,
        shown: note,
      });
    throw new Fault(
      itsOwn
        ? `the tree of ${head.size} entries that the log shows did not grow out of the one of ${from.size}`
        : `the tiles do not make the signed head of ${head.size} entries`,
    );
  }

  /** The head that the log's address shows. @throws Fault, after it was cried out when no entry introduced the key that signed it */
  private async shownHead(note: string): Promise<Head> {
    const { keys } = this.parts;
    const cry = (because: string): Promise<void> => this.cryKey(note, because);
    try {
      return await keys.opened(note);
    } catch (error) {
      if (error instanceof OutOfTime) await cry(error.because);
      if (!(error instanceof Fault) || error instanceof OutOfTime || !keys.strangeOn(note)) throw error;
      return this.underNewKey(note, cry);
    }
  }

  /**
   * The head of a checkpoint under a key that is not known, when the log's address tells how that took the place of one that is.
   * @param cry is told why not
   * @throws Fault
   */
  private async underNewKey(note: string, cry: (because: string) => Promise<void>): Promise<Head> {
    const { keys, address } = this.parts;
    const links = await address.keys();
    let followed: Followed | undefined;
    let head: Head;
    try {
      followed = await keys.follow(links);
      if (!followed) throw new Fault('no entry introduced the key that signed this head');
      head = await keys.opened(note, followed.succession);
      // What was cosigned must have been signed by the key whose turn it was, as the log tells it now.
      if (this.kept.latest) await keys.opened(this.kept.latest.note, followed.succession);
    } catch (error) {
      if (error instanceof Fault) await cry(error.because);
      throw error;
    }
    await this.holdLastHeads(followed, head);
    await keys.keep(followed);
    for (const { entry } of followed.turns)
      tell('rotated', this.origin, `At entry ${entry} the log took another key; the one before signed for it.`);
    return head;
  }

  /** The last heads of the keys before are of the tree that is shown. @throws Fault, after a fork was cried out */
  private async holdLastHeads({ turns }: Followed, head: Head): Promise<void> {
    const { arithmetic, address } = this.parts;
    const tree = new TiledTree(arithmetic, address.tile, head.size);
    for (const { head: last, note } of turns) {
      if (last.size > head.size || same(await tree.root(last.size), last.root)) continue;
      if (this.kept.latest) await this.fork(this.kept.latest.note, note, last);
      throw new Fault(
        `the last head of a replaced key, of ${last.size} entries, is not of the tree that the log shows`,
      );
    }
  }

  private cryKey(note: string, because: string): Promise<void> {
    const mark = hex(this.parts.arithmetic.sha256(utf8(note))).slice(0, 16);
    return this.raise('key', `${this.kept.latest?.head.size ?? 0}-${mark}`, {
      says: `The log has a head signed with a key whose turn it was not: ${because}.`,
      kept: this.kept.latest?.note ?? null,
      shown: note,
    });
  }

  /** Makes the cosignature; a head that is new is on disk first. */
  private async cosign(note: string, head: Head): Promise<string> {
    const { signer, keys } = this.parts;
    const { text, signatures } = splitNote(note);
    const at = new Date();
    const line = signer.cosign(text, Math.floor(at.getTime() / 1000));
    // Only the log's own signatures are kept beside ours: others were not looked at, and might not hold.
    const own = keys
      .ownOn(signatures, head.size)
      .map(({ name, hint, bytes }) => `— ${name} ${base64(Buffer.concat([hint, bytes]))}\n`);
    const cosigned = `${text}\n${own.join('')}${line}`;
    if (head.size !== this.kept.latest?.head.size) {
      await this.kept.keep({ head, note: cosigned }, at);
      tell('cosigned', this.origin, `${head.size} entries, root ${hex(head.root)}.`, { size: head.size });
    }
    this.fresh = cosigned;
    return line;
  }

  private fork(kept: string, shown: string, head: Head, proof?: readonly Uint8Array[]): Promise<void> {
    return this.raise('fork', `${head.size}-${short(head)}`, {
      says: `The log has signed a tree of ${head.size} entries that contradicts the one that was cosigned: two readers were shown two logs, or history was rewritten.`,
      kept,
      shown,
      ...(proof && { proof: proof.map(base64) }),
    });
  }

  private raise(kind: AlarmKind, mark: string, alarm: Omit<Alarm, 'kind' | 'origin' | 'mark'>): Promise<void> {
    return this.parts.alarms.raise({ kind, mark, origin: this.origin, ...alarm });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
