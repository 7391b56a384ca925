// A single entry against the schema that it names: what its kind does not have, lacks or was never declared is found, wherever the declaration stands.
import { describe, expect, it } from 'vitest';
import { canonical, hex, utf8 } from './bytes.js';
import { Declared } from './declared.js';
import { TiledTree } from './growth.js';
import { leafHash, WholeTree } from './merkle.js';
import { sha256 } from './sha256.js';
import { leafOfShown, type ShownEntry } from './single.js';

const arithmetic = { sha256, ed25519: () => Promise.resolve(false) };
const agencyId = '0b0e7d3c-5f53-4c62-9f0a-0c5f6f1d7a11';
const documentOf = (fact: string): string =>
  canonical({
    forms: { count: '[0-9]{1,3}', text: '"(\\\\.|[^"\\\\])*"' },
    kinds: {
      'log.schema': { facts: { document: 'text', sha256: 'text' } },
      'x.done': { facts: { [fact]: 'count' }, needs: [fact], commits: ['reason'] },
    },
  });
const hashOf = (text: string): string => hex(sha256(utf8(text)));
const [first, second] = [documentOf('rows'), documentOf('cars')];
const body = (schema: string | number, kind: string, facts: object, more: object = {}): string =>
  canonical({
    ...{ schema, kind, facts, agencyId, outcome: 'done', by: { agencyId, kind: 'member', role: 'officer' } },
    ...{ committed: { reason: '22'.repeat(32) } },
    ...more,
  } as never);
const declaration = (document: string): string =>
  body(hashOf(document), 'log.schema', { document, sha256: hashOf(document) });
const done = (document: string, facts: object, more: object = {}): string =>
  body(hashOf(document), 'x.done', facts, more);

/** A log of these bodies, as it stands at its addresses. */
const logOf = (bodies: readonly string[]) => {
  const shown = bodies.map((text, entry): ShownEntry => {
    const bare = { entry, atMicros: String(entry), body: text, prevHash: '11'.repeat(32), hash: '', opened: {} };
    return { ...bare, hash: hex(leafHash(arithmetic, leafOfShown(arithmetic, agencyId, bare))) };
  });
  const leaves = shown.map((each) => leafOfShown(arithmetic, agencyId, each));
  const hashes = leaves.map((leaf) => leafHash(arithmetic, leaf));
  const rootOf = (of: readonly Uint8Array[]): Uint8Array => {
    const whole = new WholeTree(arithmetic, of);
    return (whole as unknown as { levels: Uint8Array[][] }).levels.at(-1)![0]!;
  };
  const join = (parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(parts.flatMap((part) => [...part]));
  const tree = new TiledTree(
    arithmetic,
    (level, tile, width) =>
      Promise.resolve(
        level === 0
          ? join(hashes.slice(tile * 256, tile * 256 + width))
          : join(Array.from({ length: width }, (_, at) => rootOf(hashes.slice(at * 256, at * 256 + 256)))),
      ),
    hashes.length,
  );
  const asked: string[] = [];
  const fetchOne = (name: string): Promise<Uint8Array> => {
    asked.push(name);
    const tile = Number(/(\d{3})(\.p|$)/.exec(name)![1]);
    const [from, to] = [tile * 256, tile * 256 + 256];
    return Promise.resolve(
      name.startsWith('tile/entries/')
        ? join(leaves.slice(from, to).map((leaf) => join([new Uint8Array([0, 96]), leaf])))
        : utf8(
            bodies
              .slice(from, to)
              .map((text) => `${text}\n`)
              .join(''),
          ),
    );
  };
  const head = { size: bodies.length, root: rootOf(hashes) };
  const declared = new Declared(arithmetic, tree, head, fetchOne);
  return { asked, shown, check: (at: number) => declared.check(agencyId, shown[at]!), declared };
};
const many = (count: number, document: string, facts: object): string[] =>
  Array.from({ length: count }, () => done(document, facts));

describe('An entry and the schema that it names', () => {
  it('holds what its kind must have, wherever in the log the schema was declared', async () => {
    const log = logOf([
      ...[declaration(first), ...many(700, first, { rows: 1 })],
      ...[declaration(second), ...many(400, second, { cars: 2 })],
    ]);
    for (const at of [0, 1, 255, 256, 700, 701, 702, 1101]) await log.check(at);
    // It is halved to, and not read from the beginning.
    expect(log.asked.length).toBeLessThan(2 * 5 + 1);
    await expect(
      log.declared.check(agencyId, { ...log.shown[5]!, body: done(first, { rows: 1, cars: 1 }) }),
    ).rejects.toThrow('the fact cars does not stand in the schema');
  });

  it('does not hold with a fact that its kind has not, in another form, without what it needs or commits to', async () => {
    const log = logOf([
      declaration(first),
      ...[done(first, { cars: 1 }), done(first, { rows: 1000 }), done(first, {})],
      done(first, { rows: 1 }, { committed: {} }),
      done(first, { rows: 1 }, { note: 'more than an entry has' }),
    ]);
    await expect(log.check(1)).rejects.toThrow('the fact cars does not stand in the schema');
    await expect(log.check(2)).rejects.toThrow('the fact rows does not stand in the schema');
    await expect(log.check(3)).rejects.toThrow('the fact rows is missing');
    await expect(log.check(4)).rejects.toThrow('the commitment to reason is missing');
    await expect(log.check(5)).rejects.toThrow('other members');
  });

  it('does not hold where the schema was never declared, or only afterwards', async () => {
    const log = logOf([
      ...[declaration(first), done(second, { cars: 1 }), declaration(second), done(second, { cars: 1 })],
      body('33'.repeat(32), 'x.done', { rows: 1 }),
      body(hashOf(first), 'log.schema', { document: second, sha256: hashOf(first) }),
    ]);
    await expect(log.check(1)).rejects.toThrow('has not declared before');
    await log.check(3);
    await expect(log.check(4)).rejects.toThrow('has not declared before');
    await expect(log.check(5)).rejects.toThrow('does not have its hash');
    const again = logOf([
      declaration(first),
      done(second, { cars: 1 }),
      declaration(second),
      done(second, { cars: 1 }),
    ]);
    // Whichever is asked first.
    await again.check(3);
    await expect(again.check(1)).rejects.toThrow('has not declared before');
  });

  it('finds a schema that was taken up again after another', async () => {
    const log = logOf([
      ...[declaration(first), ...many(3, first, { rows: 1 }), declaration(second), ...many(300, second, { cars: 1 })],
      ...many(3, first, { rows: 1 }),
    ]);
    await log.check(306);
  });

  it('is of the older form only before any schema', async () => {
    const log = logOf([body(1, 'x.done', {}), declaration(first), body(1, 'x.done', {})]);
    await log.check(0);
    await expect(log.check(2)).rejects.toThrow('older form than the log has declared');
  });
});
