// `plateward audit export`: an agency's log as one file that anyone can verify. Without a login it holds what is public; as a member
// who may read the log, also the opened values that he may see, and that he took them is itself an entry.
import { open } from 'node:fs/promises';
import { Command, InvalidArgumentError } from 'commander';
import { headOf, lineOf, partOf } from '../audit-verify/part.js';
import { invalid, messageOf } from '../core/errors.js';
import { addressOf, asMember, urlHelp } from './as-member.js';
import { auditEntriesCommand } from './audit-entries.js';
import { auditDiscloseCommand } from './audit-disclose.js';
import { auditReconcileCommand } from './audit-reconcile.js';
import { openedFor, withOpened } from './log-opened.js';
import { logAt, overHttp } from './log-source.js';
import { nodeArithmetic } from './node-arithmetic.js';
import { answer } from './say.js';

interface Options {
  readonly agency: string;
  readonly out: string;
  readonly as?: string;
  readonly url?: string;
  readonly from?: number;
  readonly to?: number;
}

const number = (text: string): number => {
  if (!/^[0-9]{1,15}$/.test(text)) throw new InvalidArgumentError('It must be the number of an entry, from 0.');
  return Number(text);
};

/** Lines written at once. */
const linesMax = 1000;

const run = async ({ agency, out, as, url, from, to }: Options): Promise<void> => {
  const address = await addressOf(url);
  const {
    key,
    keys,
    checkpoint,
    entries: published,
  } = await logAt(overHttp(`${address}/log/${encodeURIComponent(agency)}`));
  const size = Number(checkpoint.split('\n')[1]);
  const complete = from === undefined && to === undefined;
  if ((from ?? 0) >= size || (to ?? size) < (from ?? 0))
    throw invalid(
      'options',
      `The log has the entries 0 to ${size - 1}; there is nothing from ${from ?? 0} to ${to ?? size - 1}.`,
    );
  const opened =
    as === undefined ? undefined : await asMember({ agency, as, url: address }, (client) => openedFor(client, size));
  const file = await open(out, 'wx').catch((error: unknown) => {
    throw invalid('options', `The file ${out} cannot be made: ${messageOf(error)}.`);
  });
  const bundled = { key, ...(keys && { keys }), checkpoint, complete };
  const all = withOpened(published, opened ?? new Map());
  let count = 0;
  try {
    const lines: string[] = [];
    const flush = async (): Promise<void> => {
      if (lines.length > 0) await file.write(`${lines.splice(0).join('\n')}\n`);
    };
    const write = async (line: string): Promise<void> => {
      lines.push(line);
      if (lines.length >= linesMax) await flush();
    };
    if (complete) {
      count = size;
      await write(headOf({ ...bundled, entries: size }));
      for await (const line of all) await write(lineOf(line));
    } else {
      const part = await partOf(nodeArithmetic, all, (entry) => entry >= (from ?? 0) && entry <= (to ?? size - 1));
      count = part.length;
      await write(headOf({ ...bundled, entries: count }));
      for (const line of part) await write(lineOf(line));
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  answer(`${count} entries of ${agency} are in ${out}. Check it with: plateward verify ${out}`);
};

export const auditCommand = (): Command =>
  new Command('audit')
    .addCommand(auditEntriesCommand())
    .addCommand(auditDiscloseCommand())
    .addCommand(auditReconcileCommand())
    .addCommand(
      new Command('export')
        .description("an agency's log as one file that anyone can verify (docs/log.md)")
        .requiredOption('--agency <short name>', 'the agency, such as springfield-pd')
        .requiredOption('--out <file>', 'where to write it; must not exist')
        .option(
          '--as <login>',
          'with the values that this member may see; the password is asked for, or PLATEWARD_PASSWORD',
        )
        .option('--from <entry>', 'only from this entry on; each then comes with its proof', number)
        .option('--to <entry>', 'only up to this entry; each then comes with its proof', number)
        .option('--url <address>', urlHelp)
        .action(run),
    );
