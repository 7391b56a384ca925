// What a witness has seen of one log, on disk: every head that it cosigned, one a line (`seen`), and the latest (`head`). Both carry the
// log's signature and the witness's own, so that a file that was changed is known; it refuses to go on from one, or from less than it had.
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { Fault } from '../../src/audit-verify/bytes.js';
import type { Head } from '../../src/audit-verify/note.js';
import { invalid } from '../../src/core/errors.js';
import { appendDurably, syncFolder, writeDurably } from './durable.js';

export interface Kept {
  readonly head: Head;
  /** The checkpoint with the log's signatures and the witness's. */
  readonly note: string;
}

/** The head that a note in the state states, under the log's key and the witness's own. @throws Fault */
export type OpenKept = (note: string) => Promise<Head>;

const textOf = (file: string): Promise<string | undefined> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });

/** More than a line of `seen` can have. */
const tailBytes = 512 * 1024;

/** The last line that was written to its end; what a crash cut off after it is taken away. */
const lastLine = async (file: string): Promise<string | undefined> => {
  const length = await stat(file).then(
    ({ size }) => size,
    () => 0,
  );
  if (length === 0) return undefined;
  const handle = await open(file, 'r+');
  try {
    const from = Math.max(0, length - tailBytes);
    const tail = Buffer.alloc(length - from);
    await handle.read(tail, 0, tail.length, from);
    const end = tail.lastIndexOf(0x0a) + 1;
    if (end < tail.length) await handle.truncate(from + end);
    return end === 0 ? undefined : tail.subarray(tail.lastIndexOf(0x0a, end - 2) + 1, end - 1).toString('utf8');
  } finally {
    await handle.close();
  }
};

const noteOf = (line: string): string => {
  try {
    const value = JSON.parse(line) as unknown;
    if (typeof value === 'object' && value !== null && 'note' in value && typeof value.note === 'string')
      return value.note;
  } catch {
    // Told below: a line that is no JSON is a line that is not ours.
  }
  throw new Fault('its last line is not one that a witness writes');
};

export class KeptHeads {
  private constructor(
    private readonly folder: string,
    private last: Kept | undefined,
  ) {}

  /** The largest head that was cosigned; undefined before the first. */
  get latest(): Kept | undefined {
    return this.last;
  }

  /** @throws PlatewardError `witness_state` when what is there is not what a witness left there */
  static async open(folder: string, openKept: OpenKept): Promise<KeptHeads> {
    const fault = (file: string, why: string) =>
      invalid(
        'witness_state',
        `The state in ${path.join(folder, file)} is damaged: ${why}. Bring it back from where you keep copies; to begin anew, trusting whatever the log shows next, move ${folder} away.`,
      );
    const opened = async (file: string, find: () => Promise<string | undefined>): Promise<Kept | undefined> => {
      try {
        const note = await find();
        return note === undefined ? undefined : { head: await openKept(note), note };
      } catch (error) {
        if (error instanceof Fault) throw fault(file, error.because);
        throw error;
      }
    };
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(path.dirname(folder));
    const head = await opened('head', () => textOf(path.join(folder, 'head')));
    const seen = await opened('seen', async () => {
      const line = await lastLine(path.join(folder, 'seen'));
      return line === undefined ? undefined : noteOf(line);
    });
    // Each head goes into `seen` first: a head that is not there, or is behind the file, was not left so by a witness.
    if (head && (seen?.head.size ?? -1) < head.head.size) throw fault('seen', 'heads that were cosigned are missing');
    const begun = await stat(path.join(folder, 'begun')).catch(() => undefined);
    if (begun && !seen) throw fault('seen', 'it is gone');
    return new KeptHeads(folder, seen ?? head);
  }

  /** Keeps a head; it is on disk when this answers. */
  async keep(kept: Kept, at: Date): Promise<void> {
    const { size } = kept.head;
    await appendDurably(
      path.join(this.folder, 'seen'),
      JSON.stringify({ at: at.toISOString(), size, note: kept.note }),
    );
    await writeDurably(path.join(this.folder, 'head'), kept.note);
    if (!this.last) await writeDurably(path.join(this.folder, 'begun'), `${at.toISOString()}\n`);
    this.last = kept;
  }
}
