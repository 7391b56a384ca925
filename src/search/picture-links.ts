// Links to pictures: whoever searched may open what he was shown, for some minutes, in the session in which he searched. A link
// is not a permission: it says which picture, the door decides. It refuses to carry anything readable, and a plate least of all.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AgencyId, ReadId, SearchId, SessionId } from '../core/ids.js';

/** A link holds this long, in seconds. */
export const linkSecondsMax = 300;

export const pictureKinds = ['crop', 'frame'] as const;
export type PictureKind = (typeof pictureKinds)[number];

export interface Picture {
  readonly agencyId: AgencyId;
  readonly readId: ReadId;
  readonly kind: PictureKind;
}

/** For whom a link is made. */
export interface LinkHolder {
  readonly sessionId: SessionId;
  readonly searchId: SearchId;
}

const payloadBytes = 16 + 16 + 1 + 6;
const macBytes = 32;
/** The form of a link's token: base64url of picture, expiry and HMAC-SHA-256. */
export const tokenPattern = /^[A-Za-z0-9_-]{95}$/;

const bytesOf = (id: string): Buffer => Buffer.from(id.replaceAll('-', ''), 'hex');
const idOf = (bytes: Buffer): string =>
  bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');

export class PictureLinks {
  private readonly secret: Buffer;

  /** @param secretHex at least 32 bytes, the same in every web process */
  constructor(secretHex: string) {
    this.secret = Buffer.from(secretHex, 'hex');
  }

  /** A token of at most 100 characters that names this picture to this holder until then. */
  make(holder: LinkHolder, { agencyId, readId, kind }: Picture, expiresAt: Date): string {
    const payload = Buffer.alloc(payloadBytes);
    bytesOf(agencyId).copy(payload, 0);
    bytesOf(readId).copy(payload, 16);
    payload.writeUInt8(pictureKinds.indexOf(kind), 32);
    payload.writeUIntBE(expiresAt.getTime(), 33, 6);
    return Buffer.concat([payload, this.mac(holder, payload)]).toString('base64url');
  }

  /**
   * What a token says and whether it may be believed. Of a `broken` one, which was made for another session or search or was
   * changed, nothing may be.
   */
  read(
    holder: LinkHolder,
    token: string,
    now: Date,
  ): { readonly state: 'holds' | 'broken' | 'expired'; readonly picture: Picture } {
    const bytes = Buffer.from(token, 'base64url');
    const payload = bytes.subarray(0, payloadBytes);
    const mac = bytes.subarray(payloadBytes);
    if (bytes.length !== payloadBytes + macBytes) throw new RangeError('not of the form of a token');
    const picture: Picture = {
      agencyId: idOf(payload.subarray(0, 16)) as AgencyId,
      readId: idOf(payload.subarray(16, 32)) as ReadId,
      kind: payload.readUInt8(32) === 0 ? 'crop' : 'frame',
    };
    // The last character of base64url has spare bits; a token that differs only there is a changed one too.
    const whole = bytes.toString('base64url') === token && timingSafeEqual(mac, this.mac(holder, payload));
    if (!whole) return { state: 'broken', picture };
    return { state: now.getTime() < payload.readUIntBE(33, 6) ? 'holds' : 'expired', picture };
  }

  private mac({ sessionId, searchId }: LinkHolder, payload: Buffer): Buffer {
    return createHmac('sha256', this.secret)
      .update(`plateward picture link 1\n${sessionId}\n${searchId}\n`)
      .update(payload)
      .digest();
  }
}
