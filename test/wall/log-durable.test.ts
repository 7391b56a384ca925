// A signed head is never ahead of what is durable: an act whose commit does not come, because its connection is killed in the middle of
// it, leaves no entry, no grown tree and no signature; the next act takes its place, and a stranger finds one unbroken log. Also under
// many acts at once, of which some are killed.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromHex } from '../../src/audit-verify/bytes.js';
import type { EntryLine } from '../../src/audit-verify/entries.js';
import { checkProof, parseKey } from '../../src/audit-verify/note.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { Receipt } from '../../src/vault/ledger.js';
import type { Vault } from '../../src/vault/vault.js';
import { twoAgencies, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let admin: pg.Client;
let vault: Vault;
let agency: TestAgency;

beforeAll(async () => {
  database = await freshDatabase();
  admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  vault = vaultOf(database);
  agency = (await twoAgencies(vault)).springfield;
});
afterAll(async () => {
  await vault?.close();
  await admin?.end();
  await database?.drop();
});

const act = async (reason = 'a test'): Promise<Receipt> => {
  const demand = {
    purpose: 'stolen-vehicle',
    caseNumber: '26-1',
    reason,
    agencies: [agency.agencyId],
    from: new Date(0),
    to: new Date(),
    plate: 'ABC123',
  };
  const query = { plate: { kind: 'exact', text: 'ABC123' }, from: demand.from, to: demand.to, limit: 1 } as const;
  const { receipts } = await vault
    .door(agency.members.officer, 'read.search')
    .open(demand, (s) => s.reads.search(query));
  return receipts[0]!;
};

const publish = async () => {
  const { value } = await vault
    .door({ kind: 'machine', agencyId: agency.agencyId, machine: 'publish' }, 'log.publish')
    .open({}, async ({ log }) => {
      const head = await log.head();
      const [leaves, bodies] = [await log.leaves(0, head.size), await log.bodies(0, head.size)];
      const entries = leaves.map((leaf, entry): EntryLine => ({ entry, leaf, body: bodies[entry] ?? null }));
      return { head, entries };
    });
  const signer = await vault.logSigner(agency.agencyId);
  return { ...value, key: signer.key, checkpoint: signer.checkpoint(value.head), complete: true };
};

/** The same, once no connection that was killed is lent any more. */
const settled = async (): ReturnType<typeof publish> => {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await publish();
    } catch (error) {
      if (attempt > 20) throw error;
    }
};

/** Ends the connection that commits an entry of which the reason is opened so, after everything and before the commit. */
const killsAtCommit = (reason: string): string => `
  create function dies() returns trigger language plpgsql security definer as $$ begin
    if new.opened -> 'reason' ->> 'value' like '${reason}%' then perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(1); end if;
    return null; end $$;
  create constraint trigger log_zz after insert on log_entries deferrable initially deferred for each row execute function dies()`;

describe('An act that is killed between append and commit', () => {
  it('leaves nothing, and its place is taken by the next', async () => {
    const before = await publish();
    await admin.query(killsAtCommit('killed'));
    try {
      await expect(act('killed here')).rejects.toThrow();
      const after = await settled();
      expect(after.head).toEqual(before.head);
      expect(after.checkpoint).toBe(before.checkpoint);
      expect((await act()).entry).toBe(before.head.size);
      await verifyLog(nodeArithmetic, { ...(await publish()), earlier: before.checkpoint });
    } finally {
      await admin.query('drop trigger log_zz on log_entries; drop function dies()');
    }
  });

  it('breaks no receipt of many that run beside it', async () => {
    const before = await publish();
    await admin.query(killsAtCommit('killed'));
    try {
      const outcomes = await Promise.allSettled(
        Array.from({ length: 40 }, (_, n) => act(n % 5 === 0 ? `killed ${n}` : 'lives')),
      );
      const receipts = outcomes.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
      // Eight are killed; an act that is lent a connection which was just killed is refused before it begins.
      expect(receipts.length).toBeLessThanOrEqual(32);
      expect(receipts.length).toBeGreaterThan(10);
      const log = await settled();
      expect(log.head.size).toBe(before.head.size + receipts.length);
      await verifyLog(nodeArithmetic, { ...log, earlier: before.checkpoint });
      const key = parseKey(nodeArithmetic, log.key);
      expect(new Set(receipts.map(({ entry }) => entry)).size).toBe(receipts.length);
      for (const { entry, hash, proof } of receipts) {
        const head = await checkProof(nodeArithmetic, proof!, { entry, hash: fromHex(hash)! }, key);
        expect(head.size).toBe(entry + 1);
        // Every head that was ever signed is one that the log grew through.
        await verifyLog(nodeArithmetic, { ...log, earlier: proof!.slice(proof!.indexOf('\n\n') + 2) });
      }
    } finally {
      await admin.query('drop trigger log_zz on log_entries; drop function dies()');
    }
  });
});
