// `plateward search`: an officer's question from a terminal, the same as over HTTP, with its purpose, case and reason. It shows what
// was found and why; a misread is told as one, and a refused agency with its reason.
import { open, rm } from 'node:fs/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import { invalid, messageOf } from '../core/errors.js';
import type { MemberClient } from './api-client.js';
import type { Area } from '../core/read-filters.js';
import { borders } from './borders.js';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { moment } from './moments.js';
import { readFilters, withReadFilters, type ReadFilterOptions } from './read-filters.js';
import { answer, say } from './say.js';
import { sayTold, toldDirection, toldVehicle } from './told.js';

const difference = z.object({ asked: z.string().nullable(), read: z.string().nullable(), at: z.number() });
const found = z.looseObject({
  agencyId: z.string(),
  plate: z.string(),
  confidence: z.number(),
  capturedAt: z.string(),
  reviews: z.array(
    z.looseObject({ verdict: z.string(), corrected: z.string().nullable(), by: z.looseObject({ login: z.string() }) }),
  ),
  camera: z.looseObject({ name: z.string().nullable() }),
  vehicle: toldVehicle.nullable(),
  direction: toldDirection.nullable(),
  match: z
    .looseObject({ kind: z.string(), differs: z.array(difference), likelihood: z.number().optional() })
    .optional(),
  leg: z.looseObject({ seconds: z.number(), metres: z.number().nullable(), kmh: z.number().nullable() }).nullish(),
});
const searched = z.looseObject({
  results: z.array(found),
  more: z.boolean(),
  next: z.string().nullable(),
  agencies: z.array(z.looseObject({ agencyId: z.string(), slug: z.string(), because: z.string().optional() })),
  searchId: z.string(),
  shown: z.string(),
  receipt: z.looseObject({ entry: z.number() }),
});
type Searched = z.output<typeof searched>;

interface Options extends AsMember, ReadFilterOptions {
  readonly plate?: string;
  readonly purpose: string;
  readonly case: string;
  readonly reason: string;
  readonly fuzzy?: string;
  readonly in?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly area?: Area;
  readonly after?: string;
  readonly passages?: true;
  readonly travel?: true;
  readonly self?: true;
  readonly export?: string;
  readonly pictures?: string;
  readonly json?: true;
}

const rows = (text: string): number => {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at most 500.');
  return Number(text);
};

const search = async (options: Options): Promise<void> => {
  const { export: file, pictures } = options;
  if (pictures !== undefined && !file?.endsWith('.pdf'))
    throw invalid('options', 'Pictures belong to an export as PDF: --export <file>.pdf --pictures crops.');
  await asMember(options, async (client) => {
    const { plate, purpose, reason, from, to, limit } = options;
    const body = {
      ...{ plate, purpose, reason, from, to, limit, caseNumber: options.case, agencies: options.in },
      fuzzy: options.fuzzy === undefined ? undefined : Number(options.fuzzy),
      ...readFilters(options),
      ...{ area: options.area, after: options.after },
      as: options.travel ? 'travel' : options.passages ? 'passages' : undefined,
      onBehalfOf: options.self ? 'self' : undefined,
    };
    const told = await client.post('/api/v1/searches', body, searched);
    if (options.json) answer(JSON.stringify(told));
    else table(told);
    if (options.export !== undefined) await exportTo(options.export, options.pictures, told, client);
  });
};

