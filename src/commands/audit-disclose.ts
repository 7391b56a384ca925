// `plateward audit disclose`: records of an agency's log for somebody who asked for them, as files. A bundle that anybody can verify, with
// the disclosed fields opened; the same as a paper (PDF), as a table (CSV) and for programs (JSON), with pseudonyms where plates were; and tables of
// counts, alone where small counts are not to be told.
import { open } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { headOf, lineOf, partOf } from '../audit-verify/part.js';
import { csvOf, type Cell } from '../core/csv.js';
import { disclosedColumns, disclosedCountsCsv, disclosedRow } from '../core/disclosed.js';
import { destroyedSentence } from '../core/log-period.js';
import { invalid, messageOf } from '../core/errors.js';
import { addressOf, asMember, signingIn, type AsMember } from './as-member.js';
import { logAt, overHttp } from './log-source.js';
import { moment } from './moments.js';
import { nodeArithmetic } from './node-arithmetic.js';
import { answer, say } from './say.js';

const opening = z.object({ salt: z.string(), value: z.string() });
const toldDestroyed = z.array(
  z.object({ period: z.string(), entry: z.int(), at: z.string(), by: z.array(z.string()) }),
);
const released = z.object({
  entries: z.array(
    z.object({
      entry: z.number(),
      at: z.string(),
      body: z.string().nullable(),
      opened: z.record(z.string(), opening),
      told: z.record(z.string(), z.string()),
      plate: z.string().nullable(),
    }),
  ),
  counts: z.object({
    searches: z.string(),
    tables: z.array(
      z.object({ by: z.string(), rows: z.array(z.object({ value: z.string(), told: z.string() })).nullable() }),
    ),
  }),
  agencies: z.array(z.object({ id: z.string(), slug: z.string(), name: z.string() })),
  destroyed: toldDestroyed,
  pdf: z.string().nullable(),
});
type Whole = z.output<typeof released>;
const previewed = released.pick({ entries: true, destroyed: true }).extend({ total: z.int(), changed: z.int() });

interface Options extends AsMember {
  readonly from: string;
  readonly to: string;
  readonly fields: string[];
  readonly request?: string;
  readonly out?: string;
  readonly preview?: number | true;
  readonly suppressBelow?: number;
  readonly pdf: boolean;
}

