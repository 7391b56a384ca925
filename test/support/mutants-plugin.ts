// Loads a source file with pieces of its text replaced, for the tests that take a wall away: the import's query says which. It
// refuses a piece that does not stand there exactly once, so that a mutation cannot quietly change nothing. Line breaks and the commas
// that a formatter adds make no difference.
import { readFile } from 'node:fs/promises';

const mark = '?mutant=';

/** Finds a piece of code however it is laid out. */
const finder = (piece: string): RegExp =>
  new RegExp(
    [...piece.replace(/\s+/g, '')]
      .map((char) => (/[)\]}]/.test(char) ? ',?\\s*' : '') + char.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s*'),
    'g',
  );

/** The query that asks for a copy with each piece replaced by what stands beside it. */
export const mutation = (...changes: readonly (readonly [piece: string, instead: string])[]): string =>
  mark + Buffer.from(JSON.stringify(changes)).toString('base64url');

export const mutants = () => ({
  name: 'plateward-mutants',
  enforce: 'pre' as const,
  async load(id: string): Promise<string | undefined> {
    const at = id.indexOf(mark);
    if (at < 0) return undefined;
    const file = id.slice(0, at);
    let text = await readFile(file, 'utf8');
    const query = id.slice(at + mark.length).split('&')[0] ?? '';
    for (const [piece = '', instead = ''] of JSON.parse(
      Buffer.from(query, 'base64url').toString('utf8'),
    ) as string[][]) {
      const found = [...text.matchAll(finder(piece))].length;
      if (found !== 1)
        throw new Error(`${file} holds ${JSON.stringify(piece)} ${found} times; the mutation needs it once`);
      text = text.replace(finder(piece), () => ` ${instead} `);
    }
    return text;
  },
});
