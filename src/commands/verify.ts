// `plateward verify`: whether a log holds, from a bundle, a folder or an address, in plain words; or whether a receipt does. Needs no
// session, no database and no trust in whoever runs the house: only the log's key, best had from the agency itself.
import { readFile } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { Fault, fromHex } from '../audit-verify/bytes.js';
import { checkProofUnder } from '../audit-verify/note.js';
import { followKeys, linksOfText, openHead } from '../audit-verify/succession.js';
import { verifyLog, type Verified } from '../audit-verify/verify.js';
import { invalid, messageOf, PlatewardError } from '../core/errors.js';
import { decoded, NoLog } from '../audit-verify/published.js';
import { openLog, overHttp } from './log-source.js';
import { nodeArithmetic } from './node-arithmetic.js';
import { answer } from './say.js';

interface Options {
  readonly key?: string;
  readonly earlier?: string;
  readonly keys?: string;
  readonly receipt?: true;
  readonly json?: true;
  readonly numbers?: true;
  readonly witness: readonly string[];
  readonly quorum?: number;
}

/** A key that stands in a file, or is given itself. @throws PlatewardError `options` */
export const given = async (value: string): Promise<string> =>
  value.includes('+') ? value : (await read(value)).trim();

const read = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: unknown) => {
    throw invalid('options', `The file ${file} cannot be read: ${messageOf(error)}.`);
  });

const receipt = z.looseObject({ entry: z.int().min(0), hash: z.string(), proof: z.string() });
const answerWithReceipt = z.looseObject({ receipt });

/** @param place a file, or an address of a log, that tells how its keys took each other's place; none: there was one key */
const linksAt = async (place: string | undefined) => {
  if (place === undefined) return [];
  if (!/^https?:\/\//.test(place)) return linksOfText(await read(place));
  const found = await overHttp(place.replace(/\/keys$/, ''))('keys');
  return linksOfText(found ? decoded(found) : '');
};

const checkReceipt = async (file: string, keyText: string, keysAt?: string): Promise<string> => {
  let value: unknown;
  try {
    value = JSON.parse(await read(file));
  } catch {
    throw new Fault('the receipt is not JSON');
  }
  const whole = answerWithReceipt.safeParse(value);
  const parsed = whole.success ? { success: true as const, data: whole.data.receipt } : receipt.safeParse(value);
  const hash = parsed.success ? fromHex(parsed.data.hash) : undefined;
  if (!parsed.success || hash?.length !== 32) throw new Fault('the receipt lacks entry, hash or proof');
  const { entry, proof } = parsed.data;
  const key = await followKeys(nodeArithmetic, keyText, await linksAt(keysAt));
  const head = await checkProofUnder(nodeArithmetic, proof, { entry, hash }, (note) =>
    openHead(nodeArithmetic, note, key),
  );
  return `Entry ${entry} is in ${key.name}, in the signed tree of ${head.size} entries.`;
};

const table = ({ days }: Verified): string[] =>
  Object.entries(days)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, counts]) => [
      `  ${day}  ${Object.values(counts).reduce((sum, count) => sum + count, 0)} entries`,
      ...Object.entries(counts)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([what, count]) => `    ${String(count).padStart(8)}  ${what}`),
    ]);

const moment = (seconds: number): string => {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'at no time that there is' : date.toISOString();
};

const sentences = (found: Verified, complete: boolean): string[] => [
  `${found.log}: ${found.size} entries, root ${found.root}.`,
  ...(found.keys
    ? [
        `The log took another key at entry ${found.keys.changedAt.join(', then at ')}; each time the key before signed its last head over that entry.`,
        `Now it is signed with ${found.keys.now}`,
      ]
    : []),
  'The signature of the tree head holds under the key.',
  complete
    ? `All ${found.entries} entries are here, in order; together they have exactly that root.`
    : `${found.entries} of the entries are here; each is proven to be in that tree.`,
  `Each entry that says something says what the log declared that entries of its kind say${found.older > 0 ? `; ${found.older} are older than the first declaration` : ''}.`,
  ...(found.withheld > 0
    ? [`What ${found.withheld} entries say is withheld here; that they exist, and when, is proven.`]
    : []),
  ...(found.opened > 0 ? [`${found.opened} personal fields are opened; each is the one that was committed to.`] : []),
  ...(found.destroyed ?? []).map(
    ({ period, entry, at }) =>
      `The personal values of ${period} were destroyed by two administrators of the agency on ${at}, entry ${entry}: of that month commitments stand here and nothing opens them.`,
  ),
  ...(found.earlierSize === undefined
    ? []
    : [`It grew out of the earlier head of ${found.earlierSize} entries: nothing of them was changed or taken away.`]),
  ...(found.cosigned
    ? [
        `The head of ${found.cosigned.size} entries was cosigned by ${found.cosigned.by.map(({ witness, time }) => `${witness} (${moment(time)})`).join(', ')}.`,
      ]
    : []),
  ...(found.clockWentBack > 0 ? [`The clock went back ${found.clockWentBack} times between two entries.`] : []),
];

