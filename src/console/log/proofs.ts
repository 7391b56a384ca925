// Whether what the server shows of the log is what the log says: the signature of its head, that it grew out of the head that this browser saw last, and the
// proof of each entry, which must also hold what the log's own schema asks of its kind. It believes the key that this browser saw first, and those that the log put in
// its place; any other is for a person to decide on.
import { Fault, same } from '../../audit-verify/bytes.js';
import { TiledTree } from '../../audit-verify/growth.js';
import { Declared } from '../../audit-verify/declared.js';
import type { Head } from '../../audit-verify/note.js';
import { decoded } from '../../audit-verify/published.js';
import { checkGrowth, checkShown, type ShownEntry } from '../../audit-verify/single.js';
import { followKeys, linksOfText, openHead } from '../../audit-verify/succession.js';
import { tileName } from '../../audit-verify/tiles.js';
import { browserArithmetic, canCheck, publicLog } from '../api/log.js';

/** What this browser keeps of a log. */
export interface Remembered {
  readonly key: string;
  readonly checkpoint: string;
  /** When it was seen. */
  readonly at: string;
}

const placeOf = (agencyId: string): string => `plateward-log ${agencyId}`;

const isRemembered = (value: unknown): value is Remembered =>
  typeof value === 'object' &&
  value !== null &&
  ['key', 'checkpoint', 'at'].every((name) => typeof (value as Record<string, unknown>)[name] === 'string');

export const remembered = (agencyId: string): Remembered | undefined => {
  try {
    const value: unknown = JSON.parse(window.localStorage.getItem(placeOf(agencyId)) ?? 'null');
    return isRemembered(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** Does nothing in a browser that keeps nothing: the log is then met for the first time each time. */
export const remember = (agencyId: string, what: Remembered): void => {
  try {
    window.localStorage.setItem(placeOf(agencyId), JSON.stringify(what));
  } catch {
    // A private window may refuse.
  }
};

interface Held {
  readonly state: 'held';
  readonly head: Head;
  readonly tree: TiledTree;
  /** What entries of a kind must hold, as the log declares it. */
  readonly declared: Declared;
  /** When this browser saw the head that this one grew out of; undefined at the first meeting. */
  readonly since?: { readonly size: number; readonly at: string };
  /** Entries that put another key in the place of the one that this browser remembered. */
  readonly replacedAt: readonly number[];
}
interface NotHeld {
  readonly state: 'not held';
  readonly because: string;
}
/** The key is another one than this browser remembers, and the log does not tell how it took that one's place. */
interface OtherKey {
  readonly state: 'other key';
  readonly before: string;
  readonly now: string;
}
export type LogCheck = Held | NotHeld | OtherKey | { readonly state: 'cannot' };

/**
 * Checks the head of the agency's log, and keeps it when it holds.
 * @param acceptKey a key that somebody just said is believed from now on
 */
export const checkLog = async (slug: string, agencyId: string, acceptKey?: string): Promise<LogCheck> => {
  if (!canCheck()) return { state: 'cannot' };
  const fetchOne = publicLog(slug);
  const [keyBytes, noteBytes] = await Promise.all([fetchOne('key'), fetchOne('checkpoint')]);
  try {
    if (!keyBytes || !noteBytes) throw new Fault('there is no log at its public address: head or key is missing');
    const now = decoded(keyBytes).trim();
    const note = decoded(noteBytes);
    const before = remembered(agencyId);
    const linkBytes = await fetchOne('keys');
    const keys = await followKeys(browserArithmetic, now, linksOfText(linkBytes ? decoded(linkBytes) : ''));
    const known = before ? keys.texts.indexOf(before.key) : 0;
    if (before && known < 0 && acceptKey !== now) return { state: 'other key', before: before.key, now };
    if (keys.name !== `plateward/log/${agencyId}`) throw new Fault('the key is of another log');
    const head = await openHead(browserArithmetic, note, keys);
    const tree = new TiledTree(
      browserArithmetic,
      (level, tile, width) => fetchOne(`tile/${level}/${tileName(tile, width)}`),
      head.size,
    );
    let since: Held['since'];
    if (before) {
      // Where somebody said that a key is believed, the head before was signed with one that this log tells nothing of.
      const earlier = await openHead(
        browserArithmetic,
        before.checkpoint,
        known < 0 ? await followKeys(browserArithmetic, before.key, []) : keys,
      );
      await checkGrowth(browserArithmetic, tree, earlier, head);
      since = { size: earlier.size, at: before.at };
    }
    const replacedAt = known < 0 ? [] : keys.turns.slice(known).map(({ entry }) => entry);
    for (const { entry, head: last } of keys.turns)
      if (last.size <= head.size && !same(await tree.root(last.size), last.root))
        throw new Fault('the last head of a replaced key is not one of this log: history was rewritten', entry);
    remember(agencyId, { key: now, checkpoint: note, at: new Date().toISOString() });
    const declared = new Declared(browserArithmetic, tree, head, fetchOne);
    return { state: 'held', head, tree, declared, ...(since && { since }), replacedAt };
  } catch (error) {
    if (error instanceof Fault) return { state: 'not held', because: error.because };
    throw error;
  }
};

/** Why each entry is not proven, by number; null of one that is. */
export const proveAll = async (
  { head, tree, declared }: Held,
  agencyId: string,
  entries: readonly ShownEntry[],
): Promise<ReadonlyMap<number, string | null>> => {
  const found = new Map<number, string | null>();
  for (const each of entries) {
    try {
      await checkShown(browserArithmetic, tree, head, agencyId, each);
      await declared.check(agencyId, each);
      found.set(each.entry, null);
    } catch (error) {
      found.set(each.entry, error instanceof Fault ? error.because : 'its tiles could not be fetched');
    }
  }
  return found;
};
