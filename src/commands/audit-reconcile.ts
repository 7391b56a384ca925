// `plateward audit reconcile`: the logs of two agencies held against each other, each verified first. What one asked of the other must stand in
// both; what does not is told in plain words. It needs no session and no trust in whoever runs either house.
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../audit-verify/bytes.js';
import type { EntryLine } from '../audit-verify/entries.js';
import { reconcile, SharedEntries, type Difference, type Reconciled } from '../audit-verify/reconcile.js';
import { verifyLog, type LogToVerify } from '../audit-verify/verify.js';
import { invalid } from '../core/errors.js';
import { openLog } from './log-source.js';
import { nodeArithmetic } from './node-arithmetic.js';
import { answer } from './say.js';
import { given } from './verify.js';

interface Options {
  readonly keyA?: string;
  readonly keyB?: string;
  readonly settle: number;
  readonly json?: true;
}

/** Whose log a head says that it is; the verifier holds that against the key. */
const agencyOf = ({ checkpoint }: LogToVerify, place: string): string => {
  const agency = /^plateward\/log\/([0-9a-f-]{36})\n/.exec(checkpoint)?.[1];
  if (agency === undefined) throw new Fault(`the head at ${place} does not say whose log it is`);
  return agency;
};

async function* seenBy(shared: SharedEntries, entries: LogToVerify['entries']): AsyncGenerator<EntryLine> {
  for await (const line of entries) {
    yield line;
    // The verifier asks for the next line only once this one held.
    shared.take(line);
  }
}

const gather = async (log: LogToVerify, place: string, own: string, other: string): Promise<SharedEntries> => {
  if (!log.complete) throw new Fault(`${place} is a part of a log; what it lacks may be in the rest: take it whole`);
  const shared = new SharedEntries(own, other);
  try {
    await verifyLog(nodeArithmetic, { ...log, entries: seenBy(shared, log.entries) });
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw new Fault(`the log at ${place} does not hold: ${error.because}`, error.entry);
  }
  return shared;
};

const names: Readonly<Record<string, string>> = {
  'read.search': 'The search',
  'read.picture': 'The picture shown in',
  'read.export': 'The file of the search',
  'refusal.count': 'The count of refusals from',
};

const sentence = (each: Difference, place: (agency: string) => string): string => {
  const step = `The step ${each.kind} of ${each.kind.startsWith('opening.') ? 'opening' : 'grant'}`;
  const what = `${names[each.kind] ?? step} ${each.id ?? 'that was refused'}`;
  const where = `by ${place(each.by)} at ${new Date(each.at * 1000).toISOString()}, entry ${each.entry} in the log of ${place(each.log)}`;
  if (each.otherEntry !== undefined)
    return `${what} (${where}) is told otherwise in entry ${each.otherEntry} of the log of ${place(each.otherLog)}.`;
  const unless = each.withheld > 0 ? `, unless it is one of the ${each.withheld} entries withheld there` : '';
  return `${what} (${where}) is missing in the log of ${place(each.otherLog)}${unless}.`;
};

const tell = (found: Reconciled, place: (agency: string) => string): void => {
  answer(`${found.bound} entries stand in both logs alike.`);
  if (found.tooNew > 0)
    answer(`${found.tooNew} are too new to be missed: the other log was taken before they had to be in it.`);
  if (found.unbindable > 0)
    answer(`${found.unbindable} refusals were told without what was asked, so nothing can be bound to them.`);
  for (const each of found.differences) answer(sentence(each, place));
  answer(
    found.differences.length === 0 ? 'The logs agree.' : `THE LOGS DISAGREE in ${found.differences.length} places.`,
  );
};

const run = async (placeA: string, placeB: string, options: Options): Promise<void> => {
  try {
    const keyOf = (key: string | undefined): Promise<string> | undefined =>
      key === undefined ? undefined : given(key);
    const logA = await openLog(placeA, await keyOf(options.keyA));
    const logB = await openLog(placeB, await keyOf(options.keyB));
    const [a, b] = [agencyOf(logA, placeA), agencyOf(logB, placeB)];
    if (a === b)
      throw invalid('options', "Both are the log of one agency; give two agencies' logs, or use verify --earlier.");
    const found = reconcile(await gather(logA, placeA, a, b), await gather(logB, placeB, b, a), options.settle);
    if (found.differences.length > 0) process.exitCode = 1;
    if (options.json) answer(JSON.stringify({ agrees: found.differences.length === 0, a, b, ...found }));
    else tell(found, (agency) => (agency === a ? placeA : placeB));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.exitCode = 1;
    const { because, entry } = error;
    if (options.json) answer(JSON.stringify({ agrees: false, ...(entry !== undefined && { entry }), because }));
    else answer(`CANNOT BE COMPARED${entry === undefined ? '' : `, at entry ${entry}`}: ${because}.`);
  }
};

export const auditReconcileCommand = (): Command =>
  new Command('reconcile')
    .description("two agencies' logs held against each other: what one has and the other lacks (docs/log.md)")
    .argument('<log A>', "a bundle, a folder with a copy of a log's addresses, or the address of a log")
    .argument('<log B>', "the other agency's, likewise")
    .option('--key-a <key>', 'verifier key of log A, or a file that holds it (default: the one that comes with it)')
    .option('--key-b <key>', 'verifier key of log B, or a file that holds it (default: the one that comes with it)')
    .option(
      '--settle <seconds>',
      "how long before a log's end an entry of the other is not missed yet",
      (value: string) => {
        if (!/^\d{1,6}$/.test(value)) throw new InvalidArgumentError('It is a number of seconds from 0.');
        return Number(value);
      },
      60,
    )
    .option('--json', 'answer with one JSON object')
    .action(run);