/** Writes a file that is not there yet. */
const write = async (file: string, text: string | Buffer): Promise<void> => {
  const handle = await open(file, 'wx').catch((error: unknown) => {
    throw invalid('options', `The file ${file} cannot be made: ${messageOf(error)}.`);
  });
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** The bundle that proves the release: its entries with the disclosed fields opened, each with its proof. */
const bundleOf = async ({ entries }: Whole, address: string, agency: string): Promise<string> => {
  const log = await logAt(overHttp(`${address}/log/${encodeURIComponent(agency)}`));
  const records = new Map(entries.map((each) => [each.entry, each]));
  const part = await partOf(nodeArithmetic, log.entries, (entry) => records.has(entry));
  const lines = part.map((line) => {
    const opened = records.get(line.entry)?.opened ?? {};
    return lineOf({ ...line, ...(Object.keys(opened).length > 0 && { opened }) });
  });
  const { key, keys, checkpoint } = log;
  return [
    headOf({ key, checkpoint, complete: false, entries: lines.length, ...(keys && { keys }) }),
    ...lines,
    '',
  ].join('\n');
};

const entriesCsv = (rows: readonly Readonly<Record<string, Cell>>[], fields: readonly string[]): string => {
  const columns = disclosedColumns(fields);
  return csvOf(
    columns,
    rows.map((row) => columns.map((column) => row[column] ?? null)),
  );
};

/** The first entries as a release would have them, as the rows of its table. */
const preview = async ({ from, to, fields, ...who }: Options, limit: number): Promise<void> => {
  const found = await asMember(who, (client) =>
    client.post('/api/v1/audit/disclosures/preview', { from, to, fields, limit }, previewed),
  );
  for (const each of found.destroyed) say(destroyedSentence(each));
  const columns = disclosedColumns(fields);
  for (const each of found.entries) {
    const row = disclosedRow(each, fields);
    answer(columns.map((column) => `${column}=${row[column] ?? ''}`).join('  '));
  }
  say(
    `The first ${found.entries.length} of ${found.total} entries; in ${found.changed} a text would be told with pseudonyms and could not be proven. Nothing was released; the release names plates otherwise.`,
  );
};

const run = async (options: Options): Promise<void> => {
  if (options.preview !== undefined) return preview(options, options.preview === true ? 10 : options.preview);
  const { from, to, fields, request, out, suppressBelow, pdf, ...who } = options;
  if (request === undefined || out === undefined)
    throw invalid('options', 'A release needs --request and --out; to look at it first, --preview.');
  if (suppressBelow !== undefined && fields.length > 0)
    throw invalid('options', 'With --suppress-below only tables of counts are released; leave out --fields.');
  const address = await addressOf(who.url);
  const whole = await asMember({ ...who, url: address }, (client) =>
    client.post('/api/v1/audit/disclosures', { from, to, fields, request, suppressBelow, pdf }, released),
  );
  const { entries, counts, agencies, destroyed } = whole;
  for (const each of destroyed) say(destroyedSentence(each));
  const paper = whole.pdf === null ? [] : [`${out}.pdf`];
  const about = { agency: who.agency, from, to, fields };
  if (suppressBelow === undefined) {
    const rows = entries.map((each) => disclosedRow(each, fields));
    await write(`${out}.jsonl`, await bundleOf(whole, address, who.agency));
    await write(`${out}.csv`, entriesCsv(rows, fields));
    await write(
      `${out}.json`,
      `${JSON.stringify({ ...about, counts, agencies, destroyed, records: rows }, null, 2)}\n`,
    );
  } else {
    await write(`${out}.json`, `${JSON.stringify({ ...about, suppressBelow, counts, agencies }, null, 2)}\n`);
  }
  await write(`${out}.counts.csv`, disclosedCountsCsv(whole));
  if (whole.pdf !== null) await write(`${out}.pdf`, Buffer.from(whole.pdf, 'base64'));
  if (suppressBelow !== undefined)
    return answer(
      `Searches in numbers are in ${[...paper, `${out}.counts.csv`, `${out}.json`].join(', ')}; no count below ${suppressBelow} is told. The release is itself an entry.`,
    );
  const changed = entries.filter(({ told }) => Object.keys(told).length > 0).length;
  answer(
    `${entries.length} entries are in ${out}.jsonl, to be verified, and in ${[...paper, `${out}.csv`, `${out}.json`].join(', ')}, to be read; searches in numbers in ${out}.counts.csv. The release is itself an entry.`,
  );
  answer('Plates are told by pseudonyms, under a key that nobody has any more; another release names them otherwise.');
  if (changed > 0)
    answer(
      `In ${changed} of them a text held what may be a plate: pseudonyms stand there, and that text cannot be proven.`,
    );
};

const howMany = (text: string): number => {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 50) throw new InvalidArgumentError('It must be 1 to 50.');
  return count;
};

const names = (text: string): string[] => text.split(',').filter((each) => each !== '');

export const auditDiscloseCommand = (): Command =>
  signingIn(
    new Command('disclose').description(
      'records of a period for a records request, plates by pseudonyms (docs/log.md)',
    ),
    'an auditor or administrator of that agency',
  )
    .requiredOption('--from <day or time>', 'entries from then on, UTC', moment)
    .requiredOption('--to <day or time>', 'entries before then, UTC', moment)
    .option('--fields <names>', 'fields to disclose: reason,caseNumber,person,onBehalfOf (default: none)', names, [])
    .option('--preview [count]', 'shows the first entries as they would be disclosed, and releases nothing', howMany)
    .option('--request <text>', 'what was asked, such as the number of the request; the log commits to it')
    .option('--out <file>', 'where to write, without an ending: .jsonl, .pdf, .csv, .counts.csv and .json are added')
    .option(
      '--suppress-below <count>',
      'only tables of counts, in which none below this is told, nor one that gives it away',
      (text: string) => {
        if (!/^\d{1,4}$/.test(text) || Number(text) < 3 || Number(text) > 1000)
          throw new InvalidArgumentError('It must be a number from 3 to 1000.');
        return Number(text);
      },
    )
    .option('--no-pdf', 'leave the PDF out; one holds at most 2000 entries')
    .action(run);
