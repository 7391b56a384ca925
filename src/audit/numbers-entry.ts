// The public side of one entry, as the numbers are counted from it.

type Facts = Readonly<Record<string, unknown>>;

export interface PublicEntry {
  readonly at: string;
  /** YYYY-MM, UTC. */
  readonly month: string;
  readonly kind: string;
  readonly outcome: string;
  /** Who acted: the agency, and the role of a member. */
  readonly agency: string;
  readonly role: string | null;
  readonly rule: string | undefined;
  readonly facts: Facts;
}

/** To a millisecond; the rest is cut off. */
export const isoOf = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();

export const textAt = (facts: Facts, name: string): string | undefined => {
  const value = facts[name];
  return typeof value === 'string' ? value : undefined;
};

export const numberAt = (facts: Facts, name: string): number => {
  const value = facts[name];
  return typeof value === 'number' ? value : 0;
};

/** Reads a body in the public form; undefined when it is in an older one. */
export const publicEntry = (body: string, at: string): PublicEntry | undefined => {
  const { schema, kind, by, outcome, rule, facts } = JSON.parse(body) as {
    schema: unknown;
    kind: string;
    by: { agencyId: string; role?: string };
    outcome: string;
    rule?: string;
    facts: Facts;
  };
  if (typeof schema !== 'string') return undefined;
  return { at, month: at.slice(0, 7), kind, outcome, agency: by.agencyId, role: by.role ?? null, rule, facts };
};

/** What the directory says of the agency, as it was enrolled; null where the log does not say. */
export interface EnrolledAgency {
  readonly slug: string;
  readonly name: string | null;
  readonly legalClass: string | null;
  readonly state: string | null;
}

export const agencyOf = (facts: Facts): EnrolledAgency => {
  const of = (name: string): string | null => textAt(facts, name) ?? null;
  return { slug: of('slug') ?? '', name: of('name'), legalClass: of('legalClass'), state: of('state') };
};
