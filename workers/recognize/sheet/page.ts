// The sheet of errors: one HTML file that stands alone. Pictures lie inside it, nothing is fetched, no script runs (its own policy
// forbids both), so that it can be kept, mailed and opened offline. It shows plates: it is as confidential as the pictures are.
import { causeNames, causes, type Cause, type Step } from './judge.js';
import type { Examination, Examined, FalsePlate, Shown } from './examine.js';
import { tablesOf, type Table } from './tables.js';

/** @param about a line on what was measured: models, size, list */
export const pageOf = ({ plates, falsePlates, summary }: Examination, about: string): string => {
  const groups = causes.map((cause) => group(causeNames[cause], cause, sorted(plates, cause).map(card)));
  const wrong = falsePlates.toSorted((a, b) => b.plate.confidence - a.plate.confidence);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>Plateward: sheet of errors</title>
<style>${style}</style>
</head>
<body>
<h1>Sheet of errors</h1>
<p>${escape(about)}</p>
<p>Folded: O and Q count as 0, I as 1. A text counts where its box overlaps the labelled one enough. This page shows plates: keep it as
you keep the pictures.</p>
<nav>${causes.map((cause) => `<a href="#${cause}">${escape(causeNames[cause])}: ${summary.causes[cause]}</a>`).join(' ')}
<a href="#false">plates where there are none: ${falsePlates.length}</a></nav>
<section class="tables">${tablesOf(summary).map(table).join('\n')}</section>
${groups.join('\n')}
${group('Plates answered for pictures that have none', 'false', wrong.map(falseCard))}
</body>
</html>
`;
};

/** Surest first: what is wrong and sure does the most harm. */
const sorted = (plates: readonly Examined[], cause: Cause): Examined[] =>
  plates.filter((each) => each.cause === cause).sort((a, b) => (b.plate?.confidence ?? 0) - (a.plate?.confidence ?? 0));

const group = (title: string, id: string, cards: readonly string[]): string =>
  `<section id="${id}"><h2>${escape(title)} <small>${cards.length}</small></h2>${
    cards.length === 0 ? '<p>None.</p>' : `<div class="cards">${cards.join('\n')}</div>`
  }</section>`;

const share = (p: number) => `${(100 * p).toFixed(0)} %`;

const card = (each: Examined): string => {
  const { label, plate, overlap, steps, readInBox, fault } = each;
  const facts = [
    label.region && `region ${label.region}${plate ? `, told ${plate.region ?? 'none'}` : ''}`,
    plate && `confidence ${share(plate.confidence)}`,
    overlap !== undefined && `overlap ${overlap.toFixed(2)}`,
    label.box && `${Math.round(label.box[2])} x ${Math.round(label.box[3])} px`,
    each.sharpness !== undefined && `sharpness ${Math.round(each.sharpness)}`,
    readInBox !== undefined && `read in the labelled box: ${readInBox || 'nothing'}`,
    fault,
  ].filter((fact) => fact !== undefined && fact !== false && fact !== '');
  const texts =
    label.plate === undefined
      ? ''
      : `<table class="texts"><tr><th>there</th>${steps.map(dueCell).join('')}</tr><tr><th>read</th>${
          plate
            ? steps.map((step) => readCell(step, plate.chars)).join('')
            : `<td colspan="${steps.length}">nothing</td>`
        }</tr></table>`;
  return `<article>${pictures(each)}${texts}<p>${escape(facts.join('; '))}</p><p class="file">${escape(label.name)}</p></article>`;
};

const falseCard = ({ label, plate, ...shown }: FalsePlate): string =>
  `<article>${pictures(shown)}<p><b>${escape(plate.text)}</b> confidence ${share(plate.confidence)}, score ${share(plate.score)}</p>
<p class="file">${escape(label.name)}</p></article>`;

const pictures = ({ upright, place }: Shown): string =>
  [
    upright &&
      `<img class="upright" alt="the plate as the reader was shown it" src="data:image/png;base64,${upright.toString('base64')}">`,
    place && `<img alt="the place in the picture" src="data:image/jpeg;base64,${place.toString('base64')}">`,
  ]
    .filter(Boolean)
    .join('');

const isWrong = ({ due, read }: Step) => due !== read;
const mark = (step: Step) => (isWrong(step) ? ' class="wrong"' : '');
const dueCell = (step: Step) => `<td${mark(step)}>${escape(step.due ?? '–')}</td>`;
const readCell = (step: Step, chars: readonly { readonly p: number }[]) => {
  const p = step.at === undefined ? undefined : chars[step.at]?.p;
  return `<td${mark(step)}>${escape(step.read ?? '–')}${p === undefined ? '' : `<small>${(100 * p).toFixed(0)}</small>`}</td>`;
};

const table = ({ title, columns, rows, note }: Table): string =>
  `<figure><figcaption>${escape(title)}</figcaption><table><tr>${columns.map((name) => `<th>${escape(name)}</th>`).join('')}</tr>${rows
    .map((row) => `<tr>${row.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`)
    .join('')}</table>${note ? `<p>${escape(note)}</p>` : ''}</figure>`;

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[c]!);

const style = `
:root{color-scheme:light dark;--line:#8886;--wrong:#c22}
@media(prefers-color-scheme:dark){:root{--wrong:#f77}}
body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:80rem;padding:0 1rem}
h2{border-bottom:1px solid var(--line)}h2 small{font-weight:normal}
nav a{display:inline-block;margin-right:1em}
.tables{display:flex;flex-wrap:wrap;gap:1.5rem}figure{margin:0}figcaption{font-weight:600}
table{border-collapse:collapse}td,th{padding:.15em .5em;border:1px solid var(--line);text-align:right}
td:first-child,th:first-child{text-align:left}
.cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:1rem}
article{border:1px solid var(--line);border-radius:4px;padding:.6rem;overflow-x:auto}
article img{min-width:8rem;max-width:100%;display:block;margin-bottom:.4rem}
.upright{width:256px;height:128px;image-rendering:pixelated}
.texts{margin:.4rem 0}.texts td,.texts td:first-child{text-align:center;padding:.15em .4em;font:600 1.1em ui-monospace,monospace}.texts small{display:block;font-size:.6em;font-weight:normal}
.wrong{color:var(--wrong);border:2px solid var(--wrong)}
.file{font-size:.8em;overflow-wrap:anywhere}p{margin:.3em 0}`;
