// What a search showed, as a text that its answer carries and an export hands back: nothing is kept of it here. It is bound to the session and
// the search like a link to a picture, and is no permission: it says which reads, the door decides. Its reads are named by id alone.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { AgencyId, ReadId } from '../core/ids.js';
import type { ProvenReceipt } from '../web/receipt.js';
import type { LinkHolder } from './picture-links.js';

/** A read that was shown, or a passage by its evidence. */
export interface Shown {
  readonly agencyId: AgencyId;
  readonly readId: ReadId;
  /** Why it was found; undefined when no plate was asked for. */
  readonly match?: string | undefined;
  readonly passage?: { readonly firstSeen: Date; readonly lastSeen: Date; readonly reads: number } | undefined;
}

export interface ShownAnswer {
  readonly from: Date;
  readonly to: Date;
  /** As it was searched. */
  readonly plate: string | null;
  readonly receipt: ProvenReceipt;
  /** In the order in which they were shown. */
  readonly reads: readonly Shown[];
}

const macBytes = 32;
/** Largest text inside; five hundred passages stay far below. */
const bytesMax = 512 * 1024;
/** The form of the text: base64url. */
export const shownPattern = /^[A-Za-z0-9_-]{60,120000}$/;

type Row = readonly [owner: number, read: string, match: string | 0, first?: number, last?: number, reads?: number];

interface Packed {
  readonly f: number;
  readonly t: number;
  readonly p: string | null;
  readonly r: ProvenReceipt;
  readonly a: readonly AgencyId[];
  readonly s: readonly Row[];
}

export class ShownReads {
  private readonly secret: Buffer;

  /** @param secretHex that of the links to pictures; what is signed differs from theirs by its first line */
  constructor(secretHex: string) {
    this.secret = Buffer.from(secretHex, 'hex');
  }

  make(holder: LinkHolder, { from, to, plate, receipt, reads }: ShownAnswer): string {
    const owners = [...new Set(reads.map(({ agencyId }) => agencyId))];
    const packed: Packed = {
      f: from.getTime(),
      t: to.getTime(),
      p: plate,
      r: receipt,
      a: owners,
      s: reads.map(({ agencyId, readId, match, passage }): Row => {
        const row = [owners.indexOf(agencyId), readId, match ?? 0] as const;
        return passage ? [...row, passage.firstSeen.getTime(), passage.lastSeen.getTime(), passage.reads] : row;
      }),
    };
    const payload = deflateRawSync(JSON.stringify(packed));
    return Buffer.concat([this.mac(holder, payload), payload]).toString('base64url');
  }

  /** What was shown; undefined of a text that was made for another session or search, or was changed. */
  read(holder: LinkHolder, text: string): ShownAnswer | undefined {
    const bytes = Buffer.from(text, 'base64url');
    const payload = bytes.subarray(macBytes);
    const whole = bytes.length > macBytes && bytes.toString('base64url') === text;
    if (!whole || !timingSafeEqual(bytes.subarray(0, macBytes), this.mac(holder, payload))) return undefined;
    // From here on it is our own writing.
    const { f, t, p, r, a, s } = JSON.parse(
      inflateRawSync(payload, { maxOutputLength: bytesMax }).toString('utf8'),
    ) as Packed;
    return {
      from: new Date(f),
      to: new Date(t),
      plate: p,
      receipt: r,
      reads: s.map(([owner, readId, match, first, last, reads]) => ({
        agencyId: a[owner]!,
        readId: readId as ReadId,
        match: match === 0 ? undefined : match,
        ...(first !== undefined && {
          passage: { firstSeen: new Date(first), lastSeen: new Date(last!), reads: reads! },
        }),
      })),
    };
  }

  private mac({ sessionId, searchId }: LinkHolder, payload: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(`plateward shown reads 1\n${sessionId}\n${searchId}\n`)
      .update(payload)
      .digest();
  }
}
