// `plateward search-places`: plates that were seen at several places, each in its time, from a terminal; the same as over HTTP, with purpose,
// case and reason. It shows where and when each plate was read, and a refused agency with its reason.
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { readFilters, withReadFilters, type ReadFilterOptions } from './read-filters.js';
import { answer, say } from './say.js';
import { sayTold, toldDirection, toldVehicle } from './told.js';

const searched = z.looseObject({
  results: z.array(
    z.looseObject({
      plate: z.string(),
      seen: z.array(
        z.looseObject({
          agencyId: z.string(),
          capturedAt: z.string(),
          confidence: z.number(),
          camera: z.looseObject({ name: z.string().nullable() }),
          vehicle: toldVehicle.nullable(),
          direction: toldDirection.nullable(),
        }),
      ),
    }),
  ),
  more: z.boolean(),
  complete: z.boolean(),
  agencies: z.array(z.looseObject({ agencyId: z.string(), slug: z.string(), because: z.string().optional() })),
  receipt: z.looseObject({ entry: z.number() }),
});

interface Place {
  readonly cameraIds?: readonly string[];
  readonly area?: object;
  readonly from: string;
  readonly to: string;
}

interface Options extends AsMember, ReadFilterOptions {
  readonly place: readonly Place[];
  readonly purpose: string;
  readonly case: string;
  readonly reason: string;
  readonly in?: readonly string[];
  readonly limit?: number;
  readonly self?: true;
  readonly json?: true;
}

const wrong =
  'It must be cameras or an area, @ and the time: camera-id,camera-id@2026-11-22T20:00Z/2026-11-22T21:00Z or north,south,east,west@….';

/** `where@from/to`; places before it are kept. */
const placeOf = (text: string, before: readonly Place[] = []): Place[] => {
  const [, where = '', since = '', until = ''] = /^([^@]+)@([^/]+)\/([^/]+)$/.exec(text) ?? [];
  const [from, to] = [new Date(since), new Date(until)];
  if (Number.isNaN(+from) || Number.isNaN(+to)) throw new InvalidArgumentError(wrong);
  const parts = where.split(',').map((part) => part.trim());
  const [north, south, east, west, ...more] = parts.map((part) => (part === '' ? NaN : Number(part)));
  const isArea = more.length === 0 && [north, south, east, west].every((value) => Number.isFinite(value));
  const at = isArea ? { area: { north, south, east, west } } : { cameraIds: parts };
  return [...before, { ...at, from: from.toISOString(), to: to.toISOString() }];
};

const plates = (text: string): number => {
  if (!/^\d{1,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number, at most 100.');
  return Number(text);
};

const search = async (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const { place, purpose, reason, limit } = options;
    const told = await client.post(
      '/api/v1/searches/places',
      {
        ...{ places: place, purpose, reason, limit, caseNumber: options.case, agencies: options.in },
        ...readFilters(options),
        onBehalfOf: options.self ? 'self' : undefined,
      },
      searched,
    );
    if (options.json) return answer(JSON.stringify(told));
    const names = new Map(told.agencies.map(({ agencyId, slug }) => [agencyId, slug]));
    for (const { plate, seen } of told.results)
      for (const [n, { agencyId, camera, capturedAt, confidence, vehicle, direction }] of seen.entries())
        answer(
          [
            (n === 0 ? plate : '').padEnd(12),
            `${Math.round(confidence * 100)} %`.padStart(5),
            capturedAt.slice(0, 19).replace('T', ' '),
            `${names.get(agencyId) ?? agencyId} ${camera.name ?? ''}`.trimEnd().padEnd(32),
            sayTold({ vehicle, direction }),
          ]
            .join('  ')
            .trimEnd(),
        );
    say(
      `${told.results.length} plates${told.more ? ', and there are more' : ''}; on record as entry ${told.receipt.entry}.`,
    );
    if (!told.complete) say('Not all that was seen could be compared: ask for shorter times or fewer cameras.');
    for (const { slug, because } of told.agencies) if (because) say(`${slug} was not searched: ${because}`);
  });

export const searchPlacesCommand = (): Command =>
  withReadFilters(
    signingIn(
      new Command('search-places').description('search plates that were seen at each of several places, as an officer'),
      'an officer or supervisor of that agency',
    ),
  )
    .requiredOption(
      '--place <where@from/to>',
      'cameras or an area, and when; once for each place, at least two',
      placeOf,
    )
    .requiredOption('--purpose <purpose>', "one of the agency's purposes, such as stolen-vehicle")
    .requiredOption('--case <number>', 'the case')
    .requiredOption('--reason <text>', 'why, in words; kept in the log of every agency that answers')
    .option('--in <agencies...>', 'agencies to ask, by short name (default: the own one)')
    .option('--limit <plates>', 'plates at most (default: 100)', plates)
    .option('--self', 'say that it is made for the own agency, where the law asks for whom')
    .option('--json', 'the whole answer as JSON')
    .action(search);
