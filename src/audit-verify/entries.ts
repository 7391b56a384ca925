// What single entries must hold to: the leaf's own fields, the body that it commits to, the schema of entries that the log declared
// before, and the openings of committed fields.
import { canonical, Fault, fromHex, hex, isObject, same, utf8, type Arithmetic, type Json } from './bytes.js';

/** An entry as a bundle has it. */
export interface EntryLine {
  readonly entry: number;
  /** 96 bytes: agency 16, number 8, microseconds 8, hash of the entry before 32, SHA-256 of the body 32. */
  readonly leaf: Uint8Array;
  /** Canonical JSON; null where it is withheld. */
  readonly body: string | null;
  /** Inclusion proof, where the bundle has one. */
  readonly proof?: readonly Uint8Array[] | undefined;
  readonly opened?: { readonly [field: string]: Json } | undefined;
}

export interface Leaf {
  readonly agencyId: string;
  readonly entry: number;
  /** Microseconds since 1970. */
  readonly micros: bigint;
  readonly previous: Uint8Array;
  readonly bodyHash: Uint8Array;
}

/** @throws Fault */
export const parseLeaf = (line: EntryLine): Leaf => {
  const { leaf, entry } = line;
  if (leaf.length !== 96) throw new Fault('the leaf does not have 96 bytes', entry);
  const view = new DataView(leaf.buffer, leaf.byteOffset, 96);
  const id = hex(leaf.subarray(0, 16));
  return {
    agencyId: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    entry: Number(view.getBigUint64(16)),
    micros: view.getBigInt64(24),
    previous: leaf.subarray(32, 64),
    bodyHash: leaf.subarray(64, 96),
  };
};

interface Kind {
  readonly facts: ReadonlyMap<string, RegExp>;
  readonly needs: readonly string[];
  readonly commits: readonly string[];
}

/** A schema of entries as the log declares it. */
type Schema = ReadonlyMap<string, Kind>;

const texts = (value: Json | undefined): string[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    throw new TypeError('no list of names');
  return value;
};

const parseSchema = (document: string): Schema => {
  const parsed = JSON.parse(document) as Json;
  if (!isObject(parsed) || !isObject(parsed['forms']) || !isObject(parsed['kinds'])) throw new TypeError('no schema');
  const forms = new Map(
    Object.entries(parsed['forms']).map(([name, form]) => [name, new RegExp(`^(?:${String(form)})$`, 'u')]),
  );
  return new Map(
    Object.entries(parsed['kinds']).map(([name, kind]) => {
      if (!isObject(kind) || !isObject(kind['facts'])) throw new TypeError('no kind');
      const facts = new Map(
        Object.entries(kind['facts']).map(([fact, form]): [string, RegExp] => {
          const expression = forms.get(String(form));
          if (!expression) throw new TypeError('no form');
          return [fact, expression];
        }),
      );
      return [name, { facts, needs: texts(kind['needs']), commits: texts(kind['commits']) }];
    }),
  );
};

export interface Body {
  readonly kind: string;
  readonly outcome: string;
  /** Whether the entry was written before the log declared a schema. */
  readonly old: boolean;
  /** The whole of it, once it has been held to the schema that it names; undefined of one that is older. */
  readonly said?: { readonly [member: string]: Json } | undefined;
}

const member = /^[A-Za-z]{1,64}$/;
const bodyMembers = new Set(['schema', 'kind', 'agencyId', 'by', 'outcome', 'rule', 'facts', 'committed']);
const byMembers = new Set(['agencyId', 'kind', 'id', 'role']);

/** @throws Fault when salt and value are not what the entry committed to under that field */
export const checkOpening = (
  { sha256 }: Pick<Arithmetic, 'sha256'>,
  entry: number,
  field: string,
  commitment: Json | undefined,
  opening: Json,
): void => {
  const salt = isObject(opening) && typeof opening['salt'] === 'string' ? fromHex(opening['salt']) : undefined;
  const value = isObject(opening) ? opening['value'] : undefined;
  if (salt?.length !== 16 || typeof value !== 'string' || /\p{Surrogate}/u.test(value))
    throw new Fault(`what is opened of ${field} is no salt and value`, entry);
  if (hex(sha256(salt, utf8(`${field}\0${value}`))) !== commitment)
    throw new Fault(`the value opened of ${field} is not the one committed to`, entry);
};

/** Holds entries, in order, to the schemas that they declare. */
export class EntryRules {
  private readonly schemas = new Map<string, Schema>();
  /** The verifier key that the log has announced as its first. */
  readonly keys = new Set<string>();

