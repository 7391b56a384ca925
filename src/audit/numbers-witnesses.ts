// The witnesses that an agency requires, as the public side of its log tells them.
export interface RequiredWitnesses {
  readonly since: string;
  readonly needed: number;
  readonly seconds: number;
  readonly named: readonly { readonly name: string; readonly key: string }[];
}

/** What two administrators brought into force; null where it requires none. */
export const witnessesOf = (since: string, document: string | undefined): RequiredWitnesses | null => {
  const rule = ruleIn(document);
  const { needed, seconds, witnesses } = rule ?? {};
  if (typeof needed !== 'number' || needed === 0 || typeof seconds !== 'number' || !Array.isArray(witnesses))
    return null;
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const named = witnesses
    .filter(
      (each): each is Partial<Record<string, unknown>> =>
        typeof each === 'object' && each !== null && !Array.isArray(each),
    )
    .map(({ name, key }) => ({ name: text(name), key: text(key) }));
  return { since, needed, seconds, named };
};

/** Undefined where the entry has no such document. */
const ruleIn = (document: string | undefined): Partial<Record<string, unknown>> | undefined => {
  try {
    return (JSON.parse(document ?? 'null') as Partial<Record<string, unknown>> | null) ?? undefined;
  } catch {
    return undefined;
  }
};
