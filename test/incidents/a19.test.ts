import { beforeAll, describe, expect, it } from 'vitest';
import { depositAndRead } from '../support/agencies.js';
import { ask } from '../support/searching.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A19'), () => {
  beforeAll(() => depositAndRead(city.house.vault, city.owner, ['7OKB482', '70KB482']));

  it('O is not 0: what differs is said, and only the very characters are exact', async () => {
    const { house, owner } = city;
    const { body } = await ask(house, owner.members.officer, { plate: '7OKB482', fuzzy: 1 });
    const found = body.results as unknown as { plate: string; match: { kind: string; differs: object[] } }[];
    expect(found.map(({ plate, match }) => [plate, match.kind])).toEqual([
      ['7OKB482', 'exact'],
      ['70KB482', expect.not.stringMatching(/^exact$/)],
    ]);
    expect(found[1]!.match.differs).toEqual([{ at: 1, asked: 'O', read: '0', confusable: true }]);
    // Without being asked to forgive, it is not found at all.
    const { body: strict } = await ask(house, owner.members.officer, { plate: '7OKB482' });
    expect(strict.results.map(({ plate }) => plate)).toEqual(['7OKB482']);
  });
});