  constructor(private readonly arithmetic: Arithmetic) {}

  /** @throws Fault when the body is not the leaf's, or not what an entry of its kind is */
  check(line: EntryLine, leaf: Leaf): Body | undefined {
    const { entry, body: text, opened } = line;
    if (text === null) {
      if (opened) throw new Fault('values are opened of a body that is withheld', entry);
      return undefined;
    }
    if (/\p{Surrogate}/u.test(text) || !same(this.arithmetic.sha256(utf8(text)), leaf.bodyHash))
      throw new Fault('the body is not the one that the leaf commits to', entry);
    const body = this.parse(text, entry);
    if (body['agencyId'] !== leaf.agencyId) throw new Fault("the body names another agency's log", entry);
    const { committed } = body;
    if (!isObject(committed)) throw new Fault('the body has no commitments', entry);
    for (const [field, opening] of Object.entries(opened ?? {}))
      checkOpening(this.arithmetic, entry, field, committed[field], opening);
    const told = { kind: String(body['kind']), outcome: String(body['outcome']) };
    if (typeof body['schema'] === 'number') {
      if (this.schemas.size > 0) throw new Fault('the entry is of an older form than the log has declared', entry);
      return { ...told, old: true };
    }
    this.hold(body, entry);
    return { ...told, old: false, said: body };
  }

  private parse(text: string, entry: number): { [key: string]: Json } {
    let body: Json;
    try {
      body = JSON.parse(text) as Json;
    } catch {
      throw new Fault('the body is not JSON', entry);
    }
    if (!isObject(body) || canonical(body) !== text) throw new Fault('the body is not canonical JSON', entry);
    return body;
  }

  private hold(body: { [key: string]: Json }, entry: number): void {
    const { schema, kind, by, outcome, rule, facts, committed } = body;
    if (typeof schema !== 'string' || typeof kind !== 'string')
      throw new Fault('the body names no schema or kind', entry);
    if (
      !Object.keys(body).every((name) => bodyMembers.has(name)) ||
      !isObject(by) ||
      !isObject(facts) ||
      !isObject(committed)
    )
      throw new Fault('the body has other members than an entry has', entry);
    if (!Object.entries(by).every(([name, value]) => byMembers.has(name) && typeof value === 'string'))
      throw new Fault('who acted is told in another form than an entry has', entry);
    if (by['kind'] === 'member' && 'id' in by) throw new Fault('a member stands in the open', entry);
    if (outcome !== 'done' && outcome !== 'refused') throw new Fault('the outcome is neither done nor refused', entry);
    if (rule !== undefined && (typeof rule !== 'string' || !/^[a-z_]{1,64}$/.test(rule)))
      throw new Fault('the rule is not the name of one', entry);
    for (const [field, value] of Object.entries(committed))
      if (!member.test(field) || typeof value !== 'string' || !/^[0-9a-f]{64}$/.test(value))
        throw new Fault('a commitment is no hash', entry);
    if (kind === 'log.schema') this.declare(schema, facts, entry);
    const rules = this.schemas.get(schema);
    if (!rules) throw new Fault('the entry names a schema that the log has not declared before', entry);
    const of = rules.get(kind) ?? { facts: new Map<string, RegExp>(), needs: [], commits: [] };
    for (const [name, value] of Object.entries(facts))
      if (!of.facts.get(name)?.test(canonical(value)))
        throw new Fault(
          `the fact ${member.test(name) ? name : '(unnamed)'} does not stand in the schema in this form`,
          entry,
        );
    if (outcome === 'done') {
      for (const name of of.needs) if (!(name in facts)) throw new Fault(`the fact ${name} is missing`, entry);
      if (by['kind'] === 'member')
        for (const name of of.commits)
          if (!(name in committed)) throw new Fault(`the commitment to ${name} is missing`, entry);
    }
    if (kind === 'log.key' && outcome === 'done' && typeof facts['key'] === 'string') {
      if (this.keys.size > 0) throw new Fault('a key is announced as the first one that is not', entry);
      this.keys.add(facts['key']);
    }
  }

  private declare(schema: string, facts: { [key: string]: Json }, entry: number): void {
    const { document, sha256 } = facts;
    if (typeof document !== 'string' || sha256 !== schema || hex(this.arithmetic.sha256(utf8(document))) !== schema)
      throw new Fault('the schema that is declared does not have its hash', entry);
    try {
      this.schemas.set(schema, parseSchema(document));
    } catch {
      throw new Fault('the schema that is declared cannot be read', entry);
    }
  }
}
