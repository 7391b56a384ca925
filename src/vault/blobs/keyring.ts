// Key-encryption keys, one an agency, behind a face that a KMS can take: `wrap` and `unwrap` small keys, never hand one out.
// The default keeps them in one file. A line is a key; lines are only ever appended, in one write each, and of two processes
// that make the same agency's key at once the first line wins for both: so there is no lock that a killed process could
// leave behind. It refuses to guess: a damaged line stops it, and a lost key is never replaced behind the operator's back.
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { messageOf } from '../../core/errors.js';
import { agencyId as agencyIdSchema, type AgencyId } from '../../core/ids.js';
import { keyBytes, openKey, sealKey, SealFault } from './sealing.js';
import { storeFault } from './store-fault.js';

/** What stands between data keys and the store: the place for a KMS. `context` is authenticated, not secret. */
export interface KeyWrapper {
  /** Whether the agency has a key-encryption key here. */
  has(agencyId: AgencyId): Promise<boolean>;
  /** Makes the agency's key-encryption key unless it has one. Two makers at once end with the same key. */
  create(agencyId: AgencyId): Promise<void>;
  /** @throws PlatewardError `key_missing` */
  wrap(agencyId: AgencyId, key: Uint8Array, context: string): Promise<Buffer>;
  /** @throws PlatewardError `key_missing`, `key_wrong` */
  unwrap(agencyId: AgencyId, wrapped: Uint8Array, context: string): Promise<Buffer>;
}

const line = z.object({
  plateward: z.literal('keyring-1'),
  agency: agencyIdSchema,
  key: z.string(),
  made: z.string(),
  /** First 16 hex digits of SHA-256 over `agency key made`, so that a damaged line is seen. */
  sum: z.string(),
});

const sumOf = (agency: string, key: string, made: string): string =>
  createHash('sha256').update(`${agency} ${key} ${made}`).digest('hex').slice(0, 16);

/** The key ring in a file (mode 0600). Safe for several processes of one machine; the file belongs on a local disk. */
export class FileKeyRing implements KeyWrapper {
  private keys = new Map<AgencyId, Buffer>();
  private stamp = '';

  constructor(readonly file: string) {}

  async has(agencyId: AgencyId): Promise<boolean> {
    return (await this.find(agencyId)) !== undefined;
  }

  async create(agencyId: AgencyId): Promise<void> {
    if (await this.find(agencyId)) return;
    const key = randomBytes(keyBytes).toString('base64');
    const made = new Date().toISOString();
    const entry = { plateward: 'keyring-1', agency: agencyId, key, made, sum: sumOf(agencyId, key, made) };
    await this.append(`\n${JSON.stringify(entry)}\n`);
    if (!(await this.find(agencyId)))
      throw storeFault('keyring_unwritable', `The key ring ${this.file} did not keep a new key; is the disk full?`);
  }

  async wrap(agencyId: AgencyId, key: Uint8Array, context: string): Promise<Buffer> {
    return sealKey(await this.get(agencyId), agencyId, context, key);
  }

  async unwrap(agencyId: AgencyId, wrapped: Uint8Array, context: string): Promise<Buffer> {
    try {
      return openKey(await this.get(agencyId), agencyId, context, wrapped);
    } catch (error) {
      if (!(error instanceof SealFault)) throw error;
      throw storeFault(
        'key_wrong',
        `The key ring ${this.file} holds another key for agency ${agencyId} than the one that sealed its data. Restore the file that was in use then.`,
      );
    }
  }

  private async get(agencyId: AgencyId): Promise<Buffer> {
    const key = await this.find(agencyId);
    if (key) return key;
    throw storeFault(
      'key_missing',
      `The key ring ${this.file} has no key for agency ${agencyId}. Restore the file from its backup; without it what was sealed cannot be opened.`,
    );
  }

  private async find(agencyId: AgencyId): Promise<Buffer | undefined> {
    const known = this.keys.get(agencyId);
    if (known) return known;
    await this.read();
    return this.keys.get(agencyId);
  }

  /** Reads the file again if it is not the one read last. */
  private async read(): Promise<void> {
    const stamp = await stampOf(this.file);
    if (stamp === this.stamp) return;
    const text =
      stamp === '' ? '' : await readFile(this.file, 'utf8').catch((error: unknown) => this.unreadable(error));
    this.keys = this.parse(text);
    this.stamp = stamp;
  }

  private parse(text: string): Map<AgencyId, Buffer> {
    const keys = new Map<AgencyId, Buffer>();
    for (const [index, raw] of text.split('\n').entries()) {
      // A line without its closing brace is one whose writer was stopped in the middle: nothing was sealed under it yet.
      if (raw === '' || !raw.endsWith('}')) continue;
      const parsed = line.safeParse(parseJson(raw));
      if (!parsed.success || parsed.data.sum !== sumOf(parsed.data.agency, parsed.data.key, parsed.data.made))
        throw storeFault(
          'keyring_damaged',
          `Line ${index + 1} of the key ring ${this.file} is damaged. Restore the file from its backup.`,
        );
      const { agency, key } = parsed.data;
      if (!keys.has(agency)) keys.set(agency, Buffer.from(key, 'base64'));
    }
    return keys;
  }

  private async append(text: string): Promise<void> {
    try {
      await mkdir(path.dirname(this.file), { recursive: true, mode: 0o700 });
      const file = await open(this.file, constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT, 0o600);
      try {
        await file.write(text);
        await file.sync();
      } finally {
        await file.close();
      }
      const directory = await open(path.dirname(this.file), 'r');
      await directory.sync().finally(() => directory.close());
    } catch (error) {
      throw storeFault('keyring_unwritable', `The key ring ${this.file} cannot be written: ${messageOf(error)}.`);
    }
  }

  private unreadable(error: unknown): never {
    throw storeFault('keyring_unreadable', `The key ring ${this.file} cannot be read: ${messageOf(error)}.`);
  }
}

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const stampOf = async (file: string): Promise<string> => {
  try {
    const { ino, size, mtimeMs } = await stat(file);
    return `${ino}:${size}:${mtimeMs}`;
  } catch {
    return '';
  }
};
