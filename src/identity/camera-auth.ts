// From a signed request to the camera that sent it. Knows nothing of frames. An outsider learns nothing from it: whether a
// credential is unknown or its signature wrong is one answer, after the same work; only who holds the key is told more.
import type { CameraActor } from '../access/actor.js';
import { systemClock, type Clock } from '../core/clock.js';
import { unauthenticated, unsupported } from '../core/errors.js';
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

export class CameraAuth {
  constructor(
    private readonly front: Pick<FrontDoor, 'findCredential' | 'takeNonce'>,
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
    if (!(await this.front.takeNonce(credential.actor, request.nonce)))
      throw unauthenticated(
        'nonce_replayed',
        'This request was sent before: its nonce is used. Sign each request anew, also when repeating it.',
      );
    return credential.actor;
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
