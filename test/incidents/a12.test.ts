import { beforeAll, describe, expect, it } from 'vitest';
import { parseLeaf, type EntryLine } from '../../src/audit-verify/entries.js';
import { verifyLog } from '../../src/audit-verify/verify.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { nodeArithmetic } from '../../src/commands/node-arithmetic.js';
import { openCity } from './city.js';
import { incident } from './told.js';

const city = openCity();
let log: Omit<Awaited<ReturnType<typeof logAt>>, 'entries'> & { readonly entries: readonly EntryLine[] };

/** The log with one field of one entry gone. */
const without = (index: number, field: string): typeof log => ({
  ...log,
  entries: log.entries.map((each, at) => {
    if (at !== index) return each;
    const body = JSON.parse(String(each.body)) as Record<string, Record<string, unknown>>;
    for (const part of [body, body['facts'], body['committed'], body['by']])
      if (part) Reflect.deleteProperty(part, field);
    return { ...each, body: JSON.stringify(body) };
  }),
});

describe(incident('A12'), () => {
  beforeAll(async () => {
    await city.search();
    const found = await logAt(overHttp(`${city.house.address}/log/${city.asker.slug}`));
    const entries: EntryLine[] = [];
    for await (const line of found.entries) entries.push(line);
    log = { ...found, entries };
  });

  it('the log holds as it was written', async () => {
    expect((await verifyLog(nodeArithmetic, log)).size).toBe(log.entries.length);
  });

  it('what the law asks for is in each search: when, who, which organisation, what for', () => {
    const line = log.entries.find(({ body }) => String(body).includes('"read.search"'))!;
    const found = JSON.parse(String(line.body)) as unknown;
    // To the microsecond, in what the tree is made of.
    expect(Math.abs(Number(parseLeaf(line).micros / 1000n) - Date.now())).toBeLessThan(60_000);
    expect(found).toMatchObject({
      by: { agencyId: city.asker.agencyId },
      facts: { purpose: 'stolen-vehicle' },
      committed: { plate: expect.any(String), member: expect.any(String), reason: expect.any(String) },
    });
  });

  it.each(['purpose', 'plate', 'reason', 'caseNumber', 'member', 'agencyId', 'kind', 'outcome'])(
    'without the field %s it does not',
    async (field) => {
      const index = log.entries.findIndex(({ body }) => String(body).includes('"read.search"'));
      expect(index).toBeGreaterThan(0);
      await expect(verifyLog(nodeArithmetic, without(index, field))).rejects.toThrow();
    },
  );
});
