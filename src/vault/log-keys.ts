// The keys that sign tree heads: one an agency. The private half is sealed under the agency's key-encryption key, which is in the
// key ring and never in the database; opened, it stays in this process's memory. A key is made when the agency first needs one,
// and the log says which it is before it signs anything. It refuses to make a second one where the first cannot be opened.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { checkpointOf, originOf, verifierKey, type TreeHead } from '../audit/checkpoint.js';
import { sealEntry } from '../audit/entry.js';
import type { AgencyId } from '../core/ids.js';
import type { AgencyKeys } from './blobs/agency-keys.js';
import { storeFault } from './blobs/store-fault.js';
import type { Database, Sql } from './database/database.js';

export interface LogSigner {
  /** The verifier key that others check with (C2SP signed-note). */
  readonly key: string;
  /** The signed tree head. Only for a head that is committed: what is signed must never be taken back. */
  checkpoint(head: TreeHead): string;
}

interface KeyRow {
  readonly public_key: Buffer;
  readonly sealed_key: Buffer;
}

/** Under which label the private half is sealed. */
const label = (number: number): string => `log/${number}`;
const number = 0;

const rawPublic = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);

const find = async (sql: Sql, agencyId: AgencyId): Promise<KeyRow | undefined> =>
  (
    await sql.query<KeyRow & { [column: string]: unknown }>({
      name: 'log-key',
      text: 'select public_key, sealed_key from log_keys where agency_id = $1 and number = $2',
      values: [agencyId, number],
    })
  ).rows[0];

/** Tells Postgres for which agency this transaction works. */
const workFor = (sql: Sql, agencyId: AgencyId): Promise<unknown> =>
  sql.query({
    name: 'log-key-for',
    text: `select set_config('plateward.agency_id', $1, true), set_config('plateward.actor_id', 'log-key', true), set_config('plateward.search_id', '', true)`,
    values: [agencyId],
  });

export class LogKeys {
  private readonly signers = new Map<AgencyId, Promise<LogSigner>>();

  constructor(readonly keys: AgencyKeys) {}

  /**
   * The signer of an agency's log, made with its key when there is none yet.
   * @throws PlatewardError `key_missing`, `key_wrong`, `secret_damaged`, `database_unavailable`
   */
  async signer(database: Database, agencyId: AgencyId): Promise<LogSigner> {
    const held = this.signers.get(agencyId) ?? this.open(database, agencyId);
    this.signers.set(agencyId, held);
    try {
      return await held;
    } catch (error) {
      if (this.signers.get(agencyId) === held) this.signers.delete(agencyId);
      throw error;
    }
  }

  private async open(database: Database, agencyId: AgencyId): Promise<LogSigner> {
    const found = await database.transaction(async ({ sql }) => {
      await workFor(sql, agencyId);
      return find(sql, agencyId);
    });
    const { public_key: publicKey, sealed_key: sealed } = found ?? (await this.make(database, agencyId));
    const der = await this.keys.openSecret(agencyId, label(number), sealed);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    if (!rawPublic(privateKey).equals(publicKey))
      throw storeFault(
        'secret_damaged',
        `The sealed log key of agency ${agencyId} belongs to another public key than the one beside it.`,
      );
    const origin = originOf(agencyId);
    return {
      key: verifierKey(origin, publicKey),
      checkpoint: (head) => checkpointOf(origin, head, publicKey, (text) => sign(null, text, privateKey)),
    };
  }

  /** Of two processes that make one at once, the first wins for both. */
  private async make(database: Database, agencyId: AgencyId): Promise<KeyRow> {
    const { privateKey } = generateKeyPairSync('ed25519');
    const publicKey = rawPublic(privateKey);
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    const sealed = await this.keys.sealSecret(agencyId, label(number), der);
    return database.transaction(async ({ sql }) => {
      await workFor(sql, agencyId);
      const { rowCount } = await sql.query({
        name: 'log-key-make',
        text: 'insert into log_keys (agency_id, number, public_key, sealed_key) values ($1, $2, $3, $4) on conflict do nothing',
        values: [agencyId, number, publicKey, sealed],
      });
      if (rowCount === 1) {
        const { body, opened } = sealEntry({
          kind: 'log.key',
          agencyId,
          by: { agencyId, kind: 'machine', id: 'log-key' },
          outcome: 'done',
          facts: { key: verifierKey(originOf(agencyId), publicKey), number },
          personal: {},
        });
        await sql.query({
          name: 'log-key-entry',
          text: 'insert into log_entries (agency_id, body, opened) values ($1, $2, $3)',
          values: [agencyId, body, JSON.stringify(opened)],
        });
      }
      const row = await find(sql, agencyId);
      if (!row) throw new Error('the log key that was just made is not there');
      return row;
    });
  }
}
