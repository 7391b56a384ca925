// The object store in a folder. A put is: a temporary file, its fsync, a rename, the fsync of the directory; so an object is
// there whole or not at all, also after the power went. A folder that became another one under us, as when its disk is
// unmounted, is not written to.
import { randomUUID } from 'node:crypto';
import { access, constants, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf, unavailable } from '../../core/errors.js';
import type { ObjectStore } from './object-store.js';
import { storeFault } from './store-fault.js';

/** Left over by a process that was killed while writing. */
const staleMs = 3_600_000;

export class FolderStore implements ObjectStore {
  readonly place: string;
  private readonly root: string;
  private readonly waiting: string;

  constructor(folder: string) {
    this.root = path.resolve(folder);
    this.waiting = path.join(this.root, '.incoming');
    this.place = `The folder ${this.root}`;
  }

  /** Device and inode of the folder as first seen. */
  private identity: string | undefined;

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const target = path.join(this.root, name);
    const temporary = path.join(this.waiting, randomUUID());
    try {
      await this.expectSame();
      await writeDurably(temporary, bytes);
      await this.ready(path.dirname(target));
      await rename(temporary, target);
      await syncDirectory(path.dirname(target));
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw this.fault(error);
    }
  }

  async get(name: string): Promise<Buffer | undefined> {
    try {
      await this.expectSame();
      return await readFile(path.join(this.root, name));
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw this.fault(error);
    }
  }

  async exists(name: string): Promise<boolean> {
    try {
      await this.expectSame();
      await stat(path.join(this.root, name));
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw this.fault(error);
    }
  }

  async delete(name: string): Promise<void> {
    const target = path.join(this.root, name);
    try {
      await rm(target, { force: true });
      await syncDirectory(path.dirname(target)).catch((error: unknown) => {
        if (codeOf(error) !== 'ENOENT') throw error;
      });
    } catch (error) {
      throw this.fault(error);
    }
  }

  /** Also clears away what killed processes left half-written. */
  async check(): Promise<void> {
    try {
      await this.ready(this.waiting);
      await access(this.root, constants.R_OK | constants.W_OK);
      for (const left of await readdir(this.waiting)) {
        const file = path.join(this.waiting, left);
        const age = await stat(file).then(
          (found) => Date.now() - found.mtimeMs,
          () => 0,
        );
        if (age > staleMs) await rm(file, { force: true });
      }
    } catch (error) {
      throw unavailable(
        'blob_store_unavailable',
        `${this.place} cannot be used for pictures (${messageOf(error)}); make it writable, or name another in BLOB_DIR.`,
      );
    }
  }

  private async expectSame(): Promise<void> {
    if (this.identity === undefined) await this.ready(this.waiting);
    const identity = await stat(this.root).then(
      ({ dev, ino }) => `${dev}:${ino}`,
      (error: unknown) => `gone (${messageOf(error)})`,
    );
    this.identity ??= identity;
    if (identity !== this.identity) throw new Error('it is not the folder that it was; is its disk still mounted?');
  }

  /** Makes a directory and puts each new one on record in its parent. */
  private async ready(directory: string): Promise<void> {
    const first = await mkdir(directory, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let each = directory; each.length >= first.length; each = path.dirname(each))
      await syncDirectory(path.dirname(each));
  }

  private fault(error: unknown) {
    if (codeOf(error) === 'ENOSPC' || codeOf(error) === 'EDQUOT')
      return storeFault('blob_store_full', `There is no room left for pictures: ${this.place}.`);
    return storeFault('blob_store_unavailable', `${this.place} cannot be used for pictures: ${messageOf(error)}.`);
  }
}

const writeDurably = async (file: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

const syncDirectory = async (directory: string): Promise<void> => {
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
};
