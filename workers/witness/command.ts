// `plateward witness`: an outsider's witness of agencies' logs, on a machine of his own. Needs no database, no login and nothing of the
// house but its public addresses and each log's key, best had from the agency itself. What it does is in docs/witness.md.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Fault } from '../../src/audit-verify/bytes.js';
import { parseKey } from '../../src/audit-verify/note.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { invalid, messageOf, PlatewardError } from '../../src/core/errors.js';
import { Alarms } from './alarms.js';
import { askedWitness, askWitnesses, type AskedWitness } from './ask.js';
import { writeDurably } from './durable.js';
import { KeptKeys } from './kept-keys.js';
import { logAddress } from './log-address.js';
import { takeState } from './one-at-a-time.js';
import { serve, type ServedLog } from './serve.js';
import { loadKey, makeKey, type Signer } from './signer.js';
import { tell } from './tell.js';
import { WatchedLog } from './watched.js';

/** Exit status when there is evidence against a log. */
const alarmed = 3;

interface RunOptions {
  readonly log: readonly string[];
  readonly key: readonly string[];
  readonly state: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly every: number;
  readonly patience: number;
  readonly webhook?: string;
  readonly once?: true;
}

/** A verifier key as text. */
const keyOf = async (given: string): Promise<string> => {
  const text = given.includes('+')
    ? given
    : await readFile(given, 'utf8').catch((error: unknown) => {
        throw invalid('options', `The file ${given} cannot be read: ${messageOf(error)}.`);
      });
  try {
    parseKey(nodeArithmetic, text.trim());
    return text.trim();
  } catch (error) {
    if (error instanceof Fault) throw invalid('options', `The key ${given} is of no use: ${error.because}.`);
    throw error;
  }
};

interface AskOptions {
  readonly log: string;
  readonly key: string;
  readonly from: readonly string[];
  readonly out: string;
  readonly quorum?: number;
}

const addressOf = (url: string): string => {
  if (!/^https?:\/\/[^ ]+$/.test(url)) throw invalid('options', `${url} is not the address of a log.`);
  return url;
};

/** `<url>=<key>`; a key has no `=` before its last part, and an address of a witness has none. */
const witnessOf = (given: string): AskedWitness => {
  const at = given.indexOf('=');
  try {
    if (at < 0) throw new Fault('it is not <address>=<key>');
    return askedWitness(nodeArithmetic, addressOf(given.slice(0, at)), given.slice(at + 1));
  } catch (error) {
    if (error instanceof Fault) throw invalid('options', `The witness ${given} is of no use: ${error.because}.`);
    throw error;
  }
};

const ask = async ({ log, key: keyText, from, out, quorum }: AskOptions): Promise<void> => {
  const key = await keyOf(keyText);
  const witnesses = from.map(witnessOf);
  if (witnesses.length === 0) throw invalid('options', 'Name the witnesses to ask: --from <address>=<key>.');
  const names = new Set(witnesses.map((each) => each.key.name));
  if (names.size < witnesses.length) throw invalid('options', 'A witness is named twice.');
  const wanted = quorum ?? witnesses.length;
  try {
    const { note, head, answers } = await askWitnesses(nodeArithmetic, logAddress(addressOf(log)), key, witnesses);
    for (const { witness, because } of answers)
      process.stdout.write(
        because === undefined ? `${witness} cosigned.\n` : `${witness} did NOT cosign: ${because}.\n`,
      );
    const count = answers.filter(({ cosigned }) => cosigned).length;
    const enough = count >= wanted;
    if (enough) await writeDurably(out, note);
    process.exitCode = enough ? 0 : 1;
    process.stdout.write(
      enough
        ? `The head of ${head.size} entries with ${count} cosignatures is in ${out}.\n`
        : `${count} of ${witnesses.length} cosigned the head of ${head.size} entries and ${wanted} are wanted; ${out} stays as it is.\n`,
    );
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw invalid('witness_ask', `The log shows no head to cosign: ${error.because}.`);
  }
};

/** A log's folder in the state: its name holds what no file's name may. */
const folderOf = (state: string, origin: string): string =>
  path.join(state, createHash('sha256').update(origin).digest('hex').slice(0, 32));

const openLogs = async (options: RunOptions, signer: Signer): Promise<Map<string, ServedLog>> => {
  const { log: urls, key: keys, state, webhook, patience } = options;
  if (urls.length === 0 || urls.length !== keys.length)
    throw invalid('options', 'Give --log and --key for each log, in the same order.');
  const logs = new Map<string, ServedLog>();
  for (const [at, url] of urls.entries()) {
    addressOf(url);
    const key = await keyOf(keys[at]!);
    const { name } = parseKey(nodeArithmetic, key);
    if (logs.has(name)) throw invalid('options', `The log ${name} is named twice.`);
    const folder = folderOf(state, name);
    const evidence = path.join(folder, 'alarms');
    const alarms = await Alarms.open(evidence, signer.key.name, webhook);
    const patienceMs = patience * 1000;
    const address = logAddress(url);
    const kept = await KeptKeys.open(nodeArithmetic, key, folder);
    const parts = { arithmetic: nodeArithmetic, keys: kept, signer, address, folder, alarms, patienceMs };
    logs.set(name, { log: await WatchedLog.open(parts), evidence });
  }
  return logs;
};

