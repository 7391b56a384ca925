// Cameras of the own agency and their credentials. A secret goes in sealed and never comes out here.
import { conflict, notFound } from '../../core/errors.js';
import { newId, type CameraId, type CredentialId } from '../../core/ids.js';
import { sqlStateOf } from '../database/faults.js';
import type { Bound } from './bound.js';

export interface CredentialRow {
  readonly id: CredentialId;
  readonly scheme: 'ed25519' | 'hmac';
  readonly createdAt: Date;
  readonly revokedAt: Date | null;
}

export interface CameraRow {
  readonly id: CameraId;
  readonly name: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
  /** Whereto it looks, in degrees clockwise from north. */
  readonly bearing: number | null;
  readonly status: 'active' | 'revoked';
  readonly createdAt: Date;
  /** Since when it stands where it stands. Where its place is changed, and be it by a metre, that is when it was said. */
  readonly placedAt: Date;
}

export interface CameraReader {
  list(): Promise<(CameraRow & { readonly credentials: readonly CredentialRow[] })[]>;
}

export const cameraReader = ({ prisma, rows }: Bound): CameraReader => ({
  list: async () => {
    const cameras = await prisma.camera.findMany({ where: rows('Camera'), orderBy: { name: 'asc' } });
    const credentials = await prisma.cameraCredential.findMany({
      where: rows('CameraCredential'),
      select: { id: true, cameraId: true, scheme: true, createdAt: true, revokedAt: true },
      orderBy: { createdAt: 'asc' },
    });
    return cameras.map((camera) => ({
      ...(camera as unknown as CameraRow),
      credentials: credentials.filter((each) => each.cameraId === camera.id) as unknown as CredentialRow[],
    }));
  },
});

export interface CameraAdder {
  /** @throws PlatewardError `camera_name_taken` */
  add(camera: {
    name: string;
    latitude?: number | undefined;
    longitude?: number | undefined;
    bearing?: number | undefined;
  }): Promise<CameraId>;
}

export const cameraAdder = ({ sql, home, rows, noted }: Bound): CameraAdder => ({
  add: async ({ name, latitude, longitude, bearing }) => {
    rows('Camera');
    const id = newId<CameraId>();
    noted({ cameraId: id });
    try {
      await sql.query({
        text: 'insert into cameras (agency_id, id, name, latitude, longitude, bearing) values ($1, $2, $3, $4, $5, $6)',
        values: [home, id, name, latitude ?? null, longitude ?? null, bearing ?? null],
      });
    } catch (error) {
      if (sqlStateOf(error) === '23505')
        throw conflict('camera_name_taken', `Your agency already has a camera named ${name}.`);
      throw error;
    }
    return id;
  },
});

export interface CameraMover {
  /**
   * Says where a camera stands from now on, null: nobody knows; and whereto it looks, undefined: as before. Where that is another place, grants for an area open
   * nothing of it any more that it captured until now.
   * @throws PlatewardError `not_found`
   */
  move(
    id: CameraId,
    place: {
      readonly latitude: number;
      readonly longitude: number;
      readonly bearing?: number | null | undefined;
    } | null,
  ): Promise<void>;
}

export const cameraMover = ({ sql, home, rows, noted }: Bound): CameraMover => ({
  move: async (id, place) => {
    rows('Camera');
    noted({ cameraId: id });
    const { rowCount } = await sql.query({
      text: 'update cameras set latitude = $3, longitude = $4, bearing = case when $6 then $5 else bearing end where agency_id = $1 and id = $2',
      values: [
        ...[home, id, place?.latitude ?? null, place?.longitude ?? null],
        ...[place?.bearing ?? null, place?.bearing !== undefined],
      ],
    });
    if (rowCount !== 1) throw notFound('camera');
  },
});

export type NewCredential =
  | { readonly scheme: 'ed25519'; readonly publicKey: Uint8Array }
  | { readonly scheme: 'hmac'; readonly sealedSecret: Uint8Array };

export interface CameraCredentials {
  get(id: CameraId): Promise<CameraRow>;
  /** @throws PlatewardError `not_found` when the agency has no such camera */
  add(cameraId: CameraId, credential: NewCredential): Promise<CredentialId>;
  revoke(cameraId: CameraId, credentialId: CredentialId): Promise<void>;
}

export const cameraCredentials = ({ prisma, sql, home, rows, noted }: Bound): CameraCredentials => ({
  get: async (id) => {
    const row = await prisma.camera.findFirst({ where: { AND: [rows('Camera'), { id }] } });
    if (!row) throw notFound('camera');
    return row as unknown as CameraRow;
  },
  add: async (cameraId, credential) => {
    rows('CameraCredential');
    const id = newId<CredentialId>();
    noted({ cameraId, credentialId: id, scheme: credential.scheme });
    try {
      await sql.query({
        text: 'insert into camera_credentials (agency_id, id, camera_id, scheme, public_key, sealed_secret) values ($1, $2, $3, $4, $5, $6)',
        values: [
          home,
          id,
          cameraId,
          credential.scheme,
          credential.scheme === 'ed25519' ? Buffer.from(credential.publicKey) : null,
          credential.scheme === 'hmac' ? Buffer.from(credential.sealedSecret) : null,
        ],
      });
    } catch (error) {
      if (sqlStateOf(error) === '23503') throw notFound('camera');
      throw error;
    }
    return id;
  },
  revoke: async (cameraId, credentialId) => {
    rows('CameraCredential');
    noted({ cameraId, credentialId, revoked: true });
    const { rowCount } = await sql.query({
      text: 'update camera_credentials set revoked_at = coalesce(revoked_at, now()) where agency_id = $1 and camera_id = $2 and id = $3',
      values: [home, cameraId, credentialId],
    });
    if (rowCount !== 1) throw notFound('credential');
  },
});

export interface CameraRevoker {
  /** Ends a camera and all its credentials. */
  revoke(id: CameraId): Promise<void>;
}

export const cameraRevoker = ({ sql, home, rows, noted }: Bound): CameraRevoker => ({
  revoke: async (id) => {
    rows('Camera');
    rows('CameraCredential');
    noted({ cameraId: id });
    const { rowCount } = await sql.query({
      text: `update cameras set status = 'revoked' where agency_id = $1 and id = $2`,
      values: [home, id],
    });
    if (rowCount !== 1) throw notFound('camera');
    await sql.query({
      text: 'update camera_credentials set revoked_at = coalesce(revoked_at, now()) where agency_id = $1 and camera_id = $2',
      values: [home, id],
    });
  },
});
