// A value that fits a form of the published interface, so that a request gets past its form and to the wall.

/** JSON Schema, as far as our interface uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly type?: string | readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
}

/** What fields of these names are given, whatever their form says. */
const byName: Readonly<Record<string, unknown>> = {
  purpose: 'stolen-vehicle',
  purposes: ['stolen-vehicle'],
  caseNumber: 'canary-1',
  reason: 'A canary tries the wall.',
  note: 'A canary tries the wall.',
  plate: 'C*',
  shown: 'A'.repeat(64),
  state: 'CA',
  legalClass: 'city',
  login: 'canary',
  name: 'Canary',
  password: 'a password that nobody has',
  from: new Date(Date.now() - 3_600_000).toISOString(),
  to: new Date(Date.now() + 3_600_000).toISOString(),
};

/**
 * @param idFor the id for a field of this name
 * @param agency short name of the agency that is asked for
 */
export const sampleOf = (
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  name: string,
  idFor: (name: string) => string,
  agency: string,
  depth = 0,
): unknown => {
  const go = (inner: Schema, as = name): unknown => sampleOf(inner, schemas, as, idFor, agency, depth + 1);
  if (depth > 12) return null;
  if (schema.$ref !== undefined) return go(schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
  if (name === 'agencies') return [agency];
  if (name === 'agency' || name === 'owner') return agency;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (Object.hasOwn(byName, name)) return byName[name];
  const [choice] = (schema.anyOf ?? schema.oneOf ?? []).filter((each) => each.type !== 'null');
  if (choice) return go(choice);
  if (schema.allOf) return Object.assign({}, ...schema.allOf.map((each) => go(each)));
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.find((each) => each !== 'null');
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(schema.properties ?? {})
          .filter(
            ([field], place) =>
              (schema.required?.length ? schema.required.includes(field) : place === 0) ||
              /ids?$/i.test(field) ||
              field === 'agencies',
          )
          .map(([field, inner]) => [field, go(inner, field)]),
      );
    case 'array':
      return Array.from({ length: Math.max(1, schema.minItems ?? 1) }, () => go(schema.items ?? {}));
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(1, schema.minimum ?? 1));
    case 'boolean':
      return true;
    default:
      if (schema.format === 'uuid' || /ids?$/i.test(name)) return idFor(name);
      if (schema.format === 'date-time') return new Date().toISOString();
      if (schema.format === 'uri') return 'https://canary.example/';
      return 'canary'.padEnd(schema.minLength ?? 0, 'x');
  }
};
