// The verification of a log, or of a part of one, from nothing but what is handed in and a key: signature, tree, chain, what the entries
// say, consistency with a head that was kept, and what was counted. It stops at the first thing that does not hold.
import { Fault, hex, isObject, same, type Arithmetic, type Json } from './bytes.js';
import { requireQuorum, type Cosigned, type Quorum } from './cosignature.js';
import { EntryRules, parseLeaf, type EntryLine } from './entries.js';
import { GrowingTree, leafHash, rootOfInclusion, rootUpTo } from './merkle.js';
import { CountedLog, type Numbers } from './numbers.js';
import { SharingRules } from './sharing.js';
import { followKeys, openHead, rotationKind, Turns, type KeyLink } from './succession.js';
import { TileLevels, type TileOf } from './tiles.js';

export interface LogToVerify {
  /** Verifier key, as the agency publishes it, or any that its log had before. */
  readonly key: string;
  /** How the log's keys took each other's place; none where there was ever one. */
  readonly keys?: readonly KeyLink[] | undefined;
  readonly checkpoint: string;
  /** Whether every entry of the tree follows; else each comes with its proof. */
  readonly complete: boolean;
  readonly entries: AsyncIterable<EntryLine> | Iterable<EntryLine>;
  /** A head that was kept from earlier. */
  readonly earlier?: string | undefined;
  /** Witnesses of whom so many must have cosigned the head, or the earlier one that it grew out of. */
  readonly witnesses?: Quorum | undefined;
  /** Tiles of the same log, to be held against the entries. */
  readonly tile?: TileOf | undefined;
}

export interface Verified {
  readonly log: string;
  readonly size: number;
  /** Hex. */
  readonly root: string;
  /** Entries that were looked at. */
  readonly entries: number;
  /** Bodies that were not handed in. */
  readonly withheld: number;
  /** Entries from before the log declared what entries hold. */
  readonly older: number;
  /** Personal fields that were opened, each fitting its commitment. */
  readonly opened: number;
  /** Size of the earlier head out of which this one grew. */
  readonly earlierSize?: number;
  /** The witnesses that were found under a head of that size, when some were wanted. */
  readonly cosigned?: { readonly size: number; readonly by: readonly Cosigned[] };
  /** At which entries the log took another key, and which key signs since the last of them. */
  readonly keys?: { readonly changedAt: readonly number[]; readonly now: string };
  /** Months whose personal values the agency destroyed, by which entry and when (UTC day). */
  readonly destroyed?: readonly { readonly period: string; readonly entry: number; readonly at: string }[];
  /** Times that the clock went back between two entries. */
  readonly clockWentBack: number;
  /** By UTC day and `kind outcome`: how many. */
  readonly days: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What the entries say in numbers (docs/transparency.md); only of a complete log, a part of one has no totals. */
  readonly numbers?: Numbers;
}

const dayOf = (micros: bigint): string => {
  const date = new Date(Number(micros / 1000n));
  return Number.isNaN(date.getTime()) ? 'no day' : date.toISOString().slice(0, 10);
};

/** The month whose personal values an entry destroys. */
const destroyedBy = (kind: string, said: { readonly [member: string]: Json } | undefined): string | undefined => {
  const facts = said?.['facts'];
  const period = kind === 'period.destroy' && isObject(facts) ? facts['period'] : undefined;
  return typeof period === 'string' ? period : undefined;
};

