// The law that an agency's data was under, as its log tells: the pack that it was enrolled with, and each that it adopted since, with what the
// pack's own text says of retention.
import { textAt, type PublicEntry } from './numbers-entry.js';

export interface LawNumbers {
  readonly pack: string;
  /** Of the pack's text, hex. */
  readonly sha256: string;
  readonly since: string;
  /** What the text says; null where it is not in the log, or says nothing of it. Minutes from capture. */
  readonly title: string | null;
  readonly readMinutesMax: number | null;
  readonly hitMinutesMax: number | null;
  readonly pictureMinutesMax: number | null;
  /** Items of a usage and privacy policy that must be published before anything is searched. */
  readonly policyItems: readonly string[];
}

type Members = Readonly<Record<string, unknown>>;

const membersOf = (value: unknown): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};

const packOf = (text: string | undefined): Members => {
  try {
    return membersOf(JSON.parse(text ?? ''));
  } catch {
    return {};
  }
};

const minutes = (retention: Members, name: string): number | null => {
  const value = retention[name];
  return typeof value === 'number' ? value : null;
};

const wordsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

export class LawLedger {
  private readonly texts = new Map<string, string>();
  private readonly laws: LawNumbers[] = [];

  take({ kind, at, facts }: Pick<PublicEntry, 'kind' | 'at' | 'facts'>): void {
    const [pack, sha256, document] = ['pack', 'packSha256', 'document'].map((name) => textAt(facts, name));
    if (pack === undefined || sha256 === undefined) return;
    if (document !== undefined) this.texts.set(sha256, document);
    if (kind !== 'agency.enrol' && kind !== 'pack.adopt') return;
    const said = packOf(this.texts.get(sha256));
    const retention = membersOf(said['retention']);
    this.laws.push({
      pack,
      sha256,
      since: at,
      title: textAt(said, 'title') ?? null,
      readMinutesMax: minutes(retention, 'readMinutesMax'),
      hitMinutesMax: minutes(retention, 'hitMinutesMax'),
      pictureMinutesMax: minutes(retention, 'pictureMinutesMax'),
      policyItems: wordsOf(membersOf(said['policy'])['items']),
    });
  }

  numbers(): LawNumbers[] {
    return [...this.laws];
  }
}
