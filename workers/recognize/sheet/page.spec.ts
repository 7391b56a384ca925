import { describe, expect, it } from 'vitest';
import { judge } from './judge.js';
import { pageOf } from './page.js';
import { summarise } from './summary.js';
import { plainTable, tablesOf } from './tables.js';
import { sharpnessOf } from './view.js';

const hostile = '"><script>alert(1)</script><img src=http://elsewhere/x>';
const label = { file: `/x/${hostile}`, name: hostile, region: '<b>us', plate: 'AB12', box: [0, 0, 10, 10] as const };

describe('the sheet', () => {
  const plates = [judge(label, [])];
  const page = pageOf(
    {
      plates: [{ ...plates[0]!, place: Buffer.from('jpeg'), fault: 'The file <is> broken.' }],
      falsePlates: [],
      others: 0,
      summary: summarise(plates, [0]),
    },
    hostile,
  );

  it('stands alone: nothing in it fetches or runs', () => {
    expect(page).toContain(`default-src 'none'; img-src data:`);
    expect(page).not.toMatch(/<script|<link|@import|url\(/);
    const tags = page.match(/<[^>]*>/g)!;
    for (const tag of tags) expect(tag).not.toMatch(/(src|href)="(?!data:|#)/);
  });

  it('shows names as what they are: text', () => {
    expect(page).not.toContain('<b>us');
    expect(page).not.toContain(hostile);
    expect(page).toContain('&quot;&gt;&lt;script&gt;');
    expect(page).toContain('The file &lt;is&gt; broken.');
  });

  it('counts causes', () => {
    expect(page).toContain('<a href="#missed">not found: 1</a>');
    expect(page).toContain('<h2>not found <small>1</small></h2>');
  });
});

describe('tables', () => {
  it('stand under each other and leave out what there is nothing of', () => {
    const tables = tablesOf(summarise([judge(label, [])], []));
    expect(tables.map(({ title }) => title)).toEqual([
      'By region',
      'What went wrong',
      'By height of the labelled plate',
    ]);
    const [, head, first] = plainTable(tables[0]!).split('\n');
    expect(head!.length).toBe(first!.length);
    expect(plainTable(tables[0]!)).toContain('0.0 %');
    expect(tablesOf(summarise([], [3, 1])).map(({ rows }) => rows)).toEqual([[['2', '4', '200.0', '2']]]);
  });
});

describe('sharpness', () => {
  const stripes = (soft: boolean) =>
    Float32Array.from({ length: 32 * 16 }, (_, i) =>
      soft ? 0.5 + 0.5 * Math.sin(((i % 32) / 32) * 6.28) : (i % 4) / 3,
    );
  it('is nothing for an even plate and more for crisp strokes than for soft ones', () => {
    expect(sharpnessOf(new Float32Array(32 * 16).fill(0.4), 32)).toBeLessThan(1e-6);
    expect(sharpnessOf(stripes(false), 32)).toBeGreaterThan(10 * sharpnessOf(stripes(true), 32));
  });
});
