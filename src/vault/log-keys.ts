// The keys that sign tree heads: of an agency one at a time. The private half is sealed under the agency's key-encryption key, which is in the
// key ring and never in the database; opened, it stays in this process's memory. The first is made when the agency first needs one, and the log
// says which it is before it signs anything. Another takes its place by an entry of the log; then the one before signs its last head and is
// destroyed, before the new one signs its first. It refuses to make one where there is one that cannot be opened.
import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { checkpointOf, originOf, possessionStatement, verifierKey, type TreeHead } from '../audit/checkpoint.js';
import { sealEntry } from '../audit/entry.js';
import type { AgencyId } from '../core/ids.js';
import type { AgencyKeys } from './blobs/agency-keys.js';
import { storeFault } from './blobs/store-fault.js';
import type { Database, Sql } from './database/database.js';

export interface LogSigner {
  /** Which of the log's keys it is, from 0. */
  readonly number: number;
  /** The verifier key that others check with (C2SP signed-note). */
  readonly key: string;
  /**
   * The signed tree head. Only for a head that is committed: what is signed must never be taken back.
   * @param also the same head, signed by the key before
   */
  checkpoint(head: TreeHead, also?: string): string;
}

/** A key that is ready to take the place of the one that signs. */
export interface NextLogKey {
  readonly number: number;
  readonly publicKey: Buffer;
  readonly sealed: Buffer;
  /** Verifier key of the one that it replaces, and its own. */
  readonly before: string;
  readonly key: string;
  /** The new key's signature over whose place it takes, base64. */
  readonly possession: string;
}

interface KeyRow {
  readonly number: number;
  readonly public_key: Buffer;
  /** null: it was replaced, and destroyed. */
  readonly sealed_key: Buffer | null;
  /** Of a key that replaced another: the entry, and the root of the tree that ends with it. */
  readonly entry: string | null;
  readonly root: Buffer | null;
  /** The last head of the key before, once it is signed. */
  readonly handover: string | null;
}

/** Under which label the private half is sealed. */
const label = (number: number): string => `log/${number}`;

const rawPublic = (key: KeyObject): Buffer =>
  createPublicKey(key).export({ type: 'spki', format: 'der' }).subarray(-32);

