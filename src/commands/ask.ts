// What a command needs to be told and does not find in its options: asked at a terminal, taken from the environment elsewhere.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { invalid } from '../core/errors.js';

/** Reads one line without showing it. */
const hidden = (question: string): Promise<string> =>
  new Promise((resolve, reject) => {
    process.stderr.write(question);
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
    lines.once('SIGINT', () => {
      lines.close();
      process.stderr.write('\n');
      reject(invalid('interrupted', 'Interrupted.'));
    });
    lines.question('', (text) => {
      lines.close();
      process.stderr.write('\n');
      resolve(text);
    });
  });

/**
 * A password: from the environment variable when that is set, else asked for at the terminal, where it is not shown. Never an
 * option, because options are seen by everyone on the machine.
 * @throws PlatewardError `password_missing` when there is no terminal to ask at
 */
export const askPassword = async (question: string, variable: string): Promise<string> => {
  const given = process.env[variable];
  if (given) return given;
  if (!process.stdin.isTTY)
    throw invalid('password_missing', `There is no terminal to ask for the password at: set ${variable}.`);
  const typed = await hidden(`${question}: `);
  if (typed === '') throw invalid('password_missing', 'No password was typed.');
  return typed;
};
