// A log at its addresses, asked as any stranger asks it. What comes back is believed for nothing, and is never longer than it may be.
import { Fault } from '../../src/audit-verify/bytes.js';
import { linksOfText, type KeyLink } from '../../src/audit-verify/succession.js';
import { tileName, type TileOf } from '../../src/audit-verify/tiles.js';
import { messageOf } from '../../src/core/errors.js';

/** A tile has 256 hashes; a head with the cosignatures of very many witnesses still fits. */
export const bytesMax = 64 * 1024;
const timeoutMs = 15_000;

export interface LogAddress {
  /** @throws Fault when there is none */
  checkpoint(): Promise<string>;
  /** How the log's keys took each other's place; none where it says nothing of it. @throws Fault when it cannot be had, or read */
  keys(): Promise<KeyLink[]>;
  readonly tile: TileOf;
}

/** What it answers, when that is not too long. */
export const bodyOf = async (answer: Response): Promise<Uint8Array> => {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length;
    if (length > bytesMax) throw new Error('it answers with more than there can be');
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
};

/** @param url without what follows it, such as `/checkpoint` */
export const logAddress = (url: string): LogAddress => {
  const base = url.replace(/\/+$/, '');
  const find = async (name: string): Promise<Uint8Array | undefined> => {
    try {
      const answer = await fetch(`${base}/${name}`, { signal: AbortSignal.timeout(timeoutMs) });
      if (answer.ok) return await bodyOf(answer);
      await answer.body?.cancel();
      if (answer.status === 404) return undefined;
      throw new Error(`it answers ${answer.status}`);
    } catch (error) {
      throw new Fault(`${base}/${name} cannot be had: ${messageOf(error)}`);
    }
  };
  const get = async (name: string): Promise<Uint8Array> => {
    const found = await find(name);
    if (!found) throw new Fault(`${base}/${name} cannot be had: it answers 404`);
    return found;
  };
  const textOf = (name: string, bytes: Uint8Array): string => {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Fault(`${base}/${name} is not text in UTF-8`);
    }
  };
  return {
    checkpoint: async () => textOf('checkpoint', await get('checkpoint')),
    keys: async () => {
      const found = await find('keys');
      return linksOfText(found ? textOf('keys', found) : '');
    },
    tile: (level, tile, width) => get(`tile/${level}/${tileName(tile, width)}`),
  };
};
