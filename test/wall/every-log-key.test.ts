// What keeps the keys of a log: each condition of the database and each of the verifier taken away in turn, with the one change of key that it alone
// keeps out.
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entriesOf, parseHeader } from '../../src/audit-verify/bundle.js';
import { Fault } from '../../src/audit-verify/bytes.js';
import { GrowingTree, leafHash, rootUpTo } from '../../src/audit-verify/merkle.js';
import * as succession from '../../src/audit-verify/succession.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import type { Vault } from '../../src/vault/vault.js';
import { vaultOf } from '../support/agencies.js';
import { freshDatabase, type FreshDatabase } from '../support/database.js';
import * as keys from '../support/log-key-probes.js';
import { fallsWithout } from '../support/mutants.js';
import { falls, without, type Probe } from '../support/probes.js';
import { fullHouse, type House } from '../support/walls.js';

let database: FreshDatabase;
let vault: Vault;
let client: pg.Client;
let house: House;
let left = 0;

beforeAll(async () => {
  database = await freshDatabase();
  vault = vaultOf(database);
  house = await fullHouse(vault);
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
});
afterAll(async () => {
  process.stderr.write(`  conditions on keys of logs left out in turn: ${left}\n`);
  await client?.end();
  await vault?.close();
  await database?.drop();
});

describe('In the database', () => {
  const remade = (name: string, condition: string): string =>
    without(`create function ${name}()`, 'end $$;', condition).replace('create function', 'create or replace function');
  const raw = (text: string): string =>
    `decode(substr(fact ->> '${text}', length(split_part(fact ->> '${text}', '+', 1)) + 11), 'base64')`;
  const cases: readonly (readonly [string, () => Probe, string])[] = [
    [
      'a key is replaced by another administrator than proposed it',
      () => keys.replacesAlone(house.springfield),
      remade('log_key_told', `log_key_proposal ->> 'by' <> acting`),
    ],
    [
      'who proposed it is an administrator still',
      () => keys.replacesWithoutStanding(house.springfield, 'proposer'),
      remade('log_key_told', `p.role = 'administrator' and p.status = 'active'`),
    ],
    [
      'who replaces it is one',
      () => keys.replacesWithoutStanding(house.springfield, 'actor'),
      remade('log_key_told', `m.role = 'administrator' and m.status = 'active'`),
    ],
    [
      'the entry names the key that is there',
      () => keys.replacesAnother(house.springfield, 'key'),
      remade('log_key_told', `${raw('key')} = '\\x01'::bytea || k.public_key`),
    ],
    [
      'the entry names the key that signs',
      () => keys.replacesAnother(house.springfield, 'before'),
      remade('log_key_told', `${raw('before')} = '\\x01'::bytea || b.public_key`),
    ],
    [
      'a key has signed its last head before the next is replaced',
      () => keys.replacesTwice(house.springfield),
      remade('log_key_told', '(b.number = 0 or b.handover is not null)'),
    ],
    [
      'a key has signed its last head before it is destroyed',
      () => keys.destroysEarly(house.springfield),
      remade('log_keys_turn', 'n.handover is not null'),
    ],
    [
      'the last head of a key stays',
      () => keys.handsOverTwice(house.springfield),
      remade('log_keys_turn', 'old.handover is null'),
    ],
    [
      'the entry of a key stays',
      () => keys.tellsTwice(house.springfield),
      remade('log_keys_turn', `old.entry is null and current_user = 'plateward_ledger'`),
    ],
    [
      'a key is made only when it is proposed',
      () => keys.makesUnproposed(house.springfield),
      `drop policy make on log_keys; ${without('create policy make on log_keys', ';', '(number = 0 or exists (select from agencies a where a.agency_id = log_keys.agency_id and a.log_key_proposal is not null))')}`,
    ],
  ];
  it.each(cases)('%s', async (_, probe, open) => {
    await falls(client, probe(), open);
    left += 1;
  });
});

interface Case {
  readonly name: string;
  readonly holds: boolean;
  readonly bundle: string;
  readonly key?: string;
  readonly earlier?: string;
}