const toldToStop = (stop: AbortController): void => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => stop.abort());
};

const pause = (seconds: number, { signal }: AbortController): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    const early = (): void => {
      clearTimeout(timer);
      resolve();
    };
    if (signal.aborted) early();
    else signal.addEventListener('abort', early, { once: true });
  });

const run = async (options: RunOptions): Promise<void> => {
  const signer = await loadKey(options.state);
  const giveBack = await takeState(options.state);
  const logs = await openLogs(options, signer);
  const all = [...logs.values()].map(({ log }) => log);
  const stop = new AbortController();
  toldToStop(stop);
  const round = () => Promise.all(all.map((log) => log.follow()));
  if (options.once) await round();
  else {
    const { host, port } = options.listen;
    const served = await serve(host, port, signer, logs);
    tell('ready', undefined, `The witness ${signer.key.name} follows ${all.length} logs.`, {
      address: `http://${host.includes(':') ? `[${host}]` : host}:${served.port}`,
      key: signer.vkey,
      alarms: all.reduce((sum, { alarms }) => sum + alarms.length, 0),
    });
    while (!stop.signal.aborted) {
      await round();
      await pause(options.every, stop);
    }
    await served.close();
  }
  await Promise.all(all.map((log) => log.close()));
  await giveBack();
  const evidence = all.some(({ alarms }) => alarms.length > 0);
  process.exitCode = evidence ? alarmed : options.once && all.some(({ trouble }) => trouble !== undefined) ? 1 : 0;
  tell('stopped', undefined, evidence ? 'There is evidence against a log.' : 'There is no evidence against any log.');
};

const each = (value: string, before: readonly string[]): string[] => [...before, value];
const seconds = (value: string): number => {
  const number = Number(value);
  if (!(number > 0 && number <= 86_400)) throw new InvalidArgumentError('It is a number of seconds, at most a day.');
  return number;
};
const whole = (value: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(value)) throw new InvalidArgumentError('It is a number from 1.');
  return Number(value);
};
const listen = (value: string): RunOptions['listen'] => {
  const found = /^(?:\[([0-9a-fA-F:]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(value);
  const port = Number(found?.[3]);
  if (!found || port > 65_535) throw new InvalidArgumentError('It is host:port, such as 127.0.0.1:8790.');
  return { host: found[1] ?? found[2]!, port };
};
const webhook = (value: string): string => {
  if (!/^https?:\/\/[^ ]+$/.test(value)) throw new InvalidArgumentError('It is an address, https://….');
  return value;
};

// Started with a channel to a parent, we stop in order when that is gone; the channel alone does not keep us.
process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

const program = new Command('plateward witness')
  .description(
    "Witness of agencies' logs: follows them, cosigns what grew, keeps what it saw, cries out about a fork or a roll-back.",
  )
  .showHelpAfterError();
program
  .command('key')
  .description("make the witness's key in its state folder, or show the public part of the one that is there")
  .requiredOption('--state <folder>', 'folder that the witness keeps what it saw in')
  .option('--name <name>', 'what the witness is called, such as council.example.org/witness')
  .action(async ({ state, name }: { readonly state: string; readonly name?: string }) => {
    const signer = name === undefined ? await loadKey(state) : await makeKey(state, name);
    process.stdout.write(`${signer.vkey}\n`);
  });
program
  .command('run')
  .description('follow logs, and serve what was cosigned')
  .requiredOption('--state <folder>', 'folder with its key, where it keeps what it saw')
  .option('--log <url>', "a log's address, https://…/log/<agency>; again for each further log", each, [])
  .option(
    '--key <key>',
    "that log's verifier key, or any that it had, or a file that holds it; in the order of the logs",
    each,
    [],
  )
  .option('--listen <host:port>', 'where to serve', listen, { host: '127.0.0.1', port: 8790 })
  .option('--every <seconds>', 'how often each log is looked at', seconds, 10)
  .option('--patience <seconds>', 'how long a log may fail to show that it grew before that is an alarm', seconds, 600)
  .option('--webhook <url>', 'where alarms are sent too, as JSON', webhook)
  .option('--once', 'look at each log once, serve nothing; exit 3 with evidence against a log, 1 with trouble')
  .action(run);
program
  .command('ask')
  .description("have witnesses cosign a log's newest head, and keep it with their cosignatures")
  .requiredOption('--log <url>', "the log's address")
  .requiredOption('--key <key>', "the log's verifier key, or a file that holds it")
  .option('--from <url=key>', 'a witness: its address and its verifier key; again for each', each, [])
  .option('--quorum <count>', 'how many are enough (default: all)', whole)
  .requiredOption('--out <file>', 'where the head is written when there are enough; what was there is replaced')
  .action(ask);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`plateward: ${error instanceof PlatewardError ? error.publicMessage : messageOf(error)}\n`);
  process.exit(1);
}
