// Months of a log whose personal values were destroyed, as it tells: who proposed it and who did it, by role, in the order in which it was done.
import { numberAt, textAt, type PublicEntry } from './numbers-entry.js';

interface Step {
  readonly at: string;
  readonly role: string | null;
}

export interface DestroyedNumbers {
  /** YYYY-MM, UTC. */
  readonly month: string | null;
  /** How many lost what they held of a person, a plate or a reason. */
  readonly entries: number;
  /** null where no such proposal stands in the log. */
  readonly proposed: Step | null;
  readonly destroyed: Step;
}

export class PeriodLedger {
  private readonly proposed = new Map<string, Step>();
  private readonly destroyed: DestroyedNumbers[] = [];

  take({ kind, at, role, facts }: Pick<PublicEntry, 'kind' | 'at' | 'role' | 'facts'>): void {
    if (kind !== 'period.propose' && kind !== 'period.destroy') return;
    const id = textAt(facts, 'changeId');
    const before = id === undefined ? undefined : this.proposed.get(id);
    if (kind === 'period.propose') {
      if (id !== undefined && !before) this.proposed.set(id, { at, role });
      return;
    }
    this.destroyed.push({
      month: textAt(facts, 'period') ?? null,
      entries: numberAt(facts, 'entries'),
      proposed: before ?? null,
      destroyed: { at, role },
    });
  }

  numbers(): DestroyedNumbers[] {
    return [...this.destroyed];
  }
}
