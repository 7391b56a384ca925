// Single entries against a signed head: what was changed in what is shown is found, wherever it was changed; and a head that is not the earlier one grown.
import { describe, expect, it } from 'vitest';
import { hex, utf8 } from './bytes.js';
import { TiledTree } from './growth.js';
import { leafHash, WholeTree } from './merkle.js';
import { checkGrowth, checkShown, leafOfShown, type ShownEntry } from './single.js';
import { sha256 } from './sha256.js';

const arithmetic = { sha256 };
const agencyId = '0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11';
const salt = '00'.repeat(16);
const shownOf = (entry: number): ShownEntry => {
  const committed = { reason: hex(sha256(new Uint8Array(16), utf8(`reason\0because ${entry}`))) };
  const shown = {
    ...{ entry, atMicros: String(1764000000000000 + entry), body: JSON.stringify({ committed, kind: 'x.y' }) },
    ...{ prevHash: '11'.repeat(32), hash: '', opened: { reason: { salt, value: `because ${entry}` } } },
  };
  return { ...shown, hash: hex(leafHash(arithmetic, leafOfShown(arithmetic, agencyId, shown))) };
};
const shown = Array.from({ length: 300 }, (_, entry) => shownOf(entry));
const hashes = shown.map((each) => leafHash(arithmetic, leafOfShown(arithmetic, agencyId, each)));
const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(parts.flatMap((part) => [...part]));
const rootOf = (leaves: readonly Uint8Array[]): Uint8Array => {
  const whole = new WholeTree(arithmetic, leaves);
  return (whole as unknown as { levels: Uint8Array[][] }).levels.at(-1)![0]!;
};
const treeOf = (leaves: readonly Uint8Array[]): TiledTree =>
  new TiledTree(
    arithmetic,
    (level, tile, width) =>
      Promise.resolve(
        level === 0
          ? join(leaves.slice(tile * 256, tile * 256 + width))
          : join(Array.from({ length: width }, (_, at) => rootOf(leaves.slice(at * 256, at * 256 + 256)))),
      ),
    leaves.length,
  );
const head = { size: 300, root: rootOf(hashes) };
const tree = treeOf(hashes);
const check = (each: ShownEntry, of = agencyId): Promise<void> => checkShown(arithmetic, tree, head, of, each);

describe('An entry that is shown', () => {
  it('holds as it stands in the log', async () => {
    for (const each of [0, 1, 255, 256, 299]) await check(shown[each]!);
  });

  it('does not hold when anything of it is another', async () => {
    const one = shown[7]!;
    const remade = (each: ShownEntry): ShownEntry => ({
      ...each,
      hash: hex(leafHash(arithmetic, leafOfShown(arithmetic, agencyId, each))),
    });
    const made = 'does not make the hash';
    await expect(check({ ...one, body: one.body.replace('x.y', 'x.z') })).rejects.toThrow(made);
    await expect(check({ ...one, atMicros: '1764000000000008' })).rejects.toThrow(made);
    await expect(check({ ...one, entry: 8 })).rejects.toThrow(made);
    await expect(check(one, '0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a12')).rejects.toThrow(made);
    await expect(check(remade({ ...one, body: one.body.replace('x.y', 'x.z') }))).rejects.toThrow('is not in the tree');
    await expect(check(remade({ ...one, entry: 300 }))).rejects.toThrow('not in the signed head yet');
    await expect(check({ ...one, opened: { reason: { salt, value: 'another' } } })).rejects.toThrow(
      'not the one committed',
    );
    await expect(check({ ...one, opened: { plate: { salt, value: 'ABC123' } } })).rejects.toThrow(
      'not the one committed',
    );
    await expect(check({ ...one, atMicros: 'now' })).rejects.toThrow('not in the form');
  });
});

describe('A head', () => {
  it('holds when it grew out of the one that was kept, and not when history is another or shorter', async () => {
    const earlier = { size: 200, root: rootOf(hashes.slice(0, 200)) };
    await checkGrowth(arithmetic, tree, earlier, head);
    await checkGrowth(arithmetic, tree, head, head);
    const other = [hashes[1]!, ...hashes.slice(1)];
    await expect(checkGrowth(arithmetic, treeOf(other), earlier, { size: 300, root: rootOf(other) })).rejects.toThrow(
      'history was rewritten',
    );
    await expect(checkGrowth(arithmetic, treeOf(hashes.slice(0, 200)), head, earlier)).rejects.toThrow('rolled back');
  });
});
