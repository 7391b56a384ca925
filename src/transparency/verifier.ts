// The page beside an agency's public page, on which a citizen counts its numbers again in his own browser: the verifier that `plateward verify` runs, which shares no
// code with what made the page, over the log at its public addresses. It asks its own origin alone, keeps the log's key and head in this browser, and sends nothing.
import { createHash } from 'node:crypto';
import { html, Markup } from './html.js';
import { style } from './style.js';

/** What the page does. `figures` is how each figure of the public page is counted from what the verifier found. */
const onPage = `
const place = document.getElementById('main');
const { log, page } = place.dataset;
const field = (id) => document.getElementById(id);
const sum = (rows, of) => rows.reduce((total, row) => total + of(row), 0);
const figures = {
  cameras: ({ cameras }) => cameras.filter(({ until }) => until === null).length,
  reads: ({ reads }) => sum(reads, (row) => row.reads),
  'own-searches': ({ searches }, id) => sum(searches, (row) => (row.agency === id ? row.searches : 0)),
  'others-searches': ({ searches }, id) => sum(searches, (row) => (row.agency === id ? 0 : row.searches)),
  hits: ({ searches }) => sum(searches, (row) => row.found),
  refusals: ({ refusals }) => sum(refusals, (row) => row.refusals),
  agencies: ({ grants, openings }) => {
    const now = Date.now();
    // A grant for emergencies lets in while it is open.
    const opens = ({ id, openingMinutes }) => openingMinutes === null || openings.some(({ grant, opened, ended }) =>
      grant === id && opened !== null && ended === null && now < Date.parse(opened) + openingMinutes * 60_000);
    const live = (grant) => grant.side === 'given' && grant.state === 'approved' && opens(grant) &&
      Date.parse(grant.validFrom) <= now && now < Date.parse(grant.validUntil);
    return new Set(grants.filter(live).map(({ agency }) => agency)).size;
  },
};
const fetched = async (address) => {
  const answer = await fetch(address, { credentials: 'omit', cache: 'no-store' });
  if (!answer.ok) throw new Error(address + ' is answered with ' + answer.status);
  return answer;
};
const fetchOne = async (name) => {
  const answer = await fetch(log + '/' + name, { credentials: 'omit' });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(log + '/' + name + ' is answered with ' + answer.status);
  return new Uint8Array(await answer.arrayBuffer());
};
const keptAt = 'plateward-public ' + log;
const kept = () => {
  try { return JSON.parse(localStorage.getItem(keptAt)) ?? {}; } catch { return {}; }
};
const keep = (what) => {
  try { localStorage.setItem(keptAt, JSON.stringify(what)); } catch { /* A private window may refuse. */ }
};
/** The page as people see it and the same as JSON, of one head: the log may grow between the two. */
const bothPages = async () => {
  for (let tries = 0; tries < 5; tries += 1) {
    const text = await (await fetched(page)).text();
    const json = await (await fetched(page + '.json')).json();
    // Its style would be held to this page's policy.
    const seen = new DOMParser().parseFromString(text.replace(/<style>[^<]*<\\/style>/, ''), 'text/html');
    if (seen.getElementById('checkpoint')?.textContent === json.head.checkpoint) return { seen, json };
  }
  throw new Error('the log grows faster than it is read; try again');
};
const told = (tag, text, className) => {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
};
const show = (className, title, ...rest) => {
  const out = field('out');
  out.className = className;
  out.replaceChildren(told('h2', title), ...rest);
};
const digits = (text) => text.replaceAll(/[^0-9]/g, '');
const row = (cells) => {
  const line = document.createElement('tr');
  cells.forEach((text, at) => {
    const cell = told(at === 0 ? 'th' : 'td', text, at > 0 && at < 3 ? 'number' : '');
    if (at === 0) cell.scope = 'row';
    line.append(cell);
  });
  return line;
};
const check = async () => {
  show('', 'Checking…');
  if (!crypto.subtle) return show('missing', 'This browser cannot check signatures here', told('p', 'It does so over https and on localhost only.'));
  const { seen, json } = await bothPages();
  const before = kept();
  const typed = field('key').value.trim();
  const published = await fetchOne('key');
  if (!published && !(await fetchOne('checkpoint')))
    return show('missing', 'There is no log at this address', told('p', 'Nothing is published at ' + log + ', so there is nothing to check: that is neither a log that holds nor one that does not. Ask the agency where its log is.'));
  const now = new TextDecoder().decode(published).trim();
  const key = typed || before.key || now;
  const found = await checkPublished(fetchOne, key, json.head.checkpoint, before.key === key ? before.checkpoint : undefined);
  // A key that the log itself put in the place of the one before is followed; any other is for a person to decide on.
  if (!found.holds && !typed && before.key && before.key !== now && /none that this log has had|not signed with this key|of another log/.test(found.because))
    return show('missing', 'The log is signed with another key than this browser saw before',
      told('p', 'Get the key from the agency on another way, and put it into the field above.'),
      told('p', 'Before: ' + before.key), told('p', 'Now: ' + now));
  if (!found.holds)
    return show('missing', 'DOES NOT HOLD', told('p', (found.entry === undefined ? '' : 'At entry ' + found.entry + ': ') + found.because + '.'));
  const signs = found.keys?.now ?? key;
  keep({ key: signs, checkpoint: json.head.checkpoint });
  const table = document.createElement('table');
  const head = document.createElement('thead');
  const names = document.createElement('tr');
  for (const name of ['Number', 'On the page', 'Counted here', 'Verdict']) names.append(Object.assign(told('th', name), { scope: 'col' }));
  head.append(names);
  const body = document.createElement('tbody');
  let other = 0;
  for (const dd of seen.querySelectorAll('[data-figure]')) {
    const counted = figures[dd.dataset.figure]?.(found.numbers, json.agency);
    const same = String(counted) === digits(dd.textContent);
    if (!same) other += 1;
    body.append(row([dd.parentElement.querySelector('dt').textContent, dd.textContent.trim(), String(counted), same ? 'the same' : 'ANOTHER']));
  }
  const groups = [...new Set([...Object.keys(found.numbers), ...Object.keys(json.numbers)])];
  const differ = groups.filter((name) => canonical(found.numbers[name] ?? null) !== canonical(json.numbers[name] ?? null));
  table.append(told('caption', 'Numbers of the page'), head, body);
  const scroll = document.createElement('div');
  Object.assign(scroll, { className: 'scroll', tabIndex: 0 });
  scroll.setAttribute('role', 'region');
  scroll.setAttribute('aria-label', 'Numbers of the page');
  scroll.append(table);
  const holds = other === 0 && differ.length === 0;
  show(holds ? 'holds' : 'missing',
    holds ? 'HOLDS: every number on the page is the number counted here' : 'The log holds, but the page says other numbers than it',
    told('p', 'All ' + found.size + ' entries were fetched and checked: the signed head is over exactly these, in this order, each says what an entry of its kind must say, and what was shown to other agencies stands under a grant that was live then.'),
    told('p', found.earlierSize === undefined ? 'This browser now keeps the key and the head: next time it finds out whether anything before was changed.' : 'It grew out of the head of ' + found.earlierSize + ' entries that this browser kept; nothing before was changed.'),
    told('p', 'All ' + groups.length + ' tables of the page were counted again; ' + (differ.length === 0 ? 'none differs.' : 'these differ: ' + differ.join(', ') + '.')),
    scroll,
    ...(found.keys ? [told('p', 'The log took another key at entry ' + found.keys.changedAt.join(', then at ') + '; each time the key before signed for it.')] : []),
    told('p', 'Key: ' + signs, 'id'));
};
field('check').addEventListener('click', () => {
  field('check').disabled = true;
  check()
    .catch((error) => show('missing', 'This could not be checked', told('p', error.message + '.')))
    .finally(() => { field('check').disabled = false; });
});
`;

