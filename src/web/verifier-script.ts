// The verifier as one script without imports, made from the very modules that `plateward verify` runs, for pages that check a log in a browser: the offline one
// that a command writes, and the one beside each public page.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Script } from 'node:vm';
import { unavailable } from '../core/errors.js';

/** Modules of the verifier, each after those that it imports. */
const modules = [
  'bytes',
  'sha256',
  'merkle',
  'note',
  'cosignature',
  'succession',
  'entries',
  'bundle',
  'tiles',
  'numbers',
  'openings',
  'sharing',
  'verify',
  'published',
] as const;

/** What the modules need of a browser, and the functions that pages call. */
const glue = `
const browserArithmetic = {
  sha256,
  ed25519: async (publicKey, message, signature) => {
    if (publicKey.length !== 32 || signature.length !== 64) return false;
    const key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
    return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, message);
  },
};
const checked = async (make) => {
  try {
    return { holds: true, ...(await verifyLog(browserArithmetic, await make())) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { holds: false, because: error.because, entry: error.entry };
  }
};
const checkBundle = (text, key, earlier, witnesses) =>
  checked(async () => {
    const lines = text.split('\\n');
    if (lines.at(-1) === '') lines.pop();
    const header = parseHeader(lines[0] ?? '');
    return { ...header, key: key || header.key, entries: entriesOf(lines.slice(1), header), earlier, witnesses };
  });
const checkPublished = (fetchOne, key, note, earlier) =>
  checked(async () => ({ ...(await logAt(fetchOne, key, note)), earlier }));
`;

/**
 * @param folder of the compiled modules
 */
export const verifierScript = async (folder: string): Promise<string> => {
  const parts = await Promise.all(
    modules.map(async (name) => {
      const code = await readFile(path.join(folder, `${name}.js`), 'utf8');
      return code
        .replace(/^import [^;]*;$/gm, '')
        .replace(/^export \{\};$/gm, '')
        .replace(/^export /gm, '')
        .replace(/^\/\/# sourceMappingURL=.*$/gm, '');
    }),
  );
  const script = `'use strict';\n${parts.join('\n')}\n${glue}`;
  // Two modules with one name for different things, or an import that stayed, end here and not in somebody's browser.
  void new Script(script);
  return script;
};

/** Where the compiled modules lie, seen from what was built and from the sources. */
const places = ['../audit-verify', '../../dist/src/audit-verify'].map((place) =>
  path.resolve(import.meta.dirname, place),
);

/** @throws PlatewardError 503 `verifier_missing` */
export const builtVerifier = (): Promise<string> => {
  const folder = places.find((place) => existsSync(path.join(place, 'verify.js')));
  if (!folder)
    throw unavailable('verifier_missing', 'The verifier is not built here; the operator runs `npm run build`.');
  return verifierScript(folder);
};