/** From the newest. */
const find = async (sql: Sql, agencyId: AgencyId): Promise<KeyRow[]> =>
  (
    await sql.query<KeyRow & { [column: string]: unknown }>({
      name: 'log-keys',
      text: 'select number, public_key, sealed_key, entry, root, handover from log_keys where agency_id = $1 order by number desc limit 2',
      values: [agencyId],
    })
  ).rows;

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
   * @param number the key that is wanted; of one that this process holds and that was replaced since, the newest is opened instead
   * @throws PlatewardError `key_missing`, `key_wrong`, `secret_damaged`, `database_unavailable`
   */
  async signer(database: Database, agencyId: AgencyId, number = 0): Promise<LogSigner> {
    const held = await this.held(database, agencyId);
    if (held.number >= number) return held;
    this.signers.delete(agencyId);
    return this.held(database, agencyId);
  }

  private async held(database: Database, agencyId: AgencyId): Promise<LogSigner> {
    const held = this.signers.get(agencyId) ?? this.open(database, agencyId);
    this.signers.set(agencyId, held);
    try {
      return await held;
    } catch (error) {
      if (this.signers.get(agencyId) === held) this.signers.delete(agencyId);
      throw error;
    }
  }

  /** A key to take the place of the one that signs now; of no use before its entry is in the log. @throws as `signer` */
  async next(database: Database, agencyId: AgencyId): Promise<NextLogKey> {
    const { number: present } = await this.signer(database, agencyId);
    const { newest: before } = await this.rows(database, agencyId);
    if (!before) throw new Error('a log has no key');
    // Whatever another process has begun is ended before the next is made.
    if (before.number !== present) await this.signer(database, agencyId, before.number);
    const number = before.number + 1;
    const { privateKey, publicKey, sealed } = await this.generate(agencyId, number);
    const origin = originOf(agencyId);
    const texts = { before: verifierKey(origin, before.public_key), key: verifierKey(origin, publicKey) };
    const statement = possessionStatement(origin, number, texts.before, texts.key);
    const possession = sign(null, Buffer.from(statement, 'utf8'), privateKey).toString('base64');
    return { number, publicKey, sealed, ...texts, possession };
  }

  private async open(database: Database, agencyId: AgencyId): Promise<LogSigner> {
    const { newest, before } = await this.rows(database, agencyId);
    if (newest && before && newest.handover === null) await this.handOver(database, agencyId, before, newest);
    return this.signerOf(agencyId, newest ?? (await this.make(database, agencyId)));
  }

  private rows(database: Database, agencyId: AgencyId): Promise<{ newest?: KeyRow; before?: KeyRow }> {
    return database.transaction(async ({ sql }) => {
      await workFor(sql, agencyId);
      const [newest, before] = await find(sql, agencyId);
      return { ...(newest && { newest }), ...(before && { before }) };
    });
  }

  private async signerOf(agencyId: AgencyId, { number, public_key: publicKey, sealed_key: sealed }: KeyRow) {
    if (!sealed)
      throw storeFault('secret_damaged', `Key ${number} of the log of agency ${agencyId} was replaced and destroyed.`);
    const der = await this.keys.openSecret(agencyId, label(number), sealed);
    const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
    der.fill(0);
    if (!rawPublic(privateKey).equals(publicKey))
      throw storeFault(
        'secret_damaged',
        `The sealed log key of agency ${agencyId} belongs to another public key than the one beside it.`,
      );
    const origin = originOf(agencyId);
    return {
      number,
      key: verifierKey(origin, publicKey),
      checkpoint: (head: TreeHead, also?: string) =>
        checkpointOf(origin, head, publicKey, (text) => sign(null, text, privateKey), also),
    };
  }

  /**
   * Ends the turn of a key that an entry has replaced: it signs the head that ends with that entry, which is kept, and with that its private half
   * goes. The entry is committed; whoever dies here leaves it to whoever opens the log's key next, and two at once sign the same.
   */
  private async handOver(database: Database, agencyId: AgencyId, before: KeyRow, { number, entry, root }: KeyRow) {
    if (entry === null || root === null) throw new Error('a key of a log replaced another without an entry');
    // Another process has committed the entry; what is signed must be on disk.
    await database.durable();
    const last = (await this.signerOf(agencyId, before)).checkpoint({ size: Number(entry) + 1, root });
    await database.transaction(async ({ sql }) => {
      await workFor(sql, agencyId);
      await sql.query({
        name: 'log-key-hand-over',
        text: 'update log_keys set handover = $3 where agency_id = $1 and number = $2 and handover is null',
        values: [agencyId, number, last],
      });
      await sql.query({
        name: 'log-key-destroy',
        text: 'update log_keys set sealed_key = null where agency_id = $1 and number = $2 and sealed_key is not null',
        values: [agencyId, before.number],
      });
    });
  }

  private async generate(agencyId: AgencyId, number: number) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const der = privateKey.export({ type: 'pkcs8', format: 'der' });
    const sealed = await this.keys.sealSecret(agencyId, label(number), der);
    der.fill(0);
    return { privateKey, publicKey: rawPublic(privateKey), sealed };
  }

  /** Of two processes that make the first one at once, the first wins for both. */
  private async make(database: Database, agencyId: AgencyId): Promise<KeyRow> {
    const number = 0;
    const { publicKey, sealed } = await this.generate(agencyId, number);
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
      const [row] = await find(sql, agencyId);
      if (!row) throw new Error('the log key that was just made is not there');
      return row;
    });
  }
}
