// Whether a single entry holds what an entry of its kind must: by the schema that it names, which the log must have declared before it. The declaration is
// looked for among the log's public bodies, which are believed for nothing: it must hash to what is named, and stand in the signed tree.
import { Fault, isObject, same, type Arithmetic, type Json } from './bytes.js';
import { EntryRules, parseLeaf, type EntryLine } from './entries.js';
import type { TiledTree } from './growth.js';
import { leafHash, rootOfInclusion } from './merkle.js';
import type { Head } from './note.js';
import { entriesOfTile, type Fetch } from './published.js';
import { leafOfShown, type ShownEntry } from './single.js';

/** What an entry says of its form: the hash of its schema, the number of an older form, or nothing that can be read. */
const formOf = (text: string | null): { readonly schema?: Json | undefined; readonly kind?: Json | undefined } => {
  try {
    const body = JSON.parse(text ?? 'null') as Json;
    return isObject(body) ? { schema: body['schema'], kind: body['kind'] } : {};
  } catch {
    return {};
  }
};

const declares = (line: EntryLine, schema: string): boolean => {
  const form = formOf(line.body);
  return form.kind === 'log.schema' && form.schema === schema;
};

export class Declared {
  private readonly tiles = new Map<number, Promise<readonly EntryLine[]>>();
  private readonly known = new Map<string, Promise<{ readonly at: number; readonly rules: EntryRules }>>();

  /** @param tree of the head */
  constructor(
    private readonly arithmetic: Arithmetic,
    private readonly tree: TiledTree,
    private readonly head: Head,
    private readonly fetchOne: Fetch,
  ) {}

  /** @throws Fault when the entry is in another form than the log declared before it, or lacks what its kind must have */
  async check(agencyId: string, shown: ShownEntry): Promise<void> {
    const { entry, body, opened } = shown;
    const line = { entry, leaf: leafOfShown(this.arithmetic, agencyId, shown), body, opened };
    const { schema } = formOf(body);
    if (typeof schema !== 'string') {
      const earlier = (await this.tile(entry)).filter((each) => each.entry < entry);
      if (earlier.some((each) => typeof formOf(each.body).schema === 'string'))
        throw new Fault('the entry is of an older form than the log has declared', entry);
      new EntryRules(this.arithmetic).check(line, parseLeaf(line));
      return;
    }
    const { at, rules } = await this.rulesOf(schema, entry);
    if (at > entry) throw new Fault('the entry names a schema that the log has not declared before', entry);
    rules.check(line, parseLeaf(line));
  }

  private rulesOf(schema: string, before: number): Promise<{ readonly at: number; readonly rules: EntryRules }> {
    const known = this.known.get(schema);
    if (known) return known;
    const found = this.find(schema, before).then(async (line) => {
      if (!line) throw new Fault('the entry names a schema that the log has not declared before', before);
      await this.inTree(line);
      const rules = new EntryRules(this.arithmetic);
      rules.check(line, parseLeaf(line));
      return { at: line.entry, rules };
    });
    this.known.set(schema, found);
    // One that was named too early may be declared later, for others.
    found.catch(() => this.known.delete(schema));
    return found;
  }

  /** A schema is in use from its declaration until another's, so halving leads there; where it does not, all that came before is looked through. */
  private async find(schema: string, before: number): Promise<EntryLine | undefined> {
    let [low, high] = [0, before];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (formOf((await this.line(middle)).body).schema === schema) high = middle;
      else low = middle + 1;
    }
    const first = await this.line(high);
    if (declares(first, schema)) return first;
    for (let tile = 0; tile * 256 <= before; tile += 1) {
      const found = (await this.tile(tile * 256)).find((line) => declares(line, schema));
      if (found) return found.entry <= before ? found : undefined;
    }
    return undefined;
  }

  private async inTree({ entry, leaf }: EntryLine): Promise<void> {
    const hash = leafHash(this.arithmetic, leaf);
    const root = rootOfInclusion(this.arithmetic, entry, this.head.size, hash, await this.tree.inclusion(entry));
    if (!root || !same(root, this.head.root))
      throw new Fault('the declaration of its schema is not in the tree of the signed head', entry);
  }

  private async line(entry: number): Promise<EntryLine> {
    return (await this.tile(entry))[entry % 256]!;
  }

  /** The tile in which that entry is. */
  private tile(entry: number): Promise<readonly EntryLine[]> {
    const number = Math.floor(entry / 256);
    const known = this.tiles.get(number);
    if (known) return known;
    const asked = entriesOfTile(this.fetchOne, number, this.head.size);
    this.tiles.set(number, asked);
    return asked;
  }
}
