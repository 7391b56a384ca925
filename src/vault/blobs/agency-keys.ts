// Data keys: one an agency and day (and process), wrapped by the agency's key-encryption key and kept beside the blobs that
// it seals, as objects of their own. Removing a day's key objects makes that day's blobs unreadable for good. A marker
// object remembers that an agency has sealed something. Where it stands and the key ring has no key, the ring was lost; where
// the ring has a key and the marker is missing, it is the wrong store. Either is said instead of starting over.
import { randomBytes } from 'node:crypto';
import type { AgencyId, CameraId, DestinationId } from '../../core/ids.js';
import type { KeyWrapper } from './keyring.js';
import type { ObjectStore } from './object-store.js';
import {
  keyBytes,
  keyIdBytes,
  openSmall,
  sealSmall,
  SealFault,
  wrappedKeyOfSmall,
  type DataKeyName,
} from './sealing.js';
import { storeFault } from './store-fault.js';

interface DataKey extends DataKeyName {
  readonly key: Buffer;
}

/** Opened data keys kept in memory, by use. */
const openKeysMax = 512;

const markerOf = (agencyId: AgencyId): string => `${agencyId}/keys/agency`;
/** What the marker holds while the agency's key is being made. */
const begun = Buffer.from('begun');
const contextOf = ({ day, id }: DataKeyName): string => `blob/${day}/${id}`;
const objectName = (agencyId: AgencyId, { day, id }: DataKeyName): string => `${agencyId}/keys/${day}/${id}`;

export class AgencyKeys {
  private readonly current = new Map<AgencyId, Promise<DataKey>>();
  private readonly opened = new Map<string, Buffer>();
  private readonly known = new Map<AgencyId, Promise<void>>();

  constructor(
    private readonly wrapper: KeyWrapper,
    private readonly store: ObjectStore,
  ) {}

  /** The key that seals this agency's blobs on this UTC day (`yyyy-mm-dd`); durable before it is handed out. */
  async sealing(agencyId: AgencyId, day: string): Promise<DataKey> {
    const held = await this.current.get(agencyId);
    if (held?.day === day) return held;
    const making = this.make(agencyId, day);
    this.current.set(agencyId, making);
    try {
      return await making;
    } catch (error) {
      if (this.current.get(agencyId) === making) this.current.delete(agencyId);
      throw error;
    }
  }

  /** @throws PlatewardError `key_destroyed` when the day's key is no more, `key_missing`, `key_wrong` */
  async opening(agencyId: AgencyId, name: DataKeyName): Promise<Buffer> {
    const object = objectName(agencyId, name);
    const held = this.opened.get(object);
    if (held) {
      this.opened.delete(object);
      this.opened.set(object, held);
      return held;
    }
    const wrapped = await this.store.get(object);
    if (!wrapped)
      throw storeFault(
        'key_destroyed',
        `The data key ${object} is not in the object store; what it sealed cannot be opened.`,
      );
    const key = await this.wrapper.unwrap(agencyId, wrapped, contextOf(name));
    this.remember(object, key);
    return key;
  }

  /**
   * Seals a small secret, such as a camera's HMAC key, for a database column.
   * @param label what it is and whose, such as `credential/<id>`; it opens under the same label only
   */
  async sealSecret(agencyId: AgencyId, label: string, secret: Uint8Array): Promise<Buffer> {
    await this.ensure(agencyId);
    const key = randomBytes(keyBytes);
    return sealSmall(key, await this.wrapper.wrap(agencyId, key, `secret/${label}`), agencyId, label, secret);
  }

  /** @throws PlatewardError `secret_damaged`, `key_missing`, `key_wrong` */
  async openSecret(agencyId: AgencyId, label: string, sealed: Uint8Array): Promise<Buffer> {
    try {
      const key = await this.wrapper.unwrap(agencyId, wrappedKeyOfSmall(sealed), `secret/${label}`);
      return openSmall(key, agencyId, label, sealed);
    } catch (error) {
      if (error instanceof SealFault)
        throw storeFault(
          'secret_damaged',
          `The sealed secret ${label} of agency ${agencyId} does not open: ${error.message}.`,
        );
      throw error;
    }
  }

  /** Makes sure that the agency has a key-encryption key and that it is the one it always had. Once a process and agency. */
  async ensure(agencyId: AgencyId): Promise<void> {
    const known = this.known.get(agencyId) ?? this.prove(agencyId);
    this.known.set(agencyId, known);
    try {
      await known;
    } catch (error) {
      this.known.delete(agencyId);
      throw error;
    }
  }

  /** Whether anything of the agency was ever sealed into this store. */
  async isHome(agencyId: AgencyId): Promise<boolean> {
    return this.store.exists(markerOf(agencyId));
  }

  private async prove(agencyId: AgencyId): Promise<void> {
    const name = markerOf(agencyId);
    const marker = await this.store.get(name);
    if (marker && !marker.equals(begun)) {
      await this.wrapper.unwrap(agencyId, marker, 'marker');
      return;
    }
    if (!marker && (await this.wrapper.has(agencyId)))
      throw storeFault(
        'blob_store_unavailable',
        `${this.store.place} holds nothing of agency ${agencyId}, although the key ring has its key: is it the right one, and is it mounted?`,
      );
    // Said before the key is made, so that a process that is killed in between is told apart from a store that was lost.
    await this.store.put(name, begun);
    await this.wrapper.create(agencyId);
    await this.store.put(name, await this.wrapper.wrap(agencyId, Buffer.alloc(keyBytes), 'marker'));
  }

  private async make(agencyId: AgencyId, day: string): Promise<DataKey> {
    await this.ensure(agencyId);
    const name = { day, id: randomBytes(keyIdBytes).toString('hex') };
    const key = randomBytes(keyBytes);
    await this.store.put(objectName(agencyId, name), await this.wrapper.wrap(agencyId, key, contextOf(name)));
    this.remember(objectName(agencyId, name), key);
    return { ...name, key };
  }

  private remember(object: string, key: Buffer): void {
    this.opened.set(object, key);
    const oldest = this.opened.keys().next();
    if (this.opened.size > openKeysMax && !oldest.done) this.opened.delete(oldest.value);
  }
}

/** Under which label a camera's HMAC secret is sealed, where it is made and where it is used. */
export const cameraSecretLabel = (cameraId: CameraId): string => `camera/${cameraId}`;

/** The same of the secret with which messages to a webhook are signed. */
export const destinationSecretLabel = (id: DestinationId): string => `destination/${id}`;
