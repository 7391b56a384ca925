// An export as a paper: who made it, for what and when, on every page and across it; each read with the pictures that are open; what was left
// out; and the receipts of search and export with their proofs. Pictures go in as they are stored; what a PDF does not take lies inside as a file.
import { utc } from '../core/clock.js';
import { saidBy, sayDirection, sayVehicle } from '../core/told.js';
import { readPictureHeader } from '../core/picture.js';
import type { Block, Enclosure, Fact, Paper, Photo } from '../paper/paper.js';
import type { ProvenReceipt } from '../web/receipt.js';
import { markOf, saidOf, type Exported, type Opened } from './exported.js';

const foundAs: Readonly<Record<string, string>> = {
  exact: 'as it was asked for',
  wildcard: 'it fits the pattern',
  confusable: 'perhaps misread: characters that look alike',
  edit: 'perhaps misread: other characters differ',
  corrected: 'by what a member corrected it to',
};

const sizes = { crop: { width: 150, height: 60 }, frame: { width: 330, height: 230 } } as const;

/** A picture to be shown, a file to lie inside, or why there is neither. */
const pictureOf = (
  kind: 'crop' | 'frame',
  { read, ...pictures }: Opened,
): { readonly photo?: Photo; readonly enclosure?: Enclosure; readonly fact?: Fact } => {
  const picture = pictures[kind];
  const name = kind === 'crop' ? 'Plate cut out' : 'Full picture';
  if (picture === null) return {};
  if (typeof picture === 'string') return { fact: [name, `not in this file: ${picture}`] };
  const header = readPictureHeader(picture);
  if (!('mediaType' in header)) return {};
  const caption = `${name} of ${read.plate}`;
  if (header.mediaType === 'image/jpeg') return { photo: { jpeg: picture, caption, ...sizes[kind] } };
  const file = `${kind}-${read.readId}.${header.mediaType.slice('image/'.length)}`;
  return {
    enclosure: { name: file, mediaType: header.mediaType, bytes: picture, about: caption },
    fact: [name, `lies inside this document as the file ${file}`],
  };
};

const card = (
  opened: Opened,
  place: number,
  { pictures, agencies }: Exported,
): { readonly block: Block; readonly enclosures: readonly Enclosure[] } => {
  const { read, shown } = opened;
  const kinds = pictures === 'none' ? [] : pictures === 'crops' ? (['crop'] as const) : (['crop', 'frame'] as const);
  const found = kinds.map((kind) => pictureOf(kind, opened));
  const owner = agencies.find(({ agencyId }) => agencyId === read.agencyId);
  const withheld = kinds.length > 0 && read.cropKey === null && read.frameKey === null;
  const facts: Fact[] = [
    [
      'Seen',
      `${utc(read.capturedAt)}${read.clockSuspect ? `; the camera's clock is doubtful, received ${utc(read.receivedAt)}` : ''}`,
    ],
    ...(shown.passage
      ? [
          [
            'Passage',
            `${utc(shown.passage.firstSeen)} to ${utc(shown.passage.lastSeen)}, ${shown.passage.reads} reads`,
          ] as const,
        ]
      : []),
    ['Camera', `${read.cameraName ?? 'not told'}, ${owner?.name ?? read.agencyId}`],
    ...(read.latitude === null || read.longitude === null
      ? []
      : [['Place', `${read.latitude.toFixed(5)}, ${read.longitude.toFixed(5)}`] as const]),
    ['Confidence', `${Math.round(read.confidence * 100)} %${read.state ? `; issued by ${read.state}` : ''}`],
    ...(read.vehicle ? [['Vehicle', `${sayVehicle(read.vehicle)}; as the camera told it`] as const] : []),
    ...(read.direction
      ? [['Direction', `${sayDirection(read.direction)}; ${saidBy[read.direction.by]}`] as const]
      : []),
    ...(shown.match ? [['Found', foundAs[shown.match] ?? shown.match] as const] : []),
    ...(saidOf(read) ? [['Reviewed', saidOf(read)] as const] : []),
    ['Read', read.readId],
    ...(withheld ? [['Pictures', 'none: there is none, or no grant gives it now'] as const] : []),
    ...found.flatMap(({ fact }) => (fact ? [fact] : [])),
  ];
  return {
    block: {
      kind: 'card',
      title: `${place}. ${read.plate}`,
      facts,
      photos: found.flatMap(({ photo }) => (photo ? [photo] : [])),
    },
    enclosures: found.flatMap(({ enclosure }) => (enclosure ? [enclosure] : [])),
  };
};

const receiptFile = (name: string, receipt: ProvenReceipt, about: string): Enclosure => ({
  ...{ name, mediaType: 'application/json', about },
  bytes: Buffer.from(JSON.stringify({ receipt })),
});

const receiptBlocks = (title: string, { entry, hash, proof }: ProvenReceipt): Block[] => [
  { kind: 'text', text: `${title}: entry ${entry}, hash ${hash}` },
  { kind: 'code', text: proof },
];

export const exportPaper = (exported: Exported): Paper => {
  const { answer, search, by, receipt, left, agencies, searchId, madeAt } = exported;
  const nameOf = (id: string): string => agencies.find(({ agencyId }) => agencyId === id)?.name ?? id;
  const cards = exported.reads.map((each, at) => card(each, at + 1, exported));
  const facts: Fact[] = [
    ['Exported by', `${by.login} (${by.role}) of ${by.agency.name}`],
    ['Exported', `${utc(madeAt)}, on record as entry ${receipt.entry} of the log of ${by.agency.slug}`],
    ['Search', `${searchId}, entry ${answer.receipt.entry} of that log`],
    ['Purpose', search.purpose],
    ['Case', search.caseNumber],
    ['Reason', search.reason],
    ['Searched', `${answer.plate ?? 'all plates'}, from ${utc(answer.from)} until ${utc(answer.to)}`],
    ['Reads', `${exported.reads.length} of the ${answer.reads.length} that the search showed`],
    ...left.map(({ agencyId, rows, because }): Fact => ['Left out', `${rows} of ${nameOf(agencyId)}: ${because}`]),
  ];
  return {
    title: 'What a search showed',
    mark: markOf(exported),
    across: `${by.agency.slug} · ${by.login} · entry ${receipt.entry}`,
    madeAt,
    blocks: [
      { kind: 'facts', facts },
      {
        kind: 'text',
        text: 'A read is a hint, not proof: look at the picture. This file holds what was open to whoever exported it at that moment; the export is on record in the log of every agency whose reads it holds.',
      },
      { kind: 'heading', text: 'Reads' },
      ...cards.map(({ block }) => block),
      { kind: 'heading', text: 'Receipts' },
      {
        kind: 'text',
        text: `"plateward verify search-receipt.json --receipt --key <key>" checks that the search stands in the signed log of ${by.agency.slug}, without a login; both receipts lie inside this document as files. Get the key from the agency itself.`,
      },
      ...receiptBlocks('Receipt of the search', answer.receipt),
      ...receiptBlocks('Receipt of this export', receipt),
    ],
    enclosures: [
      receiptFile('search-receipt.json', answer.receipt, 'Receipt of the search'),
      receiptFile('export-receipt.json', receipt, 'Receipt of the export'),
      ...cards.flatMap(({ enclosures }) => enclosures),
    ],
  };
};
