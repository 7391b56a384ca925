// What is signed of a grant is all of it: whatever changes, the text does.
import { describe, expect, it } from 'vitest';
import { checkpointOf, originOf } from './checkpoint.js';
import { grantText, type GrantScopeSigned } from './grant-text.js';

const scope: GrantScopeSigned = {
  grantId: '6f1a2f0e-0000-4000-8000-000000000001',
  owner: '6f1a2f0e-0000-4000-8000-000000000002',
  grantee: '6f1a2f0e-0000-4000-8000-000000000003',
  purposes: ['stolen-vehicle', 'robbery'],
  cameraIds: ['6f1a2f0e-0000-4000-8000-000000000004'],
  dataWindowDays: 30,
  validFrom: new Date('2026-01-01T00:00:00Z'),
  validUntil: new Date('2026-02-01T00:00:00Z'),
  searchesPerDayMax: 5,
  rowsPerSearchMax: 10,
  declarations: ['no-immigration'],
  termsSha256: 'ab'.repeat(32),
};

const changes: Required<{ [Name in keyof GrantScopeSigned]: readonly GrantScopeSigned[Name][] }> = {
  grantId: [scope.owner],
  owner: [scope.grantee],
  grantee: [scope.owner],
  purposes: [[], ['stolen-vehicle'], ['stolen-vehicle,robbery'], ['robbery', 'stolen-vehicle']],
  cameraIds: [null, [], [scope.owner]],
  dataWindowDays: [31],
  validFrom: [new Date('2025-12-31T23:59:59.999Z')],
  validUntil: [new Date('2026-02-01T00:00:00.001Z')],
  searchesPerDayMax: [null, 6],
  rowsPerSearchMax: [11],
  declarations: [[], ['other']],
  termsSha256: ['ac'.repeat(32)],
};

describe('The text of a grant', () => {
  for (const [name, values] of Object.entries(changes))
    it.each(values.map((value) => [value]))(`is another for another ${name}: %j`, (value) => {
      expect(grantText({ ...scope, [name]: value })).not.toBe(grantText(scope));
    });

  it('names every field of the scope', () => {
    const [first, second] = grantText(scope).split('\n');
    expect(first).toBe('plateward/grant/1');
    expect(Object.keys(JSON.parse(second!) as object).sort()).toEqual(Object.keys(scope).sort());
  });

  it('is never the text of a tree head, whatever stands in it', () => {
    const head = checkpointOf(
      originOf(scope.owner),
      { size: 1, root: new Uint8Array(32) },
      new Uint8Array(32),
      () => new Uint8Array(64),
    );
    expect(head.split('\n')[0]).not.toBe(grantText(scope).split('\n')[0]);
    expect(grantText({ ...scope, termsSha256: `\n\n${head}` }).split('\n')).toHaveLength(3);
  });
});
