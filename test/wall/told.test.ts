// What cameras told of vehicles and their way, across the wall: a vehicle is given where a grant gives pictures, a direction where it gives places, and nothing
// is searched by what is withheld. Each wall alone holds it, and is missed once it is gone.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { log } from '../../src/telemetry/log.js';
import { withClient } from '../../src/vault/database/roles.js';
import * as given from '../../src/vault/stores/given.js';
import * as toldStore from '../../src/vault/stores/read-told.js';
import type { FoundRead } from '../../src/vault/stores/reads.js';
import { depositAndRead, type TestAgency } from '../support/agencies.js';
import { fallsWithout } from '../support/mutants.js';
import { grantedReads, type GivenTable } from '../support/probes.js';
import { ask, underGrant } from '../support/searching.js';
import { openHouse, type TestHouse } from '../support/web.js';

let house: TestHouse;
let owner: TestAgency;
let asker: TestAgency;
const vehicle = { type: 'van', color: 'green', make: 'Ford', model: 'Transit' } as const;

beforeAll(async () => {
  log.level = 'silent';
  house = await openHouse();
  ({ shelbyville: owner, springfield: asker } = house);
  for (const agency of [owner, asker])
    await depositAndRead(house.vault, agency, ['VAN1234'], {
      told: { direction: 180, vehicle },
      capturedAt: new Date(Date.now() - 60_000),
    });
});
afterAll(() => house?.close());

interface Told {
  readonly agencyId: string;
  readonly vehicle: unknown;
  readonly direction: unknown;
}
const asks = async (more: Record<string, unknown> = {}) => {
  const { status, body } = await ask(house, asker.members.officer, {
    agencies: [owner.slug],
    plate: 'VAN1234',
    ...more,
  });
  return { status, body, found: (body.results ?? []) as unknown as Told[] };
};

const filters = [
  ['picture', { vehicleTypes: ['van'] }],
  ['picture', { vehicleColors: ['green'] }],
  ['picture', { make: 'Ford' }],
  ['picture', { model: 'Transit' }],
  ['place', { direction: 'S' }],
] as const;

/** What each kind of grant gives and lets be asked by, whichever wall stands. */
const holds = (): void => {
  it.each([[[]], [['place']], [['picture']], [['picture', 'place']]] as const)(
    'a grant of %j gives what it says',
    (fields) =>
      underGrant(house, owner, asker, { fields }, async () => {
        const gives = (field: string): boolean => (fields as readonly string[]).includes(field);
        for (const as of ['reads', 'passages', 'travel']) {
          const { found } = await asks({ as });
          expect(found).toMatchObject([
            {
              vehicle: gives('picture') ? vehicle : null,
              direction: gives('place') ? { bearing: 180 } : null,
            },
          ]);
        }
        const { body } = await asks();
        const file = await house
          .signedIn(asker.members.officer)
          .post<string>(`/api/v1/searches/${body.searchId}/exports`, { shown: body['shown'], format: 'csv' });
        expect([file.status, file.body.includes('Transit'), file.body.includes(',180,')]).toEqual([
          ...[200, gives('picture'), gives('place')],
        ]);
      }),
  );
};

describe('with both walls', () => {
  holds();

  it.each(filters)('nobody asks by what a grant without %s withholds (%j); an own search goes on', (field, asked) =>
    underGrant(house, owner, asker, { fields: field === 'place' ? ['picture'] : ['place'] }, async () => {
      const alone = await asks(asked);
      expect([alone.status, alone.body.code]).toEqual([403, 'grant_field']);
      const { body, found } = await asks({ ...asked, agencies: [asker.slug, owner.slug] });
      expect(found.map(({ agencyId }) => agencyId)).toEqual([asker.agencyId]);
      expect(body.agencies.find(({ agencyId }) => agencyId === owner.agencyId)).toMatchObject({
        ...{ verdict: 'refused', rule: 'grant_field', because: `The grant gives no ${field} of a read.` },
      });
    }),
  );

  it.each(filters)('and a grant with %s lets it be asked (%j)', (field, asked) =>
    underGrant(house, owner, asker, { fields: [field] }, async () => {
      const { status, found } = await asks(asked);
      expect([status, found.length]).toEqual([200, 1]);
    }),
  );

  it('of two grants only the one that gives it is searched by it', () =>
    underGrant(house, owner, asker, { fields: ['picture'], cameraIds: [owner.cameras[1].cameraId] }, () =>
      underGrant(house, owner, asker, { fields: ['place'] }, async () => {
        expect((await asks()).found).toMatchObject([{ vehicle: null }]);
        const { status, found } = await asks({ vehicleTypes: ['van'] });
        expect([status, found]).toEqual([200, []]);
      }),
    ));

  it('the policies alone keep it, also from a statement that asks for it', () =>
    withClient(house.database.adminUrl, async (client) => {
      const seen = async (of: GivenTable, fields: string): Promise<number> => {
        await client.query('begin');
        try {
          return await grantedReads(client, asker, owner, { grant: { fields }, of, where: `plate = 'VAN1234'` });
        } finally {
          await client.query('rollback');
        }
      };
      expect(await seen('read_vehicles', `'{picture}'`)).toBe(1);
      expect(await seen('read_vehicles', `'{place}'`)).toBe(0);
      expect(await seen('read_directions', `'{place}'`)).toBe(1);
      expect(await seen('read_directions', `'{picture}'`)).toBe(0);
    }));

  it('the decision is missed once it is gone', async () => {
    const read = { agencyId: owner.agencyId, vehicle, direction: { bearing: 180, way: null } };
    const bound = { home: asker.agencyId, permit: { grants: [], facts: { now: new Date() } } };
    const shows = ({ asGiven }: typeof given): FoundRead =>
      asGiven(bound as never)({ ...read, capturedAt: new Date() } as unknown as FoundRead);
    await fallsWithout(given, 'vault/stores/given.ts', ', vehicle: null', '', (it) => shows(it).vehicle === null);
    await fallsWithout(given, 'vault/stores/given.ts', ', direction: null', '', (it) => shows(it).direction === null);
    const asked = { vehicleColors: ['green'], direction: 'S' } as const;
    const conditions = ({ toldConditions }: typeof toldStore): number => toldConditions(asked, () => '$1').length;
    await fallsWithout(
      toldStore,
      'vault/stores/read-told.ts',
      '...(asked ?',
      '...(false ?',
      (it) => conditions(it) === 2,
    );
  });
});

describe('with the second wall taken away', () => {
  beforeAll(() =>
    withClient(house.database.adminUrl, (client) =>
      client.query(
        'alter policy granted on read_vehicles using (true); alter policy granted on read_directions using (true)',
      ),
    ),
  );
  holds();
});
