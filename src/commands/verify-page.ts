// `plateward verify-page`: the verifier as one page that runs in a browser, offline, by double click. Made from the very modules that
// `plateward verify` runs; only hashing and signatures are the browser's. The page may load nothing and speak with nobody.
import { writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { invalid, messageOf } from '../core/errors.js';
import { builtVerifier } from '../web/verifier-script.js';
import { answer } from './say.js';

const onPage = `
const field = (id) => document.getElementById(id);
const textOf = async (file) => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(await file.arrayBuffer());
field('check').addEventListener('click', async () => {
  const out = field('out');
  const [bundle] = field('bundle').files;
  const [earlier] = field('earlier').files;
  if (!bundle) return void (out.textContent = 'Choose a bundle first.');
  out.textContent = 'Checking…';
  try {
    const keys = field('witnesses').value.split('\\n').map((line) => line.trim()).filter((line) => line !== '');
    const witnesses = keys.length === 0 ? undefined : { keys, quorum: field('quorum').value === '' ? keys.length : Number(field('quorum').value) };
    const found = await checkBundle(await textOf(bundle), field('key').value.trim(), earlier && (await textOf(earlier)), witnesses);
    if (!found.holds) {
      out.textContent = 'DOES NOT HOLD' + (found.entry === undefined ? '' : ', at entry ' + found.entry) + ': ' + found.because + '.';
      return;
    }
    const days = Object.entries(found.days).sort().flatMap(([day, counts]) => [
      day, ...Object.entries(counts).sort().map(([what, count]) => '  ' + String(count).padStart(8) + '  ' + what),
    ]);
    out.textContent = [
      'HOLDS. ' + found.log + ': ' + found.size + ' entries in the signed tree, ' + found.entries + ' of them here.',
      'Withheld: ' + found.withheld + '. Personal fields opened, each as it was committed to: ' + found.opened + '.',
      ...(found.destroyed ?? []).map(({ period, entry, at }) => 'The personal values of ' + period + ' were destroyed by two administrators of the agency on ' + at + ', entry ' + entry + '.'),
      found.earlierSize === undefined ? 'No earlier checkpoint was given.' : 'Grew out of the earlier checkpoint of ' + found.earlierSize + ' entries.',
      found.cosigned ? 'The head of ' + found.cosigned.size + ' entries was cosigned by ' + found.cosigned.by.map(({ witness }) => witness).join(', ') + '.' : 'No witness was asked for.',
      field('key').value.trim() ? '' : 'Under the key that came with it: compare that with the one the agency publishes elsewhere.',
      '', ...days, '', ...(found.numbers ? ['In numbers:', JSON.stringify(found.numbers, null, 2)] : []),
    ].join('\\n');
  } catch (error) {
    out.textContent = 'This could not be checked here: ' + error.message;
  }
});
`;

const pageOf = (script: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="content-security-policy" content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'">
<title>Check a log</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem;color:#1b1f24;background:#fff}label{display:block;margin:1rem 0 .2rem}input[type=text],textarea{width:100%;box-sizing:border-box;font:inherit}button{margin:1.5rem 0;font:inherit;padding:.4rem 1.2rem}pre{white-space:pre-wrap;border-top:1px solid #888;padding-top:1rem}@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#15181c}}</style></head>
<body><main><h1>Check a log</h1>
<p>This page works offline and sends nothing anywhere. It checks a bundle of an agency's log: signature, tree, every entry, and that it grew out of a checkpoint that you kept.</p>
<label for="bundle">Bundle (a file that <code>plateward audit export</code> wrote)</label><input type="file" id="bundle">
<label for="key">The log's key, as the agency publishes it</label><input type="text" id="key" autocomplete="off" spellcheck="false">
<label for="earlier">A checkpoint that you kept, if you have one</label><input type="file" id="earlier">
<label for="witnesses">Keys of witnesses who must have cosigned the log's head, or the checkpoint that you kept; one a line</label><textarea id="witnesses" rows="2" spellcheck="false"></textarea>
<label for="quorum">How many of them are enough (empty: all)</label><input type="number" id="quorum" min="1">
<p><button id="check" type="button">Check</button></p>
<pre id="out" role="status" aria-live="polite"></pre></main>
<script>
${script.replaceAll('</script', '<\\/script')}
${onPage}</script></body></html>
`;

const run = async (out: string): Promise<void> => {
  const script = await builtVerifier();
  await writeFile(out, pageOf(script), { flag: 'wx' }).catch((error: unknown) => {
    throw invalid('options', `The file ${out} cannot be made: ${messageOf(error)}.`);
  });
  answer(`The verifier is in ${out}: open it in a browser, with or without a network.`);
};

export const verifyPageCommand = (): Command =>
  new Command('verify-page')
    .argument('<file>', 'where to write the page, such as verify.html; must not exist')
    .action(run);
