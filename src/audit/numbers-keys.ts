// The keys with which a log was and is signed, as it tells: the first, and each that took the place of the one before.
import { numberAt, textAt, type PublicEntry } from './numbers-entry.js';

export interface LogKeyNumbers {
  readonly number: number;
  readonly key: string;
  readonly since: string;
  /** null: it signs. */
  readonly until: string | null;
  /** Why it was replaced. */
  readonly cause: string | null;
}

export class KeyLedger {
  private readonly keys: LogKeyNumbers[] = [];

  take({ kind, at, facts }: Pick<PublicEntry, 'kind' | 'at' | 'facts'>): void {
    if (kind !== 'log.key' && kind !== 'logkey.rotate') return;
    const before = this.keys.pop();
    if (before) this.keys.push({ ...before, until: at, cause: textAt(facts, 'cause') ?? null });
    const key = textAt(facts, 'key') ?? '';
    this.keys.push({ number: numberAt(facts, 'number'), key, since: at, until: null, cause: null });
  }

  numbers(): LogKeyNumbers[] {
    return [...this.keys];
  }
}
