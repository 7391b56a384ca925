// What a PDF says, read without the library that made it: its objects, its text by each font's own table of characters, its pictures and the
// files inside. Enough for what the press makes; a document that it cannot read is a fault of the test.
import { inflateSync } from 'node:zlib';

interface Thing {
  readonly head: string;
  readonly stream: Buffer | undefined;
}

const thingsOf = (pdf: Buffer): Map<number, Thing> => {
  const text = pdf.toString('latin1');
  const things = new Map<number, Thing>();
  for (const { 0: start, 1: number, index } of text.matchAll(/(?:^|\n)(\d+) 0 obj\s/g)) {
    const end = text.indexOf('endobj', index);
    const at = text.indexOf('stream\n', index);
    const inside = at >= 0 && at < end;
    const head = text.slice(index + start.length, inside ? at : end);
    const length = Number(/\/Length (\d+)/.exec(head)?.[1] ?? 0);
    const raw = inside ? pdf.subarray(at + 7, at + 7 + length) : undefined;
    things.set(Number(number), { head, stream: raw && (head.includes('/FlateDecode') ? inflateSync(raw) : raw) });
  }
  return things;
};

/** Characters by code of a font, from its ToUnicode table. */
const charactersOf = (cmap: string): ReadonlyMap<number, string> => {
  const map = new Map<number, string>();
  const utf16 = (hex: string): string => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex').swap16().toString('utf16le');
  for (const [, from, , list] of cmap.matchAll(/<([0-9a-f]+)> <([0-9a-f]+)> \[([^\]]*)\]/gi))
    [...(list ?? '').matchAll(/<([0-9a-f ]+)>/gi)].forEach(([, hex], at) =>
      map.set(Number.parseInt(from!, 16) + at, utf16(hex!)),
    );
  return map;
};

const ref = (head: string, name: string): number | undefined => {
  const found = new RegExp(`/${name} (\\d+) 0 R`).exec(head)?.[1];
  return found === undefined ? undefined : Number(found);
};

export const squeezed = (text: string): string => text.replaceAll(/\s+/g, '');

export interface ReadPdf {
  readonly pages: readonly string[];
  /** All text without any space: where lines break is the press's affair. */
  readonly text: string;
  /** JPEGs, as they lie inside. */
  readonly jpegs: readonly Buffer[];
  readonly files: readonly Buffer[];
}

/** The text of a page's stream, a space wherever it goes on elsewhere. */
const textOf = (content: string, fonts: ReadonlyMap<string, ReadonlyMap<number, string>>): string => {
  let font: ReadonlyMap<number, string> | undefined;
  let said = '';
  for (const [all, name, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ|\bBT\b/g)) {
    if (name) font = fonts.get(name);
    else if (all === 'BT') said += ' ';
    else
      for (const [, hex] of (shown ?? '').matchAll(/<([0-9a-f]*)>/gi))
        for (let at = 0; at < hex!.length; at += 4)
          said += font?.get(Number.parseInt(hex!.slice(at, at + 4), 16)) ?? '?';
  }
  return said.replaceAll(/ +/g, ' ');
};

export const readPdf = (bytes: Uint8Array): ReadPdf => {
  const pdf = Buffer.from(bytes);
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-'))) throw new Error('not a PDF');
  const things = thingsOf(pdf);
  const fontOf = (id: number): ReadonlyMap<number, string> => {
    const table = things.get(ref(things.get(id)!.head, 'ToUnicode') ?? -1)?.stream;
    return charactersOf(table?.toString('latin1') ?? '');
  };
  const pages = [...things.values()]
    .filter(({ head }) => /\/Type \/Page\b/.test(head))
    .map(({ head }) => {
      const resources = things.get(ref(head, 'Resources')!)!.head;
      const fonts = new Map(
        [...resources.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name, id]) => [name!, fontOf(Number(id))] as const),
      );
      return textOf(things.get(ref(head, 'Contents')!)!.stream!.toString('latin1'), fonts);
    });
  const streams = (kind: RegExp): Buffer[] =>
    [...things.values()].flatMap(({ head, stream }) => (kind.test(head) && stream ? [stream] : []));
  return { pages, text: squeezed(pages.join('')), jpegs: streams(/\/DCTDecode/), files: streams(/\/EmbeddedFile/) };
};
