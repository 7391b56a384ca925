// Pictures at rest: sealed for one agency under a name, in an object store. Whoever writes is an actor and writes for his own
// agency, because no method takes another; whoever reads shows the permit that opened that agency's rows. It refuses to say
// more about a blob that does not open than that.
import type { Actor } from '../../access/actor.js';
import type { Permit } from '../../access/decide.js';
import type { Config } from '../../config/config.js';
import { need } from '../../config/config.js';
import { refused } from '../../core/errors.js';
import type { AgencyId } from '../../core/ids.js';
import { AgencyKeys } from './agency-keys.js';
import { FolderStore } from './blobs-folder.js';
import { S3Store } from './blobs-s3.js';
import { FileKeyRing, type KeyWrapper } from './keyring.js';
import { isObjectName, type ObjectStore } from './object-store.js';
import { keyNameOfBlob, openBlob, sealBlob, SealFault } from './sealing.js';
import { storeFault } from './store-fault.js';

/** The UTC day of an instant as `yyyy-mm-dd`. */
export const dayOf = (instant: Date): string => instant.toISOString().slice(0, 10);

export class Blobs {
  readonly keys: AgencyKeys;

  constructor(
    readonly store: ObjectStore,
    wrapper: KeyWrapper,
  ) {
    this.keys = new AgencyKeys(wrapper, store);
  }

  /**
   * Seals and keeps bytes under a name of the actor's own agency; durable when it returns.
   * @param name such as `frames/2026-11-23/<hash>`; unique within the agency, written once or again with the same bytes
   */
  async put(actor: Actor, name: string, bytes: Uint8Array): Promise<void> {
    const { agencyId } = actor;
    const key = await this.keys.sealing(agencyId, dayOf(new Date()));
    await this.store.put(objectName(agencyId, name), sealBlob(key.key, key, agencyId, name, bytes));
  }

  /**
   * The bytes of a blob of an agency whose rows the permit opens.
   * @throws PlatewardError `blob_missing`, `blob_damaged`, `key_destroyed`, `key_missing`, `key_wrong`, `blob_store_unavailable`
   */
  async get(permit: Permit, agencyId: AgencyId, name: string): Promise<Buffer> {
    if (!permit.opened.includes(agencyId))
      throw refused('blob_not_opened', "This permit does not open that agency's pictures.");
    const sealed = await this.store.get(objectName(agencyId, name));
    if (!sealed) {
      if (!(await this.keys.isHome(agencyId)))
        throw storeFault(
          'blob_store_unavailable',
          `${this.store.place} holds nothing of agency ${agencyId}: is it the right one, and is it mounted?`,
        );
      throw storeFault('blob_missing', `The object ${objectName(agencyId, name)} is not in ${this.store.place}.`);
    }
    try {
      return openBlob(await this.keys.opening(agencyId, keyNameOfBlob(sealed)), agencyId, name, sealed);
    } catch (error) {
      if (error instanceof SealFault)
        throw storeFault(
          'blob_damaged',
          `The object ${objectName(agencyId, name)} in ${this.store.place} does not open: ${error.message}.`,
        );
      throw error;
    }
  }

  /** Removes a blob of the actor's own agency; no error when there is none. */
  async delete(actor: Actor, name: string): Promise<void> {
    await this.store.delete(objectName(actor.agencyId, name));
  }

  async exists(actor: Actor, name: string): Promise<boolean> {
    return this.store.exists(objectName(actor.agencyId, name));
  }
}

const objectName = (agencyId: AgencyId, name: string): string => {
  if (!isObjectName(name) || name.startsWith('keys/')) throw new TypeError(`not a name for a blob: ${name}`);
  return `${agencyId}/${name}`;
};

/** The store and key ring that the configuration names. */
export const blobsFromConfig = (config: Config): Blobs => {
  const store =
    config.BLOB_STORE === 'folder'
      ? new FolderStore(config.BLOB_DIR)
      : new S3Store({
          endpoint: need(config.S3_ENDPOINT, 'S3_ENDPOINT'),
          region: config.S3_REGION,
          bucket: need(config.S3_BUCKET, 'S3_BUCKET'),
          accessKeyId: need(config.S3_ACCESS_KEY_ID, 'S3_ACCESS_KEY_ID'),
          secretAccessKey: need(config.S3_SECRET_ACCESS_KEY, 'S3_SECRET_ACCESS_KEY').reveal(),
        });
  return new Blobs(store, new FileKeyRing(config.KEYRING_FILE));
};
