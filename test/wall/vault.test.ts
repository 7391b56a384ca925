// The vault on a real database: a search inside the wall, across it under a grant, and what both logs say afterwards.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { verifyChain } from '../support/chain.js';
import { opens } from '../../src/audit/commitment.js';
import type { AgencyId } from '../../src/core/ids.js';
import { parsePlatePattern } from '../../src/core/plate.js';
import type { Vault } from '../../src/vault/vault.js';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, grantBetween, twoAgencies, vaultOf, type TestAgency } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let vault: Vault;
let springfield: TestAgency;
let shelbyville: TestAgency;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  ({ springfield, shelbyville } = await twoAgencies(vault));
  await depositAndRead(vault, springfield, ['ABC123']);
  await depositAndRead(vault, shelbyville, ['ABC123', 'XYZ789']);
});
afterAll(async () => {
  await vault?.close();
  await database?.drop();
});

const search = (by: TestAgency, agencies: readonly AgencyId[], plate = 'ABC123', purpose = 'stolen-vehicle') =>
  vault.door(by.members.officer, 'read.search').open(
    {
      purpose,
      caseNumber: '26-1',
      reason: 'a test',
      agencies,
      from: new Date(Date.now() - 86_400_000),
      to: new Date(),
      plate,
    },
    (s) =>
      s.reads.search({
        plate: parsePlatePattern(plate),
        from: new Date(Date.now() - 86_400_000),
        to: new Date(),
        limit: 50,
      }),
  );
const logOf = async (agency: TestAgency) =>
  (await vault.door(agency.members.supervisor, 'audit.read').open({}, (s) => s.log.list(100))).value.entries;

describe('the vault', () => {
  it('finds the own read and gives a receipt that stands in the log', async () => {
    const { value, receipts } = await search(springfield, [springfield.agencyId]);
    expect(value.reads.map((read) => [read.agencyId, read.plate, read.cameraName])).toEqual([
      [springfield.agencyId, 'ABC123', 'Main Street'],
    ]);
    const entry = (await logOf(springfield)).find((each) => each.entry === receipts[0]!.entry)!;
    expect(entry.hash).toBe(receipts[0]!.hash);
    const body = JSON.parse(entry.body) as { kind: string; committed: Record<string, string> };
    expect(body.kind).toBe('read.search');
    expect(entry.opened['plate']!.value).toBe('ABC123');
    expect(opens('plate', body.committed['plate']!, entry.opened['plate']!)).toBe(true);
    expect(entry.body).not.toContain('ABC123');
  });

  it('refuses another agency without a grant, and both have it on record', async () => {
    await expect(search(springfield, [shelbyville.agencyId])).rejects.toMatchObject({
      kind: 'refused',
      code: 'grant_missing',
    });
    for (const agency of [springfield, shelbyville]) {
      const entry = (await logOf(agency)).find((each) => each.body.includes('"kind":"read.search"'))!;
      expect(JSON.parse(entry.body)).toMatchObject({
        outcome: 'refused',
        rule: 'grant_missing',
        by: { agencyId: springfield.agencyId },
      });
    }
    const theirs = (await logOf(shelbyville)).find((each) => each.body.includes('read.search'))!;
    expect(Object.keys(theirs.opened)).toEqual(['member']);
  });

  it('answers under a live grant, until its revocation', async () => {
    const grantId = await grantBetween(vault, shelbyville, springfield);
    const { value, permit } = await search(springfield, [springfield.agencyId, shelbyville.agencyId]);
    expect(value.reads.map((read) => read.agencyId).sort()).toEqual(
      [springfield.agencyId, shelbyville.agencyId].sort(),
    );
    expect(permit.verdicts.map((each) => each.verdict).sort()).toEqual(['granted', 'own']);
    const owners = (await logOf(shelbyville)).find(
      (each) => each.body.includes('read.search') && each.body.includes('"done"'),
    )!;
    expect(owners.opened['plate']!.value).toBe('ABC123');
    await vault
      .door(shelbyville.members.administrator, 'grant.revoke')
      .open({ grantId }, (s) => s.grants.step(grantId, 'revoked'));
    await expect(search(springfield, [shelbyville.agencyId])).rejects.toMatchObject({ code: 'grant_revoked' });
  });

  it('keeps a chain that a stranger can check', async () => {
    for (const { agencyId } of [springfield, shelbyville]) {
      const rows = await withClient(
        database.adminUrl,
        async (client) =>
          (
            await client.query(
              'select agency_id, entry, (extract(epoch from at) * 1000000)::bigint as micros, body, prev_hash, hash from log_entries where agency_id = $1 order by entry',
              [agencyId],
            )
          ).rows,
      );
      const entries = rows.map((row) => ({
        agencyId: row.agency_id,
        entry: BigInt(row.entry),
        atMicros: BigInt(row.micros),
        body: row.body,
        prevHash: row.prev_hash,
        hash: row.hash,
      }));
      expect(entries.length).toBeGreaterThan(5);
      expect(verifyChain(entries)).toBeUndefined();
      const forged = entries.map((each, index) => (index === 3 ? { ...each, body: `${each.body} ` } : each));
      expect(verifyChain(forged)).toMatchObject({ entry: 3n });
      expect(verifyChain(entries.filter((_, index) => index !== 2))).toMatchObject({ entry: 2n });
    }
  });
});
