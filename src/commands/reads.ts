// `plateward reads --follow`: the reads of an agency's own cameras at a terminal, as they come. Looking is on record, ten minutes at a time, with purpose,
// case and reason; how much was shown is told at the end.
import { setTimeout as wait } from 'node:timers/promises';
import { Command } from 'commander';
import { z } from 'zod';
import { asMember, signingIn, type AsMember } from './as-member.js';
import { ApiFault, type MemberClient } from './api-client.js';
import { findCamera } from './camera-find.js';
import { many } from './many.js';
import { answer, say } from './say.js';

interface Options extends AsMember {
  readonly follow: true;
  readonly purpose: string;
  readonly case: string;
  readonly reason: string;
  readonly camera?: readonly string[];
  readonly self?: true;
  readonly minutes?: number;
  readonly json?: true;
}

/** How often it asks, in milliseconds. */
const askMs = 1000;

const receipt = z.object({ entry: z.int() });
const begun = z.object({ id: z.string(), until: z.string(), receipt });
const read = z.looseObject({
  readId: z.string(),
  plate: z.string(),
  confidence: z.number(),
  capturedAt: z.string(),
  camera: z.looseObject({ name: z.string().nullable() }),
});
const told = z.object({ reads: z.array(read), more: z.boolean(), next: z.string() });
const ended = z.object({ rows: z.int(), receipt });

const line = ({ capturedAt, plate, confidence, camera }: z.output<typeof read>): string =>
  [`${capturedAt.slice(0, 19)}Z`, plate.padEnd(10), `${Math.round(confidence * 100)} %`.padStart(5), camera.name].join(
    '  ',
  );

/** One watch, until it is over or `stop` says so. @returns whether its time was over */
const watch = async (
  client: MemberClient,
  { purpose, reason, self, json, ...options }: Options & { readonly cameraIds: readonly string[] | undefined },
  stop: AbortSignal,
): Promise<boolean> => {
  const { cameraIds } = options;
  const body = { purpose, reason, caseNumber: options.case, cameraIds, ...(self && { onBehalfOf: 'self' }) };
  const { id, until, receipt: first } = await client.post('/api/v1/watches', body, begun);
  say(`Looking is on record as entry ${first.entry}, until ${until.slice(11, 19)} UTC.`);
  const seen = new Set<string>();
  let after: string | undefined;
  let over = false;
  while (!stop.aborted && !over) {
    try {
      const query = after === undefined ? '' : `?after=${encodeURIComponent(after)}`;
      const { reads, more, next } = await client.get(`/api/v1/watches/${id}/reads${query}`, told);
      after = next;
      if (more) say('More reads came at once than can be shown; the older are left out.');
      for (const each of reads.filter(({ readId }) => !seen.has(readId))) {
        seen.add(each.readId);
        answer(json ? JSON.stringify(each) : line(each));
      }
      await wait(askMs, undefined, { signal: stop }).catch(() => undefined);
    } catch (error) {
      if (!(error instanceof ApiFault && error.code === 'watch_over')) throw error;
      over = true;
    }
  }
  try {
    const { receipt: last } = await client.delete(`/api/v1/watches/${id}`, ended);
    say(`${seen.size} read${seen.size === 1 ? ' was' : 's were'} shown; that is entry ${last.entry}.`);
  } catch (error) {
    // Its end was told already, by the process that ends what nobody ends.
    if (!(error instanceof ApiFault && error.code === 'watch_over')) throw error;
  }
  return over;
};

const follow = (options: Options): Promise<void> =>
  asMember(options, async (client) => {
    const cameras = await Promise.all((options.camera ?? []).map((each) => findCamera(client, each)));
    const cameraIds = cameras.length > 0 ? cameras.map(({ id }) => id) : undefined;
    const stop = new AbortController();
    const timer = options.minutes && setTimeout(() => stop.abort(), options.minutes * 60_000);
    process.once('SIGINT', () => stop.abort());
    while (await watch(client, { ...options, cameraIds }, stop.signal));
    clearTimeout(timer);
  });

export const readsCommand = (): Command =>
  signingIn(
    new Command('reads').description("reads of the agency's own cameras, as they come"),
    'an officer or supervisor of that agency',
  )
    .requiredOption('--follow', 'show each as it comes, until Ctrl+C')
    .requiredOption('--purpose <purpose>', "what for, of the agency's list")
    .requiredOption('--case <number>', 'the case or incident')
    .requiredOption('--reason <text>', 'why; the log commits to it')
    .option('--camera <names...>', 'only these cameras')
    .option('--self', 'for the own agency; some laws want it said')
    .option('--minutes <count>', 'only so long', many)
    .option('--json', 'one JSON object a line')
    .action(follow);
