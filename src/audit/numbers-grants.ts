// Grants as a log tells them: asked for with their scope, decided, ended. In the order in which they were asked for.
import { numberAt, textAt, type PublicEntry } from './numbers-entry.js';

interface Step {
  readonly at: string;
  /** Role of the member; null for the process that ends what is over. */
  readonly role: string | null;
}

export interface GrantNumbers {
  readonly id: string;
  /** Given: of this agency's reads. */
  readonly side: 'given' | 'received';
  /** The other agency, and its name as the request had it; null in a request of an older form. */
  readonly agency: string;
  readonly name: string | null;
  readonly purposes: readonly string[];
  /** How many; null: all. */
  readonly cameras: number | null;
  /** Whether it reaches only those that stand in an area of the map. */
  readonly inArea: boolean;
  readonly dataWindowDays: number;
  readonly searchesPerDayMax: number | null;
  readonly rowsPerSearchMax: number;
  /** Whether it is for certain plates alone, which the log does not tell. */
  readonly certainPlates: boolean;
  /** Different plates a day; null: no bound. */
  readonly platesPerDayMax: number | null;
  /** What it gives of a read beside text and time; null: not told, which is everything. */
  readonly fields: readonly string[] | null;
  /** For emergencies: minutes of one opening; null: a standing grant. */
  readonly openingMinutes: number | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly state: 'requested' | 'approved' | 'suspended' | 'declined' | 'revoked' | 'expired';
  readonly requested: Step;
  readonly decided: Step | null;
  readonly ended: Step | null;
}

const steps = {
  'grant.approve': 'approved',
  'grant.decline': 'declined',
  'grant.suspend': 'suspended',
  'grant.revoke': 'revoked',
  'grant.expire': 'expired',
} as const;
const isStep = (kind: string): kind is keyof typeof steps => Object.hasOwn(steps, kind);

export class GrantLedger {
  private readonly grants = new Map<string, GrantNumbers>();
  constructor(private readonly agencyId: string) {}

  take({ kind, at, agency, role, facts }: PublicEntry): void {
    const id = textAt(facts, 'grantId');
    if (id === undefined) return;
    const step = { at, role };
    // One of several signatures approves nothing yet.
    if (isStep(kind) && facts['approved'] !== false) {
      const grant = this.grants.get(id);
      if (!grant) return;
      const state = steps[kind];
      const decides = state === 'approved' || state === 'declined';
      const when = decides ? { decided: step } : state === 'suspended' ? {} : { ended: step };
      this.grants.set(id, { ...grant, state, ...when });
    }
    if (kind !== 'grant.request' || this.grants.has(id)) return;
    const owner = textAt(facts, 'owner') ?? '';
    const given = owner === this.agencyId;
    const { purposes, cameraIds, area, searchesPerDayMax, platesPerDayMax, fields, openingMinutes } = facts;
    this.grants.set(id, {
      id,
      side: given ? 'given' : 'received',
      agency: given ? agency : owner,
      name: textAt(facts, given ? 'granteeName' : 'ownerName') ?? null,
      purposes: Array.isArray(purposes) ? purposes.map(String) : [],
      cameras: Array.isArray(cameraIds) ? cameraIds.length : null,
      inArea: typeof area === 'object' && area !== null && !Array.isArray(area),
      dataWindowDays: numberAt(facts, 'dataWindowDays'),
      searchesPerDayMax: typeof searchesPerDayMax === 'number' ? searchesPerDayMax : null,
      rowsPerSearchMax: numberAt(facts, 'rowsPerSearchMax'),
      certainPlates: textAt(facts, 'platesCommitment') !== undefined,
      platesPerDayMax: typeof platesPerDayMax === 'number' ? platesPerDayMax : null,
      fields: Array.isArray(fields) ? fields.map(String) : null,
      openingMinutes: typeof openingMinutes === 'number' ? openingMinutes : null,
      validFrom: textAt(facts, 'validFrom') ?? null,
      validUntil: textAt(facts, 'validUntil') ?? null,
      state: 'requested',
      requested: step,
      decided: null,
      ended: null,
    });
  }

  numbers(): GrantNumbers[] {
    return [...this.grants.values()];
  }
}
