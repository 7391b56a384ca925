// The two agencies that every other test relies on: alike in every name, apart in every row.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Vault } from '../../src/vault/vault.js';
import { twoAgencies, vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';

let database: FreshDatabase;
let vault: Vault;
beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
});
afterAll(async () => {
  await vault.close();
  await database.drop();
});

it('share names and nothing else', async () => {
  const { springfield, shelbyville } = await twoAgencies(vault);
  expect(springfield.state).not.toBe(shelbyville.state);
  const listed = await Promise.all(
    [springfield, shelbyville].map(async (agency) => {
      const { value } = await vault.door(agency.members.administrator, 'camera.list').open({}, (s) => s.cameras.list());
      expect(value.map((camera) => camera.id).sort()).toEqual(agency.cameras.map((camera) => camera.cameraId).sort());
      const { value: members } = await vault
        .door(agency.members.administrator, 'member.list')
        .open({}, (s) => s.members.list());
      expect(members.map((member) => member.login)).toEqual(['administrator', 'auditor', 'officer', 'supervisor']);
      return value.map((camera) => camera.name);
    }),
  );
  expect(listed[0]).toEqual(listed[1]);
});
