// From a signed request to the camera that sent it. Knows nothing of frames. An outsider learns nothing from it: whether a
// credential is unknown or its signature wrong is one answer, after the same work; only who holds the key is told more.
import type { CameraActor } from '../access/actor.js';
import { systemClock, type Clock } from '../core/clock.js';
import { PlatewardError, unauthenticated, unsupported } from '../core/errors.js';
import type { CredentialId } from '../core/ids.js';
import { cameraSecretLabel } from '../vault/blobs/agency-keys.js';
import type { Blobs } from '../vault/blobs/blobs.js';
import type { CredentialFacts, FrontDoor } from '../vault/front-door.js';
import { checkClock, readSignedRequest, signatureFits, type CredentialKey } from './camera-signature.js';

/** What of a request is signed. */
export interface CameraRequest {
  readonly method: string;
  /** Path with its query, as sent. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The raw body; anything else was not sent as a picture. */
  readonly body: unknown;
}

/** Of one credential a refusal is noted once within so long, in milliseconds, and of so many credentials at most. */
const notedMs = 10_000;
const notedMax = 10_000;

export class CameraAuth {
  private readonly noted = new Map<CredentialId, number>();

  constructor(
    private readonly front: Pick<FrontDoor, 'findCredential' | 'takeNonce' | 'noteRefused'>,
    private readonly blobs: Blobs,
    private readonly clock: Clock = systemClock,
  ) {}

  /**
   * @throws PlatewardError 401 `camera_headers`, `clock_skew`, `camera_signature`, `credential_revoked`, `nonce_replayed`; 415
   *   when the body did not come as bytes
   */
  async actorOf({ method, url, headers, body }: CameraRequest): Promise<CameraActor> {
    const bytes = bodyOf(body);
    const request = readSignedRequest(method, url, headers, bytes);
    try {
      return await this.admit(request);
    } catch (error) {
      if (error instanceof PlatewardError && error.kind === 'unauthenticated')
        this.note(request.credentialId, error.code);
      throw error;
    }
  }

  /** So that whoever looks after the camera sees it. Nobody waits for it: an unknown credential takes no longer than a known one. */
  private note(id: CredentialId, rule: string): void {
    const now = this.clock.now().getTime();
    if ((this.noted.get(id) ?? 0) > now - notedMs) return;
    if (this.noted.size >= notedMax) this.noted.clear();
    this.noted.set(id, now);
    void this.front.noteRefused(id, rule).catch(() => undefined);
  }

  private async admit(request: ReturnType<typeof readSignedRequest>): Promise<CameraActor> {
    checkClock(request.timestamp, this.clock.now());
    const credential = await this.front.findCredential(request.credentialId);
    if (!signatureFits(request, credential && (await this.keyOf(credential))) || !credential)
      throw unauthenticated(
        'camera_signature',
        'The credential is unknown or the signature does not fit the request. See docs/cameras.md for what is signed.',
      );
    if (!credential.live)
      throw unauthenticated(
        'credential_revoked',
        'This credential, or its camera, was revoked. Ask your administrator for a new one.',
      );
    if (!(await this.front.takeNonce(credential.actor, request.nonce, this.aheadBy(request.timestamp))))
      throw unauthenticated(
        'nonce_replayed',
        'This request was sent before: its nonce is used. Sign each request anew, also when repeating it.',
      );
    return credential.actor;
  }

  /** How far a camera's clock is ahead of ours, in seconds. */
  private aheadBy(timestamp: number): number {
    return timestamp - Math.floor(this.clock.now().getTime() / 1000);
  }

  private async keyOf({ actor, scheme, publicKey, sealedSecret }: CredentialFacts): Promise<CredentialKey | undefined> {
    if (scheme === 'ed25519') return publicKey ? { scheme, publicKey } : undefined;
    if (!sealedSecret) return undefined;
    return {
      scheme,
      secret: await this.blobs.keys.openSecret(actor.agencyId, cameraSecretLabel(actor.cameraId), sealedSecret),
    };
  }
}

const bodyOf = (body: unknown): Uint8Array => {
  if (body instanceof Uint8Array) return body;
  if (body === undefined || body === null) return new Uint8Array();
  throw unsupported(
    'frame_media_type',
    "Send the picture's bytes as the body, with content-type image/jpeg, image/png or image/webp.",
  );
};