const extra = `
label{display:block;font-weight:600;margin-top:1rem}
input{width:100%;max-width:44rem;font:inherit;padding:.4rem .5rem;color:inherit;background:var(--field);border:1px solid var(--soft);border-radius:.25rem}
button{margin:1rem 0;font:inherit;padding:.5rem 1.25rem;color:var(--ground);background:var(--link);border:0;border-radius:.25rem;cursor:pointer}
button:disabled{opacity:.6;cursor:progress}
button:focus-visible,input:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.holds{border-left:.25rem solid #1a7f37;padding:.4rem .75rem}
#out h2{margin-top:0;padding-top:0;border:0}
#out{overflow-wrap:anywhere;min-height:3rem}
`;

const hashed = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/** Text of a script element: nothing in it may end it. The page's own names are its own. */
const scriptOf = (verifier: string): string => `\n${verifier.replaceAll('</script', '<\\/script')}\n{${onPage}}\n`;
const sheet = style + extra;

/** This page's content security policy: its own script and style by their hashes, and fetching from its own origin. */
export const verifierPolicy = (verifier: string): string =>
  `default-src 'none'; script-src ${hashed(scriptOf(verifier))}; style-src ${hashed(sheet)}; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/**
 * @param slug the agency, as it stands in addresses
 * @param verifier the script of the verifier
 */
export const verifierPage = (slug: string, title: string, verifier: string): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <title>${title}: check the numbers</title>
        ${new Markup(`<style>${sheet}</style>`)}
      </head>
      <body>
        <a class="skip" href="#main">To the content</a>
        <header>
          <h1>${title}: check the numbers yourself</h1>
          <p>
            Your browser fetches the agency's whole log, checks it, counts it, and holds the result against
            <a href="/transparency/${slug}">the public page</a>. The program that counts shares nothing with the one
            that made the page. Nothing is sent anywhere.
          </p>
        </header>
        <main id="main" data-log="/log/${slug}" data-page="/transparency/${slug}">
          <label for="key">The log's key, where you have it from the agency on another way</label>
          <input type="text" id="key" autocomplete="off" spellcheck="false" aria-describedby="about-key" />
          <p class="note" id="about-key">Left empty, the key is the one that the log names, which you then believe.</p>
          <button type="button" id="check">Count again</button>
          <div id="out" role="status"></div>
          <noscript><p>Counting needs a script, which is in this page. Without it: the command below.</p></noscript>
          <section aria-labelledby="else">
            <h2 id="else">Without believing this page</h2>
            <p>
              This page comes from the same server as the numbers. Who does not want to believe it runs the same check
              from a copy of the program, or the other one, in Python, that shares no code with it:
            </p>
            <pre tabindex="0" aria-label="Commands">
npm run plateward -- verify ${'<this server>'}/log/${slug} --numbers
python3 docs/verify_log.py --key ${'<key>'} log.jsonl</pre>
          </section>
        </main>
        ${new Markup(`<script>${scriptOf(verifier)}</script>`)}
      </body>
    </html> `.text;
