// What is wrong with a request is told in a sentence, under a stable code, and changes nothing: malformed, oversized, of the wrong
// type, with text that no database keeps, and with another agency's id in each place where an id is taken.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../../src/vault/database/roles.js';
import { depositAndRead, grantBetween, makeAgency } from '../support/agencies.js';
import { anyApproval, ask, foundIn, inDays, logOf, question, underGrant, wish } from '../support/searching.js';
import { openHouse, type Answer, type Browser, type TestHouse } from '../support/web.js';

let house: TestHouse;
let officer: Browser;
let administrator: Browser;
beforeAll(async () => {
  house = await openHouse();
  officer = house.signedIn(house.springfield.members.officer);
  administrator = house.signedIn(house.springfield.members.administrator);
  await depositAndRead(house.vault, house.springfield, ['ABC123']);
  await depositAndRead(house.vault, house.shelbyville, ['ABC123']);
});
afterAll(() => house?.close());

/** A problem in the one shape, with a sentence that a person can use and nothing of ours in it. */
const expectProblem = (answer: Answer, status: number, code: string, sentence: RegExp): void => {
  const { body, headers } = answer;
  expect([answer.status, body['code'], body['status']], JSON.stringify(body).slice(0, 500)).toEqual([
    status,
    code,
    status,
  ]);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const detail = String(body['detail']);
  expect(detail).toMatch(sentence);
  expect(detail).toMatch(/^[A-Z].*[.]$/s);
  expect(detail.length).toBeLessThan(1_500);
  // A receipt holds hashes in base64, in which any short word can stand by chance.
  const { receipt: _, ...said } = body;
  expect(JSON.stringify(said)).not.toMatch(/prisma|postgres|sql|zod|node_modules|\.ts:|stack|undefined|\[object/i);
  expect(JSON.stringify(body).length).toBeLessThan(20_000);
};

const many = (n: number, of: () => string = randomUUID): string[] => Array.from({ length: n }, of);
type Row = readonly [name: string, change: Record<string, unknown>, status: number, code: string, sentence: RegExp];

const searches: readonly Row[] = [
  [
    'an unknown purpose',
    { purpose: 'curiosity' },
    403,
    'purpose_unknown',
    /curiosity is not on your agency's list: stolen-vehicle/,
  ],
  ['no purpose', { purpose: undefined }, 400, 'invalid_request', /purpose is missing/],
  ['a purpose that is none', { purpose: 'Stolen vehicle!' }, 400, 'invalid_request', /purpose must be/],
  ['no case number', { caseNumber: undefined }, 400, 'invalid_request', /caseNumber is missing/],
  ['an empty case number', { caseNumber: '  ' }, 400, 'invalid_request', /caseNumber must not be empty/],
  ['a long case number', { caseNumber: '1'.repeat(61) }, 400, 'invalid_request', /caseNumber must have at most 60/],
  ['no reason', { reason: undefined }, 400, 'invalid_request', /reason is missing/],
  ['an empty reason', { reason: '\n \t' }, 400, 'invalid_request', /reason must have at least 3/],
  ['a reason that says nothing', { reason: '......' }, 400, 'invalid_request', /reason must say something/],
  ['a long reason', { reason: 'a'.repeat(501) }, 400, 'invalid_request', /reason must have at most 500/],
  ['a reason that is a number', { reason: 7 }, 400, 'invalid_request', /reason must be text/],
  ['a reason with NUL', { reason: 'stolen\0car' }, 400, 'invalid_request', /reason holds a character that is not text/],
  ['half a pair', { reason: 'stolen \ud83d car' }, 400, 'invalid_request', /reason holds a character that is not text/],
  ['control characters', { reason: 'stolen \u001b[31m car' }, 400, 'invalid_request', /reason must not hold control/],
  [
    'letters turned round',
    { reason: 'stolen \u202ecar' },
    400,
    'invalid_request',
    /reason must not hold characters that/,
  ],
  ['NUL in the plate', { plate: 'ABC\x00123' }, 400, 'invalid_request', /plate holds a character that is not text/],
  ['only *', { plate: '*' }, 400, 'plate_too_vague', /at least 2 known characters/],
  ['only * and ?', { plate: '?*?**' }, 400, 'plate_too_vague', /at least 2 known characters/],
  ['one known character', { plate: '*7*' }, 400, 'plate_too_vague', /at least 2 known characters/],
  ['an empty plate', { plate: ' - ' }, 400, 'plate_empty', /plate field is empty/],
  ['LIKE in the plate', { plate: 'AB%_1' }, 400, 'plate_characters', /letters and digits/],
  ['another alphabet', { plate: 'ÄÖ123' }, 400, 'plate_characters', /letters and digits/],
  ['a long plate', { plate: 'A1'.repeat(10) }, 400, 'plate_too_long', /at most 12/],
  ['a very long plate', { plate: 'A'.repeat(100_000) }, 400, 'invalid_request', /plate must have at most 64/],
  ['a plate that is a list', { plate: ['ABC123'] }, 400, 'invalid_request', /plate must be text/],
  ['from after to', { from: inDays(-1), to: inDays(-2) }, 400, 'window_order', /before/],
  ['from at to', { from: '2026-01-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, 400, 'window_order', /before/],
  ['two years', { from: inDays(-731) }, 400, 'window_too_long', /at most 366 days/],
  ['a month without a plate', { plate: undefined, from: inDays(-30) }, 400, 'window_too_long', /at most 7 days/],
  ['a day that is none', { from: '2026-02-30T00:00:00Z' }, 400, 'invalid_request', /from must be a time such as/],
  ['a time without its zone', { to: '2026-11-23T07:00:00' }, 400, 'invalid_request', /to must be a time such as/],
  ['another century', { from: '1066-10-14T09:00:00Z' }, 400, 'invalid_request', /from must not be before/],
  ['the far future', { to: '9999-12-31T00:00:00Z' }, 400, 'invalid_request', /to must be before the year 2100/],
  ['no cameras', { cameraIds: [] }, 400, 'invalid_request', /cameraIds must have at least 1/],
  ['a camera by name', { cameraIds: ['Main Street'] }, 400, 'invalid_request', /cameraIds\.0 must be an id/],
  ['501 cameras', { cameraIds: many(501) }, 400, 'invalid_request', /cameraIds must have at most 500/],
  ['no agencies', { agencies: [] }, 400, 'invalid_request', /agencies must have at least 1/],
  ['51 agencies', { agencies: many(51) }, 400, 'invalid_request', /agencies must have at most 50/],
  ['thousands of them', { agencies: many(20_000, () => '!') }, 400, 'invalid_request', /agencies must have at most 50/],
  ['500 wrong ids', { cameraIds: many(500, () => '!') }, 400, 'invalid_request', /The request has 50 faults/],
  ['agencies that are text', { agencies: 'shelbyville-pd' }, 400, 'invalid_request', /agencies must be a list/],
  ['an unknown agency', { agencies: ['gotham-pd'] }, 404, 'not_found', /no agency of this id or short name/],
  ['an unknown agency id', { agencies: [randomUUID()] }, 404, 'not_found', /no agency of this id or short name/],
  ['SQL for an agency', { agencies: ["x' or '1'='1"] }, 400, 'invalid_request', /agencies\.0 must be an agency's id/],
  ['no rows', { limit: 0 }, 400, 'invalid_request', /limit must be at least 1/],
  ['too many rows', { limit: 501 }, 400, 'invalid_request', /limit must be at most 500/],
  ['half a row', { limit: 1.5 }, 400, 'invalid_request', /limit must be a whole number/],
  ['a limit in words', { limit: '100' }, 400, 'invalid_request', /limit must be a/],
  ['a field nobody knows', { bypass: true }, 400, 'invalid_request', /not known here: bypass/],
  ['a prototype', { constructor: {} }, 400, 'invalid_request', /not known here: constructor/],
];

describe('a search', () => {
  it.each(searches)('with %s is refused', async (_, change, status, code, sentence) => {
    const before = await countRows();
    expectProblem(await officer.post('/api/v1/searches', question(change)), status, code, sentence);
    const after = await countRows();
    expect(after).toEqual({ ...before, entries: before.entries + (status === 403 ? 1 : 0) });
  });

  it('tells all its faults in one answer, and does not repeat what was typed', async () => {
    const answer = await officer.post('/api/v1/searches', {
      plate: 7,
      reason: 'x',
      caseNumber: null,
      secret: 'ABC123',
    });
    expectProblem(answer, 400, 'invalid_request', /faults/);
    const faults = answer.body['faults'] as { in: string; field: string }[];
    expect(faults.map(({ field }) => field).sort()).toEqual(['', 'caseNumber', 'plate', 'purpose', 'reason']);
    expect(JSON.stringify(answer.body)).not.toContain('ABC123');
  });

  it('keeps what people write in their own words and letters', async () => {
    const reason = 'Diebstahl – señor Núñez’ 車 \u{1f697}\nzweite Zeile';
    const { status, body } = await officer.post('/api/v1/searches', question({ reason, caseNumber: '№ 26/7' }));
    expect(status).toBe(200);
    expect(body['results']).toHaveLength(1);
    const { opened } = (await logOf(house, house.springfield))[0]!;
    expect([opened['reason']!.value, opened['caseNumber']!.value]).toEqual([reason, '№ 26/7']);
  });
});

/** Rows that nothing refused may add to. */
const countRows = () =>
  withClient(house.database.adminUrl, async (client) => {
    const { rows } = await client.query<{ searches: number; grants: number; entries: number }>(
      `select (select count(*)::int from searches) as searches, (select count(*)::int from grants) as grants,
        (select count(*)::int from log_entries) as entries`,
    );
    return rows[0]!;
  });

const grants: readonly Row[] = [
  ['no owner', { ownerAgency: undefined }, 400, 'invalid_request', /ownerAgency is missing/],
  ['an unknown owner', { ownerAgency: 'gotham-pd' }, 404, 'not_found', /no agency of this id or short name/],
  ['no purposes', { purposes: [] }, 400, 'invalid_request', /purposes must have at least 1/],
  ['a purpose twice', { purposes: ['robbery', 'Robbery'] }, 400, 'invalid_request', /purposes names a purpose twice/],
  ['51 purposes', { purposes: many(51, () => 'robbery') }, 400, 'invalid_request', /at most 50/],
  ['a camera twice', { cameraIds: Array(2).fill(randomUUID()) }, 400, 'invalid_request', /names a camera twice/],
  ['501 cameras', { cameraIds: many(501) }, 400, 'invalid_request', /cameraIds must have at most 500/],
  ['no window', { dataWindowDays: 0 }, 400, 'invalid_request', /dataWindowDays must be at least 1/],
  ['a window of years', { dataWindowDays: 1_096 }, 400, 'invalid_request', /dataWindowDays must be at most 1095/],
  ['no end', { validUntil: undefined }, 400, 'invalid_request', /validUntil/],
  ['an end that is past', { validUntil: inDays(-1) }, 400, 'grant_window', /before it ends/],
  ['no searches', { searchesPerDayMax: 0 }, 400, 'invalid_request', /searchesPerDayMax must be at least 1/],
  ['more than an int', { searchesPerDayMax: 1e12 }, 400, 'invalid_request', /searchesPerDayMax must be at most/],
  ['too many rows', { rowsPerSearchMax: 10_001 }, 400, 'invalid_request', /rowsPerSearchMax must be at most 10000/],
  ['NUL in the terms', { terms: 'as\0agreed' }, 400, 'invalid_request', /terms holds a character that is not text/],
  // What is signed must read as it is.
  ['terms turned round', { terms: 'is \u202enever\u202c shared' }, 400, 'invalid_request', /nobody sees or that turn/],
  ['terms with what nobody sees', { terms: 'not\u200b shared' }, 400, 'invalid_request', /nobody sees or that turn/],
  ['long terms', { terms: 'a'.repeat(4_001) }, 400, 'invalid_request', /terms must have at most 4000/],
  ['a state', { state: 'approved' }, 400, 'invalid_request', /not known here: state/],
];

it.each(grants)('a request for a grant with %s is refused', async (_, change, status, code, sentence) => {
  const before = await countRows();
  expectProblem(await administrator.post('/api/v1/grants', wish(house.shelbyville, change)), status, code, sentence);
  expect(await countRows()).toEqual(before);
});

describe('a body', () => {
  const json = { 'content-type': 'application/json' };
  const bodies: readonly [string, string, Record<string, string>, number, string, RegExp][] = [
    ['that is cut off', '{"plate": "ABC1', json, 400, 'malformed_json', /not valid JSON/],
    ['that is no JSON', 'plate=ABC123', json, 400, 'malformed_json', /not valid JSON/],
    ['that is empty', '', json, 400, 'malformed_json', /empty/],
    ['with a raw NUL', '{"plate": "AB\0"}', json, 400, 'malformed_json', /not valid JSON/],
    [
      'that sets a prototype',
      '{"__proto__": {"role": "administrator"}}',
      json,
      400,
      'malformed_json',
      /not valid JSON/,
    ],
    ['that is a list', '[]', json, 400, 'invalid_request', /the body must be an object/],
    ['that is a word', '"ABC123"', json, 400, 'invalid_request', /the body must be an object/],
    [
      'of 200 000 brackets',
      '['.repeat(100_000) + ']'.repeat(100_000),
      json,
      400,
      'invalid_request',
      /must be an object/,
    ],
    ['of another kind', '<plate/>', { 'content-type': 'text/xml' }, 415, 'media_type', /content type/],
    ['of no kind', 'x', { 'content-type': '' }, 415, 'media_type', /content type/],
    ['that is a picture', 'x', { 'content-type': 'image/jpeg' }, 415, 'media_type', /content type/],
    [
      'too large',
      JSON.stringify({ reason: 'a'.repeat(300_000) }),
      json,
      413,
      'body_too_large',
      /larger than this route takes/,
    ],
  ];
  it.each(bodies)('%s is refused', async (_, body, headers, status, code, sentence) => {
    expectProblem(await officer.send('POST', '/api/v1/searches', body, headers), status, code, sentence);
    expectProblem(await administrator.send('POST', '/api/v1/grants', body, headers), status, code, sentence);
  });
});

describe("another agency's id, in each place where an id is taken,", () => {
  type Place = readonly [place: string, theirs: () => string | Promise<string>, send: (id: string) => Promise<Answer>];
  const places: readonly Place[] = [
    [
      'a member',
      () => house.shelbyville.members.officer.memberId,
      (id) => administrator.send('PATCH', `/api/v1/members/${id}`, { name: 'X' }),
    ],
    [
      'a camera to end',
      () => house.shelbyville.cameras[0].cameraId,
      (id) => administrator.post(`/api/v1/cameras/${id}/revocation`),
    ],
    [
      'a camera to equip',
      () => house.shelbyville.cameras[0].cameraId,
      (id) => administrator.post(`/api/v1/cameras/${id}/credentials`, { scheme: 'hmac' }),
    ],
    [
      'a credential',
      () => house.shelbyville.cameras[0].credentialId,
      (id) =>
        administrator.send('DELETE', `/api/v1/cameras/${house.springfield.cameras[0].cameraId}/credentials/${id}`),
    ],
    [
      'a frame',
      async () => (await depositAndRead(house.vault, house.shelbyville, ['FRAME1'])).frameId,
      (id) => administrator.get(`/api/v1/frames/${id}`),
    ],
    ...(['approvals', 'declination', 'revocation'] as const).map((what): Place => [
      `a grant, its ${what},`,
      theirGrant,
      (id) => administrator.post(`/api/v1/grants/${id}/${what}`, what === 'approvals' ? anyApproval : {}),
    ]),
  ];

  it.each(places)('%s: is answered as one that does not exist', async (_, theirs, send) => {
    const before = await theirRows();
    const foreign = await send(await theirs());
    const missing = await send(randomUUID());
    expectProblem(foreign, 404, 'not_found', /There is no such/);
    expect({ ...foreign.body, instance: '' }).toEqual({ ...missing.body, instance: '' });
    for (const bad of ['x', '%00', 'null', `${randomUUID()}x`])
      expect([400, 404], bad).toContain((await send(bad)).status);
    expect(await theirRows()).toEqual(before);
  });

  it('a camera to search at: finds nothing, as one that does not exist', async () => {
    const { springfield, shelbyville } = house;
    for (const cameraIds of [[shelbyville.cameras[0].cameraId], [randomUUID()]]) {
      const answer = await ask(house, springfield.members.officer, { cameraIds });
      expect([answer.status, foundIn(house, answer)]).toEqual([200, []]);
    }
    const own = { cameraIds: [springfield.cameras[0].cameraId], agencies: [shelbyville.slug] };
    await underGrant(house, shelbyville, springfield, {}, async () => {
      expect(foundIn(house, await ask(house, springfield.members.officer, own))).toEqual([]);
    });
  });

  it("a camera in a request for a grant: the owner's cameras alone are ever opened by it", async () => {
    const { springfield, shelbyville } = house;
    const cameraIds = [springfield.cameras[0].cameraId];
    await underGrant(house, shelbyville, springfield, { cameraIds }, async () => {
      const { agencies } = { agencies: [shelbyville.slug] };
      expect(foundIn(house, await ask(house, springfield.members.officer, { agencies }))).toEqual([]);
    });
  });

  it('a search to open a picture of: is refused as one that does not exist', async () => {
    const { springfield, shelbyville } = house;
    const { body } = await ask(house, shelbyville.members.officer);
    const link = body.results[0]!.pictures.frame;
    const foreign = await house.signedIn(springfield.members.officer).get(link);
    const missing = await house.signedIn(springfield.members.officer).get(link.replace(body.searchId, randomUUID()));
    for (const each of [foreign, missing]) expectProblem(each, 403, 'picture_link', /not made for your session/);
  });

  /** A grant between Shelbyville and nobody that Springfield knows of. */
  async function theirGrant(): Promise<string> {
    const other = await makeAgency(house.vault, `ogdenville-${randomUUID().slice(0, 8)}`, 'Ogdenville', 'OR');
    return grantBetween(house.vault, house.shelbyville, other);
  }

  const theirRows = () =>
    withClient(house.database.adminUrl, async (client) => {
      const { rows } = await client.query<{ all: string }>(
        `select (select json_agg(m order by id)::text from members m where agency_id = $1)
          || (select json_agg(c order by id)::text from cameras c where agency_id = $1)
          || (select json_agg(k order by id)::text from camera_credentials k where agency_id = $1) as all`,
        [house.shelbyville.agencyId],
      );
      return rows[0]!.all;
    });
});

describe('text that no database keeps', () => {
  it.each(['\0', 'a\0b', '\ud800', 'a\udfff'])('%j is refused wherever text is taken', async (bad) => {
    const nobody = house.browser();
    const answers = [
      await administrator.post('/api/v1/cameras', { name: bad }),
      await administrator.post('/api/v1/members', {
        login: 'x',
        name: bad,
        role: 'officer',
        password: 'long enough to be one',
      }),
      await administrator.post('/api/v1/members', {
        login: 'x',
        name: 'X',
        role: 'officer',
        password: `long enough ${bad}`,
      }),
      await administrator.send('PUT', '/api/v1/agencies/current/purposes', { purposes: [bad] }),
      await nobody.post('/api/v1/sessions', { agency: 'springfield-pd', login: 'officer', password: `x${bad}` }),
      await nobody.post('/api/v1/agencies/springfield-pd/bootstrap', {
        token: bad,
        login: 'x',
        name: 'X',
        password: 'x',
      }),
    ];
    for (const each of answers) expectProblem(each, 400, 'invalid_request', /holds a character that is not text/);
    const query = await house.signedIn(house.springfield.members.auditor).get(`/api/v1/audit/entries?limit=%00`);
    expectProblem(query, 400, 'invalid_request', /not text/);
  });
});

it('after all this the house stands and finds what it should', async () => {
  expect((await house.browser().get('/readyz')).status).toBe(200);
  expect(foundIn(house, await ask(house, house.springfield.members.officer))).toEqual(['springfield ABC123']);
});
