import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { depositWithPictures, pictureBytes } from '../support/searching.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();

describe(incident('A20'), () => {
  it('whoever reads every table and every file of the store sees no picture', async () => {
    const { house, owner, superuser } = city;
    await depositWithPictures(house, owner, 'SEALED7');
    const pictures = (['frame', 'crop'] as const).map((kind) => pictureBytes(owner, 'SEALED7', kind));
    const folder = house.config.BLOB_DIR;
    const files = await readdir(folder, { recursive: true, withFileTypes: true });
    let looked = 0;
    for (const file of files.filter((each) => each.isFile())) {
      const bytes = await readFile(path.join(file.parentPath, file.name));
      looked += 1;
      for (const picture of pictures) expect(bytes.includes(picture)).toBe(false);
    }
    expect(looked).toBeGreaterThan(2);
    const { rows: tables } = await superuser.query<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    for (const { name } of tables) {
      const { rows } = await superuser.query<{ text: string }>(`select t::text as text from "${name}" t`);
      for (const { text } of rows)
        for (const picture of pictures) {
          expect(text).not.toContain(picture.toString());
          expect(text).not.toContain(picture.toString('hex'));
        }
    }
  });

  it('every account belongs to one agency', async () => {
    const { rows } = await city.superuser.query<{ agencies: string }>(
      `select count(*) filter (where a.agency_id is null) as agencies from members m left join agencies a on a.agency_id = m.agency_id`,
    );
    expect(Number(rows[0]!.agencies)).toBe(0);
    const { rows: nullable } = await city.superuser.query(
      `select 1 from information_schema.columns where table_name = 'members' and column_name = 'agency_id' and is_nullable = 'YES'`,
    );
    expect(nullable).toEqual([]);
  });
});
