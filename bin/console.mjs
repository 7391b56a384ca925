// Bundles the web console into dist/console with Vite, when one of its sources is newer than what was bundled. `npm run build`, the
// launcher and the tests call it; it needs no network.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { fileURLToPath, pathToFileURL } from 'node:url';

const folder = 'src/console';
/** What the console may import besides its own files; a change of any of it bundles anew. */
const shared = ['src/core', 'src/audit-verify'];

const filesOf = (root, name) =>
  readdirSync(path.join(root, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.spec.ts'))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));

const stampOf = (root) => {
  const stamp = createHash('sha256');
  for (const file of [
    ...filesOf(root, folder),
    ...shared.flatMap((name) => filesOf(root, name)),
    path.join(root, 'package-lock.json'),
  ].sort()) {
    const { size, mtimeMs } = statSync(file);
    stamp.update(`${path.relative(root, file)} ${size} ${mtimeMs}\n`);
  }
  return stamp.digest('hex');
};
const record = (root) => path.join(root, 'dist/console/.built');

/** Whether dist/console is what the sources say. */
export const consoleBuilt = (root) =>
  existsSync(path.join(root, 'dist/console/index.html')) &&
  existsSync(record(root)) &&
  readFileSync(record(root), 'utf8') === stampOf(root);

/** Bundles the console. @throws Error with the bundler's own words */
export const buildConsole = async (root) => {
  const stamp = stampOf(root);
  rmSync(record(root), { force: true });
  const { build } = await import('vite');
  await build({ configFile: path.join(root, folder, 'vite.config.ts'), logLevel: 'warn' });
  // Compressed once here rather than at every request.
  const assets = path.join(root, 'dist/console/assets');
  for (const name of readdirSync(assets).filter((each) => /\.(?:js|css|json)$/.test(each))) {
    const bytes = readFileSync(path.join(assets, name));
    writeFileSync(path.join(assets, `${name}.gz`), gzipSync(bytes, { level: 9 }));
    writeFileSync(path.join(assets, `${name}.br`), brotliCompressSync(bytes));
  }
  writeFileSync(record(root), stamp);
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const root = fileURLToPath(new URL('..', import.meta.url));
  if (!consoleBuilt(root)) await buildConsole(root);
}
