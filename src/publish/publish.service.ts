// The public log, as static things: a signed head, tiles of hashes, bundles of leaves, what the leaves say, and the key. It refuses to
// answer anything that would change: a tile that the tree does not hold yet is not found.
import { Injectable } from '@nestjs/common';
import { PlatewardError } from '../core/errors.js';
import { isAgencyId, type AgencyId, type AgencyName } from '../core/ids.js';
import type { PublicLogReader } from '../vault/stores/log-public.js';
import { Vault } from '../vault/vault.js';
import { parseTilePath } from './tile-path.js';

const nothingHere = (): PlatewardError =>
  new PlatewardError('notFound', 'no_such_tile', 'There is no such log here, or its tree does not hold this tile yet.');

/** A leaf as an entry bundle has it: its length in two bytes, then itself. */
const framed = (leaf: Buffer): Buffer => {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(leaf.length);
  return Buffer.concat([length, leaf]);
};

@Injectable()
export class PublishService {
  constructor(private readonly vault: Vault) {}

  /** @throws PlatewardError 404 `no_such_tile` */
  async checkpoint(agency: AgencyName): Promise<string> {
    const agencyId = await this.agencyOf(agency);
    for (let left = 3; ; left -= 1) {
      const head = await this.read(agencyId, (log) => log.head());
      const signer = await this.vault.logSigner(agencyId, head.keyNumber);
      if (signer.number === head.keyNumber || left === 0) return signer.checkpoint(head, head.handover);
    }
  }

  /** @throws PlatewardError 404 `no_such_tile` */
  async key(agency: AgencyName): Promise<string> {
    const agencyId = await this.agencyOf(agency);
    const { keyNumber } = await this.read(agencyId, (log) => log.head());
    return `${(await this.vault.logSigner(agencyId, keyNumber)).key}\n`;
  }

  /** How the keys took each other's place: a line of JSON each; empty where there was ever one. @throws PlatewardError 404 `no_such_tile` */
  async keys(agency: AgencyName): Promise<string> {
    const agencyId = await this.agencyOf(agency);
    const replaced = await this.read(agencyId, (log) => log.keys());
    return replaced
      .map(
        ({ entry, leaf, body, proof }) => `${JSON.stringify({ entry, leaf: leaf.toString('base64'), body, proof })}\n`,
      )
      .join('');
  }

  /**
   * Hashes, leaves or bodies of one tile, as bytes.
   * @throws PlatewardError 404 `no_such_tile`
   */
  async tile(agency: AgencyName, level: string, path: string): Promise<Buffer> {
    const named = parseTilePath(path);
    if (!named || !/^([0-7]|entries|bodies)$/.test(level)) throw nothingHere();
    const { tile, width } = named;
    const agencyId = await this.agencyOf(agency);
    const first = tile * 256;
    if (level === 'entries')
      return this.whole(agencyId, width, async (log) => (await log.leaves(first, width)).map(framed));
    if (level === 'bodies')
      return this.whole(agencyId, width, async (log) =>
        (await log.bodies(first, width)).map((body) => Buffer.from(`${body ?? ''}\n`, 'utf8')),
      );
    const hashes = await this.read(agencyId, async (log) => {
      const full = await log.tile(Number(level), tile);
      return full?.subarray(0, width * 32) ?? (await log.hashes(Number(level), first, width));
    });
    if (hashes.length !== width * 32) throw nothingHere();
    return hashes;
  }

  private async whole(
    agencyId: AgencyId,
    width: number,
    parts: (log: PublicLogReader) => Promise<Buffer[]>,
  ): Promise<Buffer> {
    const found = await this.read(agencyId, parts);
    if (found.length !== width) throw nothingHere();
    return Buffer.concat(found);
  }

  private async read<T>(agencyId: AgencyId, what: (log: PublicLogReader) => Promise<T>): Promise<T> {
    const door = this.vault.door({ kind: 'machine', agencyId, machine: 'publish' }, 'log.publish');
    return (await door.open({}, ({ log }) => what(log))).value;
  }

  private async agencyOf(agency: AgencyName): Promise<AgencyId> {
    const found = isAgencyId(agency)
      ? (await this.vault.front.agencyIds()).find((each) => each === agency)
      : await this.vault.front.findAgency(agency);
    if (!found) throw nothingHere();
    return found;
  }
}