/** Exit code where there was nothing to check; a log that does not hold is 1. */
const nothingToCheck = 2;

/** Why there is no log to check at this place; undefined where there is one, and it does not hold. */
const whyNone = (error: unknown, place: string): string | undefined => {
  if (error instanceof NoLog)
    return `There is no log at ${place}: nothing answers to its checkpoint. That is neither a log that holds nor one that does not. The log of an agency stands at <address>/log/<short name>.`;
  return error instanceof PlatewardError && ['log_place', 'log_unreachable'].includes(error.code)
    ? error.publicMessage
    : undefined;
};

const run = async (place: string, options: Options): Promise<void> => {
  const key = options.key === undefined ? undefined : await given(options.key);
  const keys = await Promise.all(options.witness.map(given));
  if (options.quorum !== undefined && keys.length === 0)
    throw invalid('options', 'To want a quorum name the witnesses: --witness <key or file>, once for each.');
  if (options.keys !== undefined && !options.receipt)
    throw invalid('options', 'A log brings its keys along; --keys goes with --receipt.');
  if (options.receipt && keys.length > 0)
    throw invalid('options', 'Witnesses cosign heads of the log, not receipts; verify the log with --witness.');
  try {
    if (options.receipt) {
      if (key === undefined) throw invalid('options', "To check a receipt give the log's key: --key <key or file>.");
      const said = await checkReceipt(place, key, options.keys);
      return answer(options.json ? JSON.stringify({ holds: true, said }) : `${said}\nThe receipt holds.`);
    }
    const earlier = options.earlier === undefined ? undefined : await read(options.earlier);
    const log = await openLog(place, key);
    const witnesses = keys.length === 0 ? undefined : { keys, quorum: options.quorum ?? keys.length };
    const found = await verifyLog(nodeArithmetic, { ...log, earlier, witnesses });
    if (options.json) return answer(JSON.stringify({ holds: true, ...found }));
    for (const line of [...sentences(found, log.complete), 'By day (UTC):', ...table(found)]) answer(line);
    if (options.numbers)
      answer(
        found.numbers
          ? `In numbers, as the agency's public page must have them (docs/transparency.md):\n${JSON.stringify(found.numbers, null, 2)}`
          : 'A part of a log has no numbers; take it whole.',
      );
    answer(
      options.key === undefined
        ? 'The log holds, under the key that came with it. Compare that key with the one the agency publishes elsewhere.'
        : 'The log holds.',
    );
  } catch (error) {
    const none = whyNone(error, place);
    if (none !== undefined) {
      process.exitCode = nothingToCheck;
      return answer(options.json ? JSON.stringify({ holds: null, because: none }) : none);
    }
    if (!(error instanceof Fault)) throw error;
    process.exitCode = 1;
    const { because, entry } = error;
    if (options.json) return answer(JSON.stringify({ holds: false, ...(entry !== undefined && { entry }), because }));
    answer(`DOES NOT HOLD${entry === undefined ? '' : `, at entry ${entry}`}: ${because}.`);
  }
};

export const verifyCommand = (): Command =>
  new Command('verify')
    .argument(
      '<place>',
      "a bundle, a folder with a copy of a log's addresses, or the address of a log: https://…/log/<agency>",
    )
    .option(
      '--keys <place>',
      'with --receipt, of a log that had several keys: its address, or a file with what stands at <address>/keys',
    )
    .option(
      '--key <key>',
      "the log's verifier key, or any that it had, or a file that holds it (default: the one that comes with the log)",
    )
    .option('--earlier <file>', 'a checkpoint that was kept from earlier; the log must have grown out of it')
    .option(
      '--witness <key>',
      'key of a witness, or a file that holds it; again for each: they must have cosigned the head, or the earlier one',
      (value: string, before: readonly string[]): readonly string[] => [...before, value],
      [],
    )
    .option('--quorum <count>', 'how many of the witnesses are enough (default: all)', (value: string) => {
      if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('It is a number from 1.');
      return Number(value);
    })
    .option('--receipt', 'the place is a receipt, or an answer that holds one')
    .option('--numbers', 'also print what the entries say in numbers: what the public page must show')
    .option('--json', 'answer with one JSON object, numbers included')
    .addHelpText('after', '\nExit code: 0 it holds, 1 it does not, 2 there is no log to check.')
    .action(run);