/** Whether heads, keys and their entries of a log go together; the rest of it is not looked at. */
const goesTogether = async (m: typeof succession, { bundle, key, earlier }: Case): Promise<boolean> => {
  try {
    const [first = '', ...lines] = bundle.trimEnd().split('\n');
    const header = parseHeader(first);
    const followed = await m.followKeys(nodeArithmetic, key ?? header.key, header.keys ?? []);
    const head = await m.openHead(nodeArithmetic, header.checkpoint, followed);
    if (earlier !== undefined) await m.openHead(nodeArithmetic, earlier, followed);
    const [turns, tree] = [new m.Turns(followed, head.size), new GrowingTree(nodeArithmetic)];
    for await (const { entry, leaf, body, proof } of entriesOf(lines, header)) {
      const hash = leafHash(nodeArithmetic, leaf);
      if (header.complete) tree.push(hash);
      const turn = turns.at(entry, leaf);
      if (turn)
        turns.hold(turn, header.complete ? tree.root() : rootUpTo(nodeArithmetic, entry, head.size, hash, proof ?? []));
      else if (body?.includes(`"kind":"${m.rotationKind}","outcome":"done"`)) turns.unsigned(entry);
    }
    turns.end();
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
};

/** The same of a receipt. */
interface UnderKeys {
  readonly name: string;
  readonly holds: boolean;
  readonly key: string;
  readonly keys: string;
  readonly receipt: { readonly proof: string };
}
const signedInTurn = async (
  m: typeof succession,
  { key, keys: text, receipt: { proof } }: UnderKeys,
): Promise<boolean> => {
  try {
    const followed = await m.followKeys(nodeArithmetic, key, m.linksOfText(text));
    await m.openHead(nodeArithmetic, proof.slice(proof.indexOf('\n\n') + 2), followed);
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
};

describe('In the verifier', () => {
  let broken: readonly Case[];
  let unproven: readonly UnderKeys[];
  beforeAll(async () => {
    const { cases, underKeys } = JSON.parse(await readFile('test/vectors/log/vectors.json', 'utf8')) as {
      cases: readonly Case[];
      underKeys: readonly UnderKeys[];
    };
    for (const each of underKeys) expect(await signedInTurn(succession, each), each.name).toBe(each.holds);
    unproven = underKeys.filter(({ holds }) => !holds);
    const rotated = cases.filter(({ name }) => name.startsWith('key: '));
    for (const each of rotated.filter(({ holds }) => holds))
      expect(await goesTogether(succession, each), each.name).toBe(true);
    broken = [];
    for (const each of rotated.filter(({ holds }) => !holds))
      if (!(await goesTogether(succession, each))) broken = [...broken, each];
    expect(broken.length).toBeGreaterThan(30);
  });

  it.each([
    ['in whose place', 'told.before !== place.before', 'false'],
    ['in which order', 'told.number !== place.number || entry <= place.after', 'false'],
    ['of which log', 'key.name !== before.name', 'false'],
    ['of which leaf', '!same(arithmetic.sha256(utf8(body)), leaf.subarray(64, 96))', 'false'],
    ['which head is the last', 'head.size !== entry + 1', 'false'],
    [
      'who signed the last head',
      'openCheckpoint(arithmetic, note, before)',
      'Promise.resolve(statedHead(splitNote(note).text, before.name))',
    ],
    ['whether the new key is at hand', '!(await arithmetic.ed25519(key.publicKey, statement, signature))', 'false'],
    ['whether it was there before', 'keys.some((each) => same(each.publicKey, key.publicKey))', 'false'],
    ['whether the key that is believed is one of them', '!texts.includes(trusted.trim())', 'false'],
    ['until when a key signs', 'size <= (turns[at]?.head.size ?? Infinity)', 'true'],
    ['from when a key signs', 'size >= (turns[at - 1]?.head.size ?? 0)', 'true'],
    ['whether the signature holds', 'if (!(await holds(key, signature))) throw', 'if (false) throw'],
    ['whether the last head is of this log', '!same(root, head.root)', 'false'],
    ['whether a change came along', 'entry < this.size - 1', 'false'],
    ['whether the entry of a change is there', 'if (turn) throw', 'if (false) throw'],
  ])('%s', async (_, piece, instead) => {
    await fallsWithout(succession, 'audit-verify/succession.ts', piece, instead, async (m) => {
      for (const each of broken) if (await goesTogether(m, each)) return false;
      for (const each of unproven) if (await signedInTurn(m, each)) return false;
      return true;
    });
    left += 1;
  });
});
