// The same web process with every wall taken away, as the floor of the `http` part and nothing else: the same routes, sessions, checks of
// form and answers, but a vault that decides nothing, asks as the owner of the database, past row-level security, and leaves one plain row of who
// asked what, in the transaction of the question. Nothing outside this folder can start it.
import pg from 'pg';
import { webParts } from '../src/app.module.js';
import { loadConfig } from '../src/config/config.js';
import { systemClock } from '../src/core/clock.js';
import { newId, type AgencyId } from '../src/core/ids.js';
import type { MemberActor } from '../src/access/actor.js';
import { Bell } from '../src/jobs/bell.js';
import { blobsFromConfig } from '../src/vault/blobs/blobs.js';
import { Press } from '../src/paper/press.js';
import { openVault } from '../src/vault/open.js';
import type { Bound } from '../src/vault/stores/bound.js';
import { readSearcher } from '../src/vault/stores/read-search.js';
import { passageSearcher } from '../src/vault/stores/passages.js';
import type { Vault } from '../src/vault/vault.js';
import { openWeb } from '../src/web/open-web.js';

interface Asked {
  readonly purpose: string;
  readonly caseNumber: string;
  readonly reason: string;
  readonly plate?: string;
}

const adminUrl = process.argv[2] ?? '';
const config = loadConfig();
const pool = new pg.Pool({
  connectionString: adminUrl,
  max: config.DATABASE_CONNECTIONS_MAX,
  options: '-c plan_cache_mode=force_generic_plan -c timezone=UTC',
});
pool.on('error', () => undefined);

const stores = (client: pg.PoolClient, agencyId: AgencyId): object => {
  const bound = {
    sql: client,
    home: agencyId,
    permit: { verdicts: [{ agencyId, verdict: 'own' }] },
    rows: () => ({ agencyId }),
    shown: () => undefined,
    noted: () => undefined,
  } as unknown as Bound;
  return { reads: readSearcher(bound), passages: passageSearcher(bound) };
};

const open = async (actor: MemberActor, asked: Asked, work: (lent: object) => Promise<unknown>): Promise<object> => {
  const { agencyId } = actor;
  const searchId = newId();
  const client = await pool.connect();
  try {
    await client.query('begin');
    await client.query({
      name: 'bare-record',
      text: 'insert into bare_searches (id, agency_id, member_id, plate, purpose, case_number, reason) values ($1, $2, $3, $4, $5, $6, $7)',
      values: [searchId, agencyId, actor.memberId, asked.plate, asked.purpose, asked.caseNumber, asked.reason],
    });
    const value = await work(stores(client, agencyId));
    await client.query('commit');
    const verdicts = [{ agencyId, slug: '', verdict: 'own' }];
    const receipts = [{ agencyId, entry: 0, hash: '0'.repeat(64), proof: '' }];
    return { value, searchId, receipts, permit: { opened: [agencyId], verdicts } };
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
};

const walled = openVault(config);
const vault = {
  front: walled.front,
  door: (actor: MemberActor, action: string) => ({
    actor,
    action,
    open: (asked: Asked, work: (lent: object) => Promise<unknown>) => open(actor, asked, work),
  }),
} as unknown as Vault;
const blobs = blobsFromConfig(config);
const web = await openWeb(
  config,
  webParts({ config, clock: systemClock, vault, blobs, bell: new Bell(config), press: new Press() }),
);
process.once('disconnect', () => process.exit(0));
process.send?.({ address: web.address });
