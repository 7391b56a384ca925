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
});

describe('HTML', () => {
  it('escapes every value but what it made itself', () => {
    const name = `<script>"&'`;
    expect(html`<p title="${name}">${[html`<b>${name}</b>`, null, 3]}</p>`.text).toBe(
      '<p title="&#60;script&#62;&#34;&#38;&#39;"><b>&#60;script&#62;&#34;&#38;&#39;</b>3</p>',
    );
  });
});
