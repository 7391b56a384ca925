// CSV as a spreadsheet reads it, and HTML in which nothing that was written by somebody can become markup.
import { describe, expect, it } from 'vitest';
import { csvOf } from '../core/csv.js';
import { html } from './html.js';

describe('CSV', () => {
  it('quotes what needs it, and lets no text become a formula', () => {
    expect(csvOf(['a', 'b'], [['x,"y"\nz', 7]])).toBe('a,b\r\n"x,""y""\nz",7\r\n');
    expect(csvOf(['a'], [['=1+1'], ['@x'], ['-1'], ['+1'], [-1], [null]])).toBe(
      "a\r\n'=1+1\r\n'@x\r\n'-1\r\n'+1\r\n-1\r\n\r\n",
    );
  });

  // In many countries a spreadsheet takes semicolons for the borders of cells, and a quote counts for nothing in the midst of one.
  it.each([';', '\t', '|'])('gives no formula either to whom %j is the border of cells', (border) => {
    const typed = [
      'x;=1+1',
      'x;@a',
      'x; =1',
      'x|+1',
      'x\t-1',
      'x\n=1;=2',
      '"x";=1',
      '＝1+1',
      ' =1',
      '\n=1',
      ';=',
      'a,=1',
    ];
    const text = csvOf(
      ['a', 'b', 'c'],
      typed.map((each) => ['plain', each, 'plain']),
    );
    const cells = text.split(/[\r\n]+/).flatMap((line) => line.split(border));
    for (const cell of [...cells, ...text.split(/[\r\n,;|\t]+/)])
      expect(cell.replaceAll('"', '').trimStart(), JSON.stringify(cell)).not.toMatch(/^[=+\-@＝＋－＠]/u);
  });
  it('leaves alone what is none', () =>
    expect(csvOf(['a'], [['2026-11-29; 7ABC-123'], ['a=b; c@d'], ['up; (down)']])).toBe(
      'a\r\n2026-11-29; 7ABC-123\r\na=b; c@d\r\nup; (down)\r\n',
    ));
});

describe('HTML', () => {
  it('escapes every value but what it made itself', () => {
    const name = `<script>"&'`;
    expect(html`<p title="${name}">${[html`<b>${name}</b>`, null, 3]}</p>`.text).toBe(
      '<p title="&#60;script&#62;&#34;&#38;&#39;"><b>&#60;script&#62;&#34;&#38;&#39;</b>3</p>',
    );
  });
});
