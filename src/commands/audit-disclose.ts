// `plateward audit disclose`: records of an agency's log for somebody who asked for them, as three files. A bundle that anybody can verify, with
// the disclosed fields opened; the same as a table for people (CSV) and for programs (JSON), with pseudonyms where plates were.
import { open } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { csvOf, type Cell } from '../core/csv.js';
import { invalid, messageOf } from '../core/errors.js';
import { addressOf, asMember, signingIn, type AsMember } from './as-member.js';
import { headOf, lineOf, partOf } from './log-part.js';
import { logAt, overHttp } from './log-source.js';
import { answer } from './say.js';

const opening = z.object({ salt: z.string(), value: z.string() });
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
});
type Released = z.output<typeof released>['entries'][number];

const publicBody = z.looseObject({
  kind: z.string(),
  outcome: z.string(),
  rule: z.string().optional(),
  by: z.looseObject({ agencyId: z.string(), kind: z.string(), role: z.string().optional() }),
  facts: z.looseObject({
    purpose: z.string().optional(),
    from: z.string().optional(),
    to: z.string().optional(),
    searchId: z.string().optional(),
  }),
});

interface Options extends AsMember {
  readonly from: string;
  readonly to: string;
  readonly fields: string[];
  readonly request: string;
  readonly out: string;
}

/** A day as its beginning (UTC), or a time. */
const moment = (text: string): string => {
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
  if (Number.isNaN(time.getTime()) || !/^\d{4}-/.test(text))
    throw new InvalidArgumentError('It must be a day such as 2026-11-01, or a time such as 2026-11-01T08:00:00Z.');
  return time.toISOString();
};

/** One row a record: what everybody may read of it anyway, and what is disclosed. */
const rowOf = (record: Released, fields: readonly string[]): Readonly<Record<string, Cell>> => {
  const said = publicBody.safeParse(JSON.parse(record.body ?? 'null'));
  const { kind, outcome, rule, by, facts } = said.success ? said.data : { by: undefined, facts: undefined };
  return {
    entry: record.entry,
    time: record.at,
    kind: kind ?? 'withheld',
    outcome: outcome ?? null,
    rule: rule ?? null,
    agency: by?.agencyId ?? null,
    role: by?.role ?? by?.kind ?? null,
    purpose: facts?.purpose ?? null,
    searched_from: facts?.from ?? null,
    searched_to: facts?.to ?? null,
    search: facts?.searchId ?? null,
    plate: record.plate,
    ...Object.fromEntries(fields.map((field) => [field, record.opened[field]?.value ?? record.told[field] ?? null])),
    not_provable: Object.keys(record.told).join(' ') || null,
  };
};

/** Writes a file that is not there yet. */
const write = async (file: string, text: string): Promise<void> => {
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

const run = async ({ from, to, fields, request, out, ...who }: Options): Promise<void> => {
  const address = await addressOf(who.url);
  const { entries } = await asMember({ ...who, url: address }, (client) =>
    client.post('/api/v1/audit/disclosures', { from, to, fields, request }, released),
  );
  const log = await logAt(overHttp(`${address}/log/${encodeURIComponent(who.agency)}`));
  const records = new Map(entries.map((each) => [each.entry, each]));
  const part = await partOf(log.entries, (entry) => records.has(entry));
  const lines = part.map((line) => {
    const opened = records.get(line.entry)?.opened ?? {};
    return lineOf({ ...line, ...(Object.keys(opened).length > 0 && { opened }) });
  });
  const { key, checkpoint } = log;
  const rows = entries.map((each) => rowOf(each, fields));
  const columns = Object.keys(rowOf({ entry: 0, at: '', body: null, opened: {}, told: {}, plate: null }, fields));
  await write(
    `${out}.jsonl`,
    [headOf({ key, checkpoint, complete: false, entries: lines.length }), ...lines, ''].join('\n'),
  );
  await write(
    `${out}.csv`,
    csvOf(
      columns,
      rows.map((row) => columns.map((column) => row[column] ?? null)),
    ),
  );
  await write(`${out}.json`, `${JSON.stringify({ agency: who.agency, from, to, fields, records: rows }, null, 2)}\n`);
  const changed = entries.filter(({ told }) => Object.keys(told).length > 0).length;
  answer(
    `${entries.length} entries are in ${out}.jsonl, to be verified, and in ${out}.csv and ${out}.json, to be read. The release is itself an entry.`,
  );
  answer('Plates are told by pseudonyms, under a key that nobody has any more; another release names them otherwise.');
  if (changed > 0)
    answer(
      `In ${changed} of them a text held what may be a plate: pseudonyms stand there, and that text cannot be proven.`,
    );
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
    .requiredOption('--request <text>', 'what was asked, such as the number of the request; the log commits to it')
    .requiredOption('--out <file>', 'where to write, without an ending: .jsonl, .csv and .json are added')
    .action(run);