/** @throws Fault with the entry and the reason */
export const verifyLog = async (arithmetic: Arithmetic, log: LogToVerify): Promise<Verified> => {
  const key = await followKeys(arithmetic, log.key, log.keys ?? []);
  const head = await openHead(arithmetic, log.checkpoint, key);
  const earlier = log.earlier === undefined ? undefined : await openHead(arithmetic, log.earlier, key);
  const turns = new Turns(key, head.size);
  if (earlier && earlier.size > head.size)
    throw new Fault(`the log has ${head.size} entries and had ${earlier.size}: it was cut or rolled back`);
  if (earlier && !log.complete)
    throw new Fault('a part of a log cannot be held against an earlier head; take it whole');
  const notes = [log.checkpoint, ...(log.earlier === undefined ? [] : [log.earlier])];
  const witnessed = log.witnesses && (await requireQuorum(arithmetic, notes, log.witnesses));
  const tree = new GrowingTree(arithmetic);
  const rules = new EntryRules(arithmetic);
  const tiles = log.tile && new TileLevels(arithmetic, log.tile);
  const counted = new CountedLog();
  const sharing = new SharingRules();
  const days: Record<string, Record<string, number>> = {};
  const destroyed: NonNullable<Verified['destroyed']>[number][] = [];
  const told = { entries: 0, withheld: 0, older: 0, opened: 0, clockWentBack: 0 };
  const grew = (): void => {
    if (earlier?.size === tree.size && !same(tree.root(), earlier.root))
      throw new Fault(`the first ${earlier.size} entries are not those of the earlier head: history was rewritten`);
  };
  let last = -1;
  let previous = new Uint8Array(32);
  let latest: bigint | undefined;
  grew();
  for await (const line of log.entries) {
    const { entry } = line;
    if (log.complete && entry !== tree.size) throw new Fault(`entry ${tree.size} is missing`, tree.size);
    if (entry <= last || entry >= head.size) throw new Fault('the entry is out of order or beyond the tree', entry);
    const leaf = parseLeaf(line);
    if (`plateward/log/${leaf.agencyId}` !== key.name) throw new Fault("the leaf is of another agency's log", entry);
    if (leaf.entry !== entry) throw new Fault('the leaf has another number', entry);
    if (entry === last + 1 && !same(leaf.previous, previous))
      throw new Fault('the entry does not follow the one before it', entry);
    const hash = leafHash(arithmetic, line.leaf);
    const turn = turns.at(entry, line.leaf);
    if (log.complete) {
      if (line.proof) throw new Fault('an entry of a complete log has a proof of its own', entry);
      tree.push(hash);
      grew();
      await tiles?.push(hash);
      if (turn) turns.hold(turn, tree.root());
    } else {
      const root = line.proof && rootOfInclusion(arithmetic, entry, head.size, hash, line.proof);
      if (!root || !same(root, head.root)) throw new Fault('the entry is not in the tree of the signed head', entry);
      if (turn) turns.hold(turn, rootUpTo(arithmetic, entry, head.size, hash, line.proof ?? []));
    }
    const body = rules.check(line, leaf);
    if (!turn && body?.kind === rotationKind && body.outcome === 'done') turns.unsigned(entry);
    const period = body?.outcome === 'done' && destroyedBy(body.kind, body.said);
    if (period) destroyed.push({ period, entry, at: dayOf(leaf.micros) });
    if (log.complete) sharing.take(entry, leaf.micros, body?.said);
    counted.take(leaf.agencyId, leaf.micros, body?.said);
    if (latest !== undefined && leaf.micros < latest) told.clockWentBack += 1;
    if (!body) told.withheld += 1;
    if (body?.old) told.older += 1;
    told.opened += Object.keys(line.opened ?? {}).length;
    told.entries += 1;
    const what = body ? `${body.kind} ${body.outcome}` : 'withheld';
    const day = (days[dayOf(leaf.micros)] ??= {});
    day[what] = (day[what] ?? 0) + 1;
    [last, previous, latest] = [entry, new Uint8Array(hash), leaf.micros];
  }
  if (!log.complete) turns.end();
  else {
    if (tree.size !== head.size)
      throw new Fault(
        `the signed head has ${head.size} entries and ${tree.size} are here: the rest is missing`,
        tree.size,
      );
    if (!same(tree.root(), head.root)) throw new Fault('the entries do not have the root of the signed head');
    if (head.size > 0 && told.withheld < told.entries && !rules.keys.has(key.texts[0]!))
      throw new Fault('the log never announced the key that signed its head');
    await tiles?.end();
  }
  return {
    ...{ log: key.name, size: head.size, root: hex(head.root), ...told },
    ...(destroyed.length > 0 && { destroyed }),
    ...(turns.changedAt.length > 0 && {
      keys: { changedAt: turns.changedAt, now: key.texts[turns.changedAt.length]! },
    }),
    ...(earlier && { earlierSize: earlier.size }),
    ...(witnessed && {
      cosigned: { size: (witnessed.at === 0 ? head : (earlier ?? head)).size, by: witnessed.cosigned },
    }),
    days,
    ...(log.complete && { numbers: counted.numbers() }),
  };
};
