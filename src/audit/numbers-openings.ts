// Openings of grants for emergencies as a log tells them, of both sides, in the order in which they were asked for.
import { textAt, type PublicEntry } from './numbers-entry.js';

export interface OpeningNumbers {
  readonly id: string;
  readonly grant: string | null;
  /** Whose member asked. */
  readonly agency: string;
  readonly purpose: string | null;
  readonly asked: string;
  /** When a second member confirmed it. */
  readonly opened: string | null;
  /** When somebody ended or withdrew it before its time. */
  readonly ended: string | null;
  readonly reviewed: string | null;
  /** What the owner found. */
  readonly decision: string | null;
}

export class OpeningLedger {
  private readonly openings = new Map<string, OpeningNumbers>();

  take({ kind, at, agency, facts }: PublicEntry): void {
    const id = textAt(facts, 'openingId');
    if (id === undefined) return;
    const known = this.openings.get(id);
    if (kind === 'opening.ask' && !known) {
      const [grant, purpose] = [textAt(facts, 'grantId') ?? null, textAt(facts, 'purpose') ?? null];
      const steps = { asked: at, opened: null, ended: null, reviewed: null, decision: null };
      this.openings.set(id, { id, grant, agency, purpose, ...steps });
    } else if (known)
      this.openings.set(id, { ...known, ...stepOf(known, kind, at, textAt(facts, 'decision') ?? null) });
  }

  numbers(): OpeningNumbers[] {
    return [...this.openings.values()];
  }
}

/** What a further step changes; the first of each kind counts. */
const stepOf = (known: OpeningNumbers, kind: string, at: string, decision: string | null): Partial<OpeningNumbers> => {
  if (kind === 'opening.confirm') return { opened: known.opened ?? at };
  if (kind === 'opening.end') return { ended: known.ended ?? at };
  return kind === 'opening.review' && known.reviewed === null ? { reviewed: at, decision } : {};
};
