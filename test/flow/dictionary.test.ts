// A dictionary of plates against everything about an agency's searches that is public, and against a release of records: every plate that was
// searched for is among the candidates, and none is recovered. The same attack finds all of them once the salts are opened or left out. Needs
// no build. Where the labelled pictures lie beside the repository, their plates are candidates and are searched for, too.
import { createHash, createHmac } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Opening } from '../../src/audit/commitment.js';
import { logAt, overHttp } from '../../src/commands/log-source.js';
import { normalisePlate } from '../../src/core/plate.js';
import { ask } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

const labels = path.resolve(import.meta.dirname, '../../../shared/data/dev/labels.csv');

/** Plates of the labelled pictures; made ones where there are none. */
const labelled = (): string[] => {
  if (!existsSync(labels)) {
    console.info('No labelled pictures at ../shared/data/dev: the dictionary has made plates only.');
    return [];
  }
  const [head = '', ...rows] = readFileSync(labels, 'utf8').trim().split('\n');
  const column = head.trim().split(',').indexOf('plate');
  expect(column).toBeGreaterThanOrEqual(0);
  return rows.map((row) => normalisePlate(row.split(',')[column] ?? '')).filter((plate) => plate.length >= 5);
};

/** Plates of one form, the same in each run. */
const made = (count: number): string[] =>
  Array.from({ length: count }, (_, at) => {
    const bytes = createHash('sha256').update(`plate ${at}`).digest();
    const letters = [0, 1, 2].map((each) => String.fromCharCode(65 + (bytes[each]! % 26))).join('');
    return `${letters}${String(bytes.readUInt16BE(4) % 10_000).padStart(4, '0')}`;
  });

const known = [...new Set(labelled())];
const candidates = [...new Set([...known, ...made(1500)])];
const searched = [...known.slice(0, 30), ...made(30)];
let house: TestHouse;

interface Public {
  /** All that is public, as one text. */
  readonly text: string;
  /** What may have gone into a hash beside the plate: ids, numbers, hashes, keys, as bytes. */
  readonly beside: readonly Buffer[];
  /** Hex that may be a hash of a plate. */
  readonly targets: ReadonlySet<string>;
}

const partsOf = (text: string, leaves: readonly Buffer[]): Public => {
  const targets = new Set(text.match(/[0-9a-f]{64}/g));
  for (const pseudonym of text.match(/P-[0-9a-f]{16}/g) ?? []) targets.add(pseudonym.slice(2));
  const ids = [...new Set(text.match(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g))].slice(0, 20);
  return {
    text,
    targets,
    beside: [
      Buffer.alloc(0),
      Buffer.alloc(16),
      ...ids.flatMap((id) => [Buffer.from(id), Buffer.from(id.replaceAll('-', ''), 'hex')]),
      ...leaves.slice(-4),
    ],
  };
};

/** Candidates that stand in what is public, or whose hash in any form that a stranger can think of does. */
const recovered = ({ text, targets, beside }: Public, salts: readonly string[] = []): string[] => {
  const prefixes = [...new Set(targets)].map((each) => each.slice(0, 16));
  const short = new Set(prefixes);
  const hit = (digest: string): boolean => targets.has(digest) || short.has(digest.slice(0, 16));
  const words = new Set(text.toUpperCase().match(/[A-Z0-9]+/g));
  const salted = [...beside, ...salts.map((salt) => Buffer.from(salt, 'hex'))];
  return candidates.filter((plate) => {
    if (words.has(plate)) return true;
    return salted.some((salt) =>
      [plate, plate.toLowerCase(), `plate\0${plate}`, `plate${plate}`].some(
        (form) =>
          hit(createHash('sha256').update(salt).update(form).digest('hex')) ||
          hit(createHmac('sha256', salt).update(form).digest('hex')),
      ),
    );
  });
};

let open: Public;

beforeAll(async () => {
  house = await openHouse();
  for (const plate of searched) {
    const { status } = await ask(house, house.springfield.members.officer, { plate, reason: `Looks for ${plate}.` });
    expect(status).toBe(200);
  }
  const log = await logAt(overHttp(`${house.address}/log/springfield-pd`));
  const texts: string[] = [];
  const leaves: Buffer[] = [];
  for await (const { body, leaf } of log.entries) {
    texts.push(body ?? '');
    leaves.push(Buffer.from(leaf));
  }
  const page = await (await fetch(`${house.address}/transparency/springfield-pd.json`)).text();
  open = partsOf([...texts, page, log.key, log.checkpoint].join('\n'), leaves);
});
afterAll(() => house?.close());

describe('A dictionary of plates', () => {
  it('recovers none from the public log and the public page', () => {
    expect(open.text.match(/"kind":"read\.search"/g)!.length).toBeGreaterThanOrEqual(searched.length);
    expect(open.targets.size).toBeGreaterThan(searched.length * 4);
    expect(recovered(open)).toEqual([]);
  });

  it('recovers none from a release of records', async () => {
    const { status, body } = await house
      .signedIn(house.springfield.members.auditor)
      .post<{ entries: { plate: string | null }[] }>('/api/v1/audit/disclosures', {
        from: new Date(Date.now() - 3_600_000).toISOString(),
        to: new Date(Date.now() + 1000).toISOString(),
        fields: ['reason', 'caseNumber', 'person'],
        request: 'PRA 2026-114',
      });
    expect(status).toBe(200);
    expect(body.entries.filter(({ plate }) => plate !== null).length).toBe(searched.length);
    const salts = [...JSON.stringify(body).matchAll(/"salt":"([0-9a-f]{32})"/g)].map((each) => each[1]!).slice(0, 40);
    expect(recovered(partsOf(JSON.stringify(body), open.beside.slice(-4)), salts)).toEqual([]);
  });

  it('would recover them with the salts, or had there been none', async () => {
    const opened: Opening[] = [];
    const page = await house
      .signedIn(house.springfield.members.auditor)
      .get<{ entries: { opened: Record<string, Opening> }[] }>('/api/v1/audit/entries?limit=200');
    for (const { opened: fields } of page.body.entries) if (fields['plate']) opened.push(fields['plate']);
    // Those who read the log see no plate, and so have no salt of one either; the operator of the database has.
    expect(opened).toEqual([]);
    const commitmentOf = (salt: Buffer, plate: string): string =>
      createHash('sha256').update(salt).update(`plate\0${plate}`).digest('hex');
    const salt = Buffer.alloc(16, 7);
    const weak = (with_: Buffer): Public => ({
      ...open,
      targets: new Set(searched.map((plate) => commitmentOf(with_, plate))),
    });
    expect(recovered(weak(Buffer.alloc(0))).length).toBe(new Set(searched).size);
    expect(recovered(weak(salt), [salt.toString('hex')]).length).toBe(new Set(searched).size);
    expect(recovered(weak(salt))).toEqual([]);
  });
});
