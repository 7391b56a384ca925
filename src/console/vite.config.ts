// How the console is bundled: into dist/console, everything as files of its own under one path, nothing inlined into the page, so
// that the content policy can stay at 'self'.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { packLand, type Topology } from './map/pack-land.js';

/** Natural Earth's coasts and borders, made small: a file of its own that is fetched when a map is shown. */
const land = (): Plugin => ({
  name: 'plateward-land',
  resolveId: (id) => (id === 'plateward:land' ? '\0plateward:land' : undefined),
  load(id) {
    if (id !== '\0plateward:land') return undefined;
    const file = createRequire(import.meta.url).resolve('world-atlas/countries-50m.json');
    const packed = packLand(JSON.parse(readFileSync(file, 'utf8')) as Topology);
    const name = this.emitFile({ type: 'asset', name: 'land.json', source: JSON.stringify(packed) });
    return `export default import.meta.ROLLUP_FILE_URL_${name}`;
  },
});

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  plugins: [land()],
  build: {
    outDir: fileURLToPath(new URL('../../dist/console', import.meta.url)),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: 'es2022',
    sourcemap: false,
    reportCompressedSize: false,
    rolldownOptions: {
      // What the first page needs is one file: each more is a way to the server and back before anything is seen.
      output: { codeSplitting: { groups: [{ name: 'index', tags: ['$initial'] }] } },
      // Libraries mark their files for servers that render; here is none.
      onwarn: (warning, tell) => {
        if (warning.code !== 'MODULE_LEVEL_DIRECTIVE') tell(warning);
      },
    },
  },
  logLevel: 'warn',
});