/** Writes what was found to a file that is not there yet: that is an export, with an entry of its own. */
const exportTo = async (
  file: string,
  pictures: string | undefined,
  { searchId, shown, results }: Searched,
  client: MemberClient,
): Promise<void> => {
  if (results.length === 0) return say('Nothing was found, so nothing is exported.');
  const format = file.endsWith('.pdf') ? 'pdf' : 'csv';
  const handle = await open(file, 'wx').catch((error: unknown) => {
    throw invalid('options', `The file ${file} cannot be made: ${messageOf(error)}.`);
  });
  try {
    const { name, bytes } = await client.file(`/api/v1/searches/${searchId}/exports`, { shown, format, pictures });
    await handle.writeFile(bytes);
    await handle.sync();
    say(`Exported to ${file}; on record as entry ${/-(\d+)\.[a-z]+$/.exec(name)?.[1] ?? '?'}.`);
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
};

/** Which characters differ, such as `8 for B at 2`. */
const why = ({ match }: Searched['results'][number]): string =>
  !match || match.kind === 'exact' || match.kind === 'wildcard' || match.kind === 'corrected'
    ? (match?.kind ?? '')
    : `misread? ${match.differs
        .map(({ asked, read, at }) =>
          read === null
            ? `lacks ${asked} at ${at + 1}`
            : asked === null
              ? `${read} too many at ${at + 1}`
              : `${read} for ${asked} at ${at + 1}`,
        )
        .join(', ')} (${(match.likelihood ?? 0).toPrecision(2)})`;

/** What was said last of an own read. */
const said = ({ reviews: [newest] }: Searched['results'][number]): string =>
  newest
    ? `${newest.verdict}ed${newest.corrected === null ? '' : ` to ${newest.corrected}`} by ${newest.by.login}`
    : '';

/** The way from the passage before, such as `11.1 km in 10 min, 67 km/h`. */
const way = ({ leg }: Searched['results'][number]): string => {
  if (!leg) return '';
  const far = leg.metres === null ? 'unknown distance' : `${(leg.metres / 1000).toFixed(1)} km`;
  const speed = leg.kmh === null ? '' : `, ${leg.kmh.toFixed(0)} km/h`;
  return `${far} in ${(leg.seconds / 60).toFixed(1)} min${speed}`;
};

const table = (told: Searched): void => {
  const names = new Map(told.agencies.map(({ agencyId, slug }) => [agencyId, slug]));
  for (const each of told.results)
    answer(
      [
        each.plate.padEnd(12),
        `${Math.round(each.confidence * 100)} %`.padStart(5),
        each.capturedAt.slice(0, 19).replace('T', ' '),
        `${names.get(each.agencyId) ?? each.agencyId} ${each.camera.name ?? ''}`.padEnd(32),
        [why(each), sayTold(each), said(each), way(each)].filter(Boolean).join('  '),
      ].join('  '),
    );
  say(
    `${told.results.length} found${told.more ? ', and there are more' : ''}; on record as entry ${told.receipt.entry}.`,
  );
  if (told.next !== null) say(`For what comes next, ask the same with --after ${told.next}`);
  for (const { slug, because } of told.agencies) if (because) say(`${slug} was not searched: ${because}`);
};

export const searchCommand = (): Command =>
  withReadFilters(
    signingIn(
      new Command('search').description("search reads, as an officer: own, and other agencies' under a grant"),
      'an officer or supervisor of that agency',
    ),
  )
    .option('--plate <plate>', 'the plate; ? stands for one unknown character and * for several')
    .requiredOption('--purpose <purpose>', "one of the agency's purposes, such as stolen-vehicle")
    .requiredOption('--case <number>', 'the case')
    .requiredOption('--reason <text>', 'why, in words; kept in the log of every agency that answers')
    .addOption(
      new Option(
        '--fuzzy <differences>',
        'find misread plates too: characters that look alike, and so many others',
      ).choices(['0', '1', '2']),
    )
    .option('--in <agencies...>', 'agencies to ask, by short name (default: the own one)')
    .option('--from <time>', 'from when on (default: 30 days ago; a day ago without a plate)', moment)
    .option('--to <time>', 'until when', moment)
    .option('--area <borders>', 'only cameras that stand there: north,south,east,west in degrees', borders)
    .option('--after <next>', 'the next page: what the answer before gave for it')
    .option('--limit <rows>', 'results at most (default: 100)', rows)
    .option('--passages', 'one result a passage instead of one a read')
    .addOption(
      new Option('--travel', 'the passages of one plate with the way and time between them').conflicts('passages'),
    )
    .option('--self', 'say that it is made for the own agency, where the law asks for whom')
    .option('--json', 'the whole answer as JSON')
    .option('--export <file>', 'what was found as a file, .csv or .pdf; an entry of its own', (file: string) => {
      if (!/\.(csv|pdf)$/.test(file)) throw new InvalidArgumentError('It must end with .csv or .pdf.');
      return file;
    })
    .addOption(
      new Option('--pictures <which>', 'in a PDF: the plates cut out, or those and the full pictures').choices([
        'crops',
        'frames',
      ]),
    )
    .action(search);
