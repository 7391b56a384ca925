// Cameras of the own agency. Of an Ed25519 credential only the public half is ever here; an HMAC secret is made here, sealed under
// the agency's key, shown once and never read back.
import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { conflict, invalid } from '../core/errors.js';
import type { CameraId, CredentialId } from '../core/ids.js';
import { ed25519PublicKey } from '../identity/camera-signature.js';
import { cameraSecretLabel } from '../vault/blobs/agency-keys.js';
import { Blobs } from '../vault/blobs/blobs.js';
import type { NewCredential as StoredCredential } from '../vault/stores/cameras.js';
import type { Door } from '../vault/vault.js';
import { abilitiesOf } from '../identity/abilities.js';
import type {
  CameraActed,
  CameraAdded,
  CameraList,
  CameraPlace,
  CredentialAdded,
  NewCamera,
  NewCredential,
} from './cameras.schema.js';
import { receiptOf } from '../web/receipt.js';

const secretBytes = 32;

@Injectable()
export class CamerasService {
  constructor(private readonly blobs: Blobs) {}

  async list(door: Door<'camera.list'>): Promise<CameraList> {
    const { value, permit } = await door.open({}, (s) => s.cameras.list());
    return {
      cameras: value.map((each) => ({ ...each, credentials: [...each.credentials] })),
      abilities: abilitiesOf(permit, ['camera.add', 'camera.credential', 'camera.revoke']),
    };
  }

  /** @throws PlatewardError `camera_name_taken` */
  async add(door: Door<'camera.add'>, camera: NewCamera): Promise<CameraAdded> {
    const { value, receipts } = await door.open({}, (s) => s.cameras.add(camera));
    return { id: value, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError `not_found` */
  async move(door: Door<'camera.move'>, id: CameraId, place: CameraPlace): Promise<CameraActed> {
    const { receipts } = await door.open({}, (s) => s.cameras.move(id, place));
    return { receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError `public_key`, `not_found`, `camera_revoked` */
  async addCredential(door: Door<'camera.credential'>, id: CameraId, wanted: NewCredential): Promise<CredentialAdded> {
    const { stored, secret } = await this.make(door, id, wanted);
    const { value, receipts } = await door.open({}, async (s) => {
      const camera = await s.cameras.get(id);
      if (camera.status === 'revoked')
        throw conflict('camera_revoked', 'This camera was revoked; add it as a new one.');
      return s.cameras.add(id, stored);
    });
    return { id: value, scheme: wanted.scheme, secret, receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError `not_found` */
  async revokeCredential(
    door: Door<'camera.credential'>,
    id: CameraId,
    credentialId: CredentialId,
  ): Promise<CameraActed> {
    const { receipts } = await door.open({}, (s) => s.cameras.revoke(id, credentialId));
    return { receipt: receiptOf(receipts) };
  }

  /** @throws PlatewardError `not_found` */
  async revoke(door: Door<'camera.revoke'>, id: CameraId): Promise<CameraActed> {
    const { receipts } = await door.open({}, (s) => s.cameras.revoke(id));
    return { receipt: receiptOf(receipts) };
  }

  private async make(
    door: Door<'camera.credential'>,
    id: CameraId,
    wanted: NewCredential,
  ): Promise<{ stored: StoredCredential; secret?: string }> {
    if (wanted.scheme === 'ed25519')
      return { stored: { scheme: 'ed25519', publicKey: rawPublicKey(wanted.publicKey ?? '') } };
    const secret = randomBytes(secretBytes);
    const sealedSecret = await this.blobs.keys.sealSecret(door.actor.agencyId, cameraSecretLabel(id), secret);
    return { stored: { scheme: 'hmac', sealedSecret }, secret: secret.toString('base64') };
  }
}

/** The 32 bytes of an Ed25519 public key. @throws PlatewardError `public_key` */
const rawPublicKey = (text: string): Uint8Array => {
  const pem = text.trimStart().startsWith('-----');
  if (!pem && !/^[A-Za-z0-9+/_-]{40,}={0,2}$/.test(text))
    throw invalid('public_key', 'The public key must be base64 or PEM.');
  const { x } = ed25519PublicKey(pem ? Buffer.from(text.trim()) : Buffer.from(text, 'base64')).export({
    format: 'jwk',
  });
  return Buffer.from(x ?? '', 'base64url');
};
