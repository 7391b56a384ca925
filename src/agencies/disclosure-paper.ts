// A release of records as a paper for people: what was asked and released, counts, each access on a line, and how all of it is checked. It
// tells what the release tells and nothing else.
import { utc } from '../core/clock.js';
import { destroyedSentence } from '../core/log-period.js';
import type { Block, Fact, Paper } from '../paper/paper.js';
import type { ProvenReceipt } from '../web/receipt.js';
import type { DisclosedEntry, DisclosedRecords } from '../vault/stores/log-disclosure.js';
import type { NewDisclosure } from './disclosures.schema.js';

export interface Made {
  readonly agency: { readonly name: string; readonly slug: string };
  readonly receipt: ProvenReceipt;
  readonly madeAt: Date;
}

const fieldNames: Readonly<Record<NewDisclosure['fields'][number], string>> = {
  reason: 'Reason',
  caseNumber: 'Case',
  person: 'Person',
  onBehalfOf: 'On behalf of',
};

const by = { month: 'month', purpose: 'purpose', agency: 'agency that searched' } as const;

interface Said {
  readonly kind?: string;
  readonly outcome?: string;
  readonly rule?: string;
  readonly by?: { readonly agencyId?: string; readonly role?: string; readonly kind?: string };
  readonly facts?: { readonly purpose?: unknown };
}

type NameOf = (agencyId: string) => string;

const countBlocks = ({ counts }: DisclosedRecords, suppressBelow: number | undefined, nameOf: NameOf): Block[] => [
  { kind: 'heading', text: 'Searches in numbers' },
  {
    kind: 'text',
    text: `Searches that were done in this period: ${counts.searches}.${
      suppressBelow === undefined
        ? ''
        : ` Counts below ${suppressBelow} are not told (<${suppressBelow}), and where the total would tell one, another is withheld with it.`
    }`,
  },
  ...counts.tables.map((each): Block =>
    each.rows === null
      ? { kind: 'text', text: `By ${by[each.by]}: left out, because the total would tell its small counts.` }
      : {
          kind: 'table',
          columns: [
            { title: `By ${by[each.by]}`, share: 3 },
            { title: 'Searches', share: 1 },
          ],
          rows: each.rows.map(({ value, told }) => [each.by === 'agency' ? nameOf(value) : value, told]),
        },
  ),
];

const rowOf = (entry: DisclosedEntry, { fields }: NewDisclosure, nameOf: NameOf): string[] => {
  const said = JSON.parse(entry.body ?? '{}') as Said;
  const { purpose } = said.facts ?? {};
  return [
    String(entry.entry),
    utc(entry.at).replace(' UTC', ''),
    entry.body === null
      ? 'withheld'
      : `${said.kind ?? ''}${said.outcome === 'refused' ? ` refused: ${said.rule ?? ''}` : ''}`,
    said.by?.agencyId === undefined ? '' : nameOf(said.by.agencyId),
    said.by?.role ?? said.by?.kind ?? '',
    typeof purpose === 'string' ? purpose : '',
    entry.plate ?? '',
    ...fields.map(
      (field) => entry.opened[field]?.value ?? (entry.told[field] === undefined ? '' : `${entry.told[field]} *`),
    ),
  ];
};

const entryBlocks = (entries: readonly DisclosedEntry[], asked: NewDisclosure, nameOf: NameOf): Block[] => [
  { kind: 'heading', text: `The log from ${utc(asked.from)} until ${utc(asked.to)}` },
  {
    kind: 'text',
    text: 'Times are UTC. P- and what follows stands for one plate, the same in this release and in no other; nobody has the key to it. A text with * was changed: pseudonyms stand in it for what may be a plate, and it cannot be proven.',
  },
  {
    kind: 'table',
    columns: [
      { title: 'Entry', share: 5 },
      { title: 'When', share: 11 },
      { title: 'What', share: 11 },
      { title: 'Agency', share: 13 },
      { title: 'Role', share: 10 },
      { title: 'Purpose', share: 10 },
      { title: 'Plate', share: 15 },
      ...asked.fields.map((field) => ({ title: fieldNames[field], share: field === 'reason' ? 20 : 10 })),
    ],
    rows: entries.map((each) => rowOf(each, asked, nameOf)),
  },
];

/** The signed head that the receipt's proof ends with. */
const headOf = (proof: string): string => proof.slice(proof.indexOf('\n\n') + 2);

const checkBlocks = ({ agency, receipt }: Made): Block[] => [
  { kind: 'heading', text: 'How this is checked' },
  {
    kind: 'text',
    text: `This paper is for reading; what proves it is the file of the same release that ends with .jsonl, and the log itself, which is public at /log/${agency.slug} of the house that made it. "plateward verify" checks either without a login: that the entries are in the signed log, and that what is disclosed of them is what was committed to when they were written. A second program that does the same, in Python, is docs/verify_log.py. Get the key of the log from the agency itself.`,
  },
  {
    kind: 'text',
    text: `The release is entry ${receipt.entry} of that log, hash ${receipt.hash}. The signed head of the log with it:`,
  },
  { kind: 'code', text: headOf(receipt.proof) },
];

export const disclosurePaper = (records: DisclosedRecords, asked: NewDisclosure, made: Made): Paper => {
  const { agency, receipt, madeAt } = made;
  const names = new Map(records.agencies.map(({ id, name }): [string, string] => [id, name]));
  const nameOf: NameOf = (id) => names.get(id) ?? id;
  const suppressed = asked.suppressBelow !== undefined;
  const facts: Fact[] = [
    ['Agency', `${agency.name} (${agency.slug})`],
    ['Period', `from ${utc(asked.from)} until ${utc(asked.to)}`],
    ['Asked for', asked.request],
    [
      'Disclosed',
      suppressed
        ? 'tables of counts alone'
        : `${records.entries.length} entries; of personal fields ${asked.fields.length === 0 ? 'none' : asked.fields.map((each) => fieldNames[each].toLowerCase()).join(', ')}; plates by pseudonyms`,
    ],
    ['Made', `${utc(madeAt)}, on record as entry ${receipt.entry}`],
  ];
  return {
    title: `Records of the log of ${agency.name}`,
    mark: `Release of ${agency.slug}, entry ${receipt.entry} of its log, ${utc(madeAt)}`,
    wide: !suppressed,
    madeAt,
    blocks: [
      { kind: 'facts', facts },
      ...records.destroyed.map((each): Block => ({
        kind: 'text',
        text: `${destroyedSentence(each)} Nothing of them can be disclosed.`,
      })),
      ...countBlocks(records, asked.suppressBelow, nameOf),
      ...(suppressed ? [] : entryBlocks(records.entries, asked, nameOf)),
      ...checkBlocks(made),
    ],
  };
};
