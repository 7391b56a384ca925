// `plateward audit export`: an agency's log as one file that anyone can verify. Without a login it holds what is public; as a member
// who may read the log, also the opened values that he may see, and that he took them is itself an entry.
import { open } from 'node:fs/promises';
import { Command } from 'commander';
import { invalid, messageOf } from '../core/errors.js';
import { addressOf, asMember, urlHelp } from './as-member.js';
import { openedFor, withOpened } from './log-opened.js';
import { logAt, overHttp } from './log-source.js';
import { answer } from './say.js';

interface Options {
  readonly agency: string;
  readonly out: string;
  readonly as?: string;
  readonly url?: string;
}

/** Lines written at once. */
const linesMax = 1000;

const run = async ({ agency, out, as, url }: Options): Promise<void> => {
  const address = await addressOf(url);
  const { key, checkpoint, entries } = await logAt(overHttp(`${address}/log/${encodeURIComponent(agency)}`));
  const size = Number(checkpoint.split('\n')[1]);
  const opened =
    as === undefined ? undefined : await asMember({ agency, as, url: address }, (client) => openedFor(client, size));
  const file = await open(out, 'wx').catch((error: unknown) => {
    throw invalid('options', `The file ${out} cannot be made: ${messageOf(error)}.`);
  });
  try {
    const lines = [JSON.stringify({ bundle: 'plateward-log-1', key, checkpoint, complete: true, entries: size })];
    const flush = async (): Promise<void> => {
      if (lines.length > 0) await file.write(`${lines.splice(0).join('\n')}\n`);
    };
    for await (const { leaf, ...line } of opened ? withOpened(entries, opened) : entries) {
      lines.push(JSON.stringify({ ...line, leaf: Buffer.from(leaf).toString('base64') }));
      if (lines.length >= linesMax) await flush();
    }
    await flush();
    await file.sync();
  } finally {
    await file.close();
  }
  answer(`${size} entries of ${agency} are in ${out}. Check it with: plateward verify ${out}`);
};

export const auditCommand = (): Command =>
  new Command('audit').addCommand(
    new Command('export')
      .description("an agency's log as one file that anyone can verify (docs/log.md)")
      .requiredOption('--agency <short name>', 'the agency, such as springfield-pd')
      .requiredOption('--out <file>', 'where to write it; must not exist')
      .option(
        '--as <login>',
        'with the values that this member may see; the password is asked for, or PLATEWARD_PASSWORD',
      )
      .option('--url <address>', urlHelp)
      .action(run),
  );
