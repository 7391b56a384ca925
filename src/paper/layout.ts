// A paper as pdfmake wants it. Every text goes in as a text node of its own and every picture as a name of the dictionary, so that nothing
// that somebody typed becomes a style, an address or a file.
import type { Block, Fact, Paper, Photo } from './paper.js';

type Node = Readonly<Record<string, unknown>>;

const grey = '#5a6470';
const rule = '#c9d0d8';
const shade = '#eef1f4';
/** A4 and Letter both hold it: 595 or 612 points wide, 792 or 842 high. */
const margins = [42, 48, 42, 52] as const;
const page = { wide: 792, narrow: 595 } as const;

const text = (value: string, more: Node = {}): Node => ({ text: value, ...more });

const base64 = (mediaType: string, bytes: Uint8Array): string =>
  `data:${mediaType};base64,${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')}`;

const lines = {
  hLineWidth: (at: number, node: { table: { body: readonly unknown[] } }) =>
    at === 0 || at === node.table.body.length ? 0 : 0.5,
  vLineWidth: () => 0,
  hLineColor: () => rule,
  paddingLeft: () => 3,
  paddingRight: () => 3,
  paddingTop: () => 2,
  paddingBottom: () => 2,
};

const factsNode = (facts: readonly Fact[]): Node => ({
  layout: lines,
  margin: [0, 0, 0, 6],
  table: {
    widths: [110, '*'],
    body: facts.map(([name, value]) => [text(name, { color: grey }), text(value)]),
  },
});

/** Files of pictures by name, filled while blocks are set. */
type Images = Record<string, string>;

const photoNode = ({ jpeg, caption, width, height }: Photo, images: Images): Node => {
  const name = `photo-${Object.keys(images).length}`;
  images[name] = base64('image/jpeg', jpeg);
  return {
    width: 'auto',
    stack: [{ image: name, fit: [width, height], alt: caption }, text(caption, { fontSize: 7, color: grey })],
  };
};

const blockNode = (block: Block, images: Images, width: number): Node => {
  switch (block.kind) {
    case 'heading':
      return text(block.text, { fontSize: 12, bold: true, margin: [0, 8, 0, 4], headlineLevel: 1 });
    case 'text':
      return text(block.text, { margin: [0, 0, 0, 6] });
    case 'code':
      return text(block.text, { fontSize: 7, background: shade, margin: [0, 0, 0, 6], preserveLeadingSpaces: true });
    case 'facts':
      return factsNode(block.facts);
    case 'table': {
      const sum = block.columns.reduce((all, { share }) => all + share, 0);
      // Padding of 3 points on both sides of each column is not part of its width.
      const room = width - margins[0] - margins[2] - block.columns.length * 6;
      return {
        layout: lines,
        fontSize: 7.5,
        margin: [0, 0, 0, 8],
        table: {
          headerRows: 1,
          dontBreakRows: true,
          widths: block.columns.map(({ share }) => (room * share) / sum),
          body: [
            block.columns.map(({ title }) => text(title, { bold: true, fillColor: shade })),
            ...block.rows.map((row) => row.map((cell) => text(cell))),
          ],
        },
      };
    }
    case 'card':
      return {
        unbreakable: true,
        margin: [0, 0, 0, 8],
        stack: [
          text(block.title, { fontSize: 11, bold: true, margin: [0, 2, 0, 2] }),
          factsNode(block.facts),
          ...(block.photos.length > 0
            ? [{ columns: block.photos.map((each) => photoNode(each, images)), columnGap: 10 }]
            : []),
        ],
      };
  }
};

/** The document of a paper. */
export const layoutOf = (paper: Paper): object => {
  const images: Images = {};
  const width = paper.wide ? page.wide : page.narrow;
  const content = [
    text(paper.title, { fontSize: 16, bold: true, margin: [0, 0, 0, 8] }),
    ...paper.blocks.map((block) => blockNode(block, images, width)),
  ];
  return {
    pageSize: paper.wide ? { width: 792, height: 595 } : { width: 595, height: 792 },
    pageMargins: margins,
    language: 'en-US',
    info: {
      title: paper.title,
      subject: paper.mark,
      creator: 'Plateward',
      producer: 'Plateward',
      creationDate: paper.madeAt,
    },
    defaultStyle: { font: 'Roboto', fontSize: 9, lineHeight: 1.1 },
    ...(paper.across !== undefined && {
      watermark: { text: paper.across, color: '#1d3b53', opacity: 0.07, bold: true },
    }),
    footer: (at: number, of: number) => ({
      margin: [margins[0], 12, margins[2], 0],
      fontSize: 7,
      color: grey,
      columns: [text(paper.mark, { width: '*' }), text(`${at} of ${of}`, { width: 50, alignment: 'right' })],
    }),
    content,
    images,
    files: Object.fromEntries(
      (paper.enclosures ?? []).map(({ name, mediaType, bytes, about }) => [
        name,
        { src: base64(mediaType, bytes), name, type: mediaType, description: about },
      ]),
    ),
  };
};
