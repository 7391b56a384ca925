import { describe, expect, it } from 'vitest';
import { isEmptyStreet, parseLabels, readLabels } from './labels.js';

const parse = (...lines: string[]) => parseLabels(lines.join('\n'), '/data/labels.csv');
const refusal = (...lines: string[]) => {
  try {
    return `took ${parse(...lines).length}`;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('labels', () => {
  it('takes plates with boxes, texts alone, boxes alone and pictures without a plate', () => {
    const labels = parse(
      'file,region,x,y,w,h,plate,source',
      'a/1.jpg,us,10,20.5,30,40,abc 123,somewhere',
      '2.jpg,EU,,,,,DEF456,"a, ""quoted"" source"',
      '3.jpg,br,1,2,3,4,,x',
      '4.jpg,,,,,,,x',
    );
    expect(labels).toEqual([
      { file: '/data/a/1.jpg', name: 'a/1.jpg', region: 'us', plate: 'ABC123', box: [10, 20.5, 30, 40] },
      { file: '/data/2.jpg', name: '2.jpg', region: 'eu', plate: 'DEF456' },
      { file: '/data/3.jpg', name: '3.jpg', region: 'br', box: [1, 2, 3, 4] },
      { file: '/data/4.jpg', name: '4.jpg', region: '' },
    ]);
    expect(labels.map(isEmptyStreet)).toEqual([false, false, false, true]);
  });

  it('takes a list of names alone, columns in any order, states for regions, Windows lines and a byte order mark', () => {
    expect(parse('file', 'n.jpg')).toEqual([{ file: '/data/n.jpg', name: 'n.jpg', region: '' }]);
    expect(parse('\uFEFFplate,File,state\r', 'X1,/abs/c.jpg,AK\r', '\r')).toEqual([
      { file: '/abs/c.jpg', name: '/abs/c.jpg', region: 'ak', plate: 'X1' },
    ]);
    expect(parse('file,plate', '"with\nbreak.jpg",AB1', 'b.jpg,CD2').map(({ plate }) => plate)).toEqual(['AB1', 'CD2']);
  });

  it.each<[string, string[], RegExp]>([
    ['an empty file', [''], /it is empty/],
    ['another table', ['name,price', 'a,1'], /names no column "file"; it names name, price/],
    ['half a box', ['file,x,y', 'a.jpg,1,2'], /needs the columns x, y, w and h; there is only x, y/],
    ['a column twice', ['file,plate,plate', 'a,b,c'], /names the column "plate" twice/],
    ['no rows', ['file,plate'], /no row below/],
    ['a number that is none', ['file,x,y,w,h', 'a.jpg,1,two,3,4'], /line 2: the box 1, two, 3, 4 is not four numbers/],
    ['a box inside out', ['file,x,y,w,h', 'a.jpg,1,2,-3,4'], /line 2: the box is -3 wide/],
    ['an incomplete box', ['file,x,y,w,h', 'a.jpg,1,2,,4'], /line 2: the box is incomplete/],
    ['a missing value', ['file,plate', 'a.jpg,AB1', 'b.jpg'], /line 3: it has 1 values for 2 columns/],
    ['no file name', ['file,plate', ',AB1'], /line 2: the file is empty/],
    ['a plate in other letters', ['file,plate', 'a.jpg,京都'], /line 2: the plate "京都" has no letter A-Z/],
    ['an open quotation', ['file,plate', '"a.jpg,AB1', 'b.jpg,X'], /line 2: a quotation mark is not closed/],
  ])('refuses %s, saying where', (_name, lines, words) => {
    expect(refusal(...lines)).toMatch(words);
  });

  it('tells the first faults and counts the rest', () => {
    const bad = Array.from({ length: 9 }, (_, i) => `${i}.jpg,x`);
    expect(refusal('file,x,y,w,h', ...bad)).toMatch(/line 2: .*line 6: [^;]*; and 4 more\.$/);
  });

  it('says that a list is not there', async () => {
    await expect(readLabels('/nowhere/labels.csv')).rejects.toMatchObject({
      code: 'labels',
      publicMessage: 'The labels /nowhere/labels.csv cannot be used: there is no such file.',
    });
  });
});
