// The keys of one log as a witness knows them: the one that it was told to believe, and every other that the log has put in its place or had before,
// each followed by its entry and by the last head of the key before (docs/log.md). What was followed is on disk before a head under it is cosigned.
// It never forgets a change that it has followed, and takes no other in its stead.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Fault, same, type Arithmetic } from '../../src/audit-verify/bytes.js';
import { splitNote, type Head, type NoteSignature } from '../../src/audit-verify/note.js';
import {
  followKeys,
  linksOfText,
  openHead,
  signersAt,
  type KeyLink,
  type Succession,
} from '../../src/audit-verify/succession.js';
import { invalid } from '../../src/core/errors.js';
import { writeDurably } from './durable.js';

const fileIn = (folder: string): string => path.join(folder, 'keys');

const sameLink = (a: KeyLink, b: KeyLink | undefined): boolean =>
  a.entry === b?.entry && a.leaf === b.leaf && a.body === b.body && a.proof === b.proof;

/** Changes of key that were followed. */
export interface Followed {
  readonly links: readonly KeyLink[];
  readonly succession: Succession;
  /** Those that are new. */
  readonly turns: Succession['turns'];
}

export class KeptKeys {
  private constructor(
    private readonly arithmetic: Arithmetic,
    /** As it was given. */
    private readonly believed: string,
    private readonly folder: string,
    private links: readonly KeyLink[],
    private succession: Succession,
  ) {}

  /** @throws PlatewardError `witness_state` when what is there is no succession of keys with the one that is believed */
  static async open(arithmetic: Arithmetic, believed: string, folder: string): Promise<KeptKeys> {
    try {
      const text = await readFile(fileIn(folder), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return '';
        throw error;
      });
      const links = linksOfText(text);
      return new KeptKeys(arithmetic, believed, folder, links, await followKeys(arithmetic, believed, links));
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      throw invalid(
        'witness_state',
        `The keys in ${fileIn(folder)} do not go with the key that was given: ${error.because}. Bring the file back from where you keep copies, or give a key that the log has had.`,
      );
    }
  }

  get name(): string {
    return this.succession.name;
  }

  /** @throws OutOfTime, Fault */
  opened(note: string, under = this.succession): Promise<Head> {
    return openHead(this.arithmetic, note, under);
  }

  /** The signatures on a note of the keys whose turn it is at that size. */
  ownOn(signatures: readonly NoteSignature[], size: number): NoteSignature[] {
    const signers = signersAt(this.succession, size);
    return signatures.filter((each) => signers.some(({ name, hint }) => name === each.name && same(hint, each.hint)));
  }

  /** Whether a note carries a signature in the log's name that no key that is known can have made. */
  strangeOn(note: string): boolean {
    const known = ({ name, hint }: NoteSignature): boolean =>
      this.succession.keys.some((key) => key.name === name && same(key.hint, hint));
    return splitNote(note).signatures.some((each) => each.name === this.name && !known(each));
  }

  /**
   * What the log says of its keys, followed, and not believed yet.
   * @returns undefined when it says nothing that is not known
   * @throws Fault when it does not hold, or is other than what was followed before
   */
  async follow(links: readonly KeyLink[]): Promise<Followed | undefined> {
    const known = this.links.length;
    if (links.length < known || !this.links.every((link, at) => sameLink(link, links[at])))
      throw new Fault('the log tells of its keys otherwise than it did');
    if (links.length === known) return undefined;
    const succession = await followKeys(this.arithmetic, this.believed, links);
    return { links, succession, turns: succession.turns.slice(known) };
  }

  /** Believes what was followed; it is on disk when this answers. */
  async keep({ links, succession }: Followed): Promise<void> {
    await writeDurably(fileIn(this.folder), links.map((link) => `${JSON.stringify(link)}\n`).join(''));
    this.links = links;
    this.succession = succession;
  }
}
