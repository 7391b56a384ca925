// A city with what the incidents need: a house with two agencies, reads in both, and a superuser who may do anything to its database.
import { afterAll, beforeAll } from 'vitest';
import pg from 'pg';
import { depositAndRead, type TestAgency, type TestMember } from '../support/agencies.js';
import { ask, foundIn, type SearchBody } from '../support/searching.js';
import { openHouse, type Answer, type TestHouse } from '../support/web.js';

export interface City {
  readonly house: TestHouse;
  /** Whose reads somebody wants. */
  readonly owner: TestAgency;
  /** Who wants them. */
  readonly asker: TestAgency;
  readonly superuser: pg.Client;
  /** A search by the asker's officer in the owner's reads. */
  search(more?: Record<string, unknown>): Promise<Answer<SearchBody>>;
}

/** Opened before the tests of a file and closed after them: ABC123 was read in both agencies. */
export const openCity = (more: Record<string, string> = {}): City => {
  const parts: { house?: TestHouse; superuser?: pg.Client } = {};
  const there = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the city is not open yet');
    return part;
  };
  beforeAll(async () => {
    parts.house = await openHouse(more);
    for (const agency of [parts.house.springfield, parts.house.shelbyville])
      await depositAndRead(parts.house.vault, agency, ['ABC123']);
    parts.superuser = new pg.Client({ connectionString: parts.house.database.adminUrl });
    await parts.superuser.connect();
  });
  afterAll(async () => {
    await parts.superuser?.end();
    await parts.house?.close();
  });
  const city: City = {
    get house() {
      return there(parts.house);
    },
    get owner() {
      return city.house.shelbyville;
    },
    get asker() {
      return city.house.springfield;
    },
    get superuser() {
      return there(parts.superuser);
    },
    search: (asked = {}) => ask(city.house, city.asker.members.officer, { agencies: [city.owner.slug], ...asked }),
  };
  return city;
};

/** Status and, when it is a problem, its code. */
export const codeOf = ({ status, body }: Answer): [number, unknown] => [status, body?.['code']];

/** What a search by a member in all agencies that he names found of the owner's. */
export const foreignRows = async ({ house, owner }: City, by: TestMember, more: Record<string, unknown>) => {
  const answer = await ask(house, by, more);
  if (answer.status !== 200) return [];
  return foundIn(house, answer).filter((each) => each.startsWith(owner.slug.replace('-pd', '')));
};

interface Alert {
  readonly asker: { readonly slug: string };
  readonly rule: string;
  readonly count: number;
}

/** The owner's alerts, newest first: who was refused by which rule, how often. */
export const alertsOf = async ({ house }: City, agency: TestAgency): Promise<[string, string, number][]> => {
  const { body } = await house.signedIn(agency.members.auditor).get<{ alerts: Alert[] }>('/api/v1/alerts');
  return body.alerts.map(({ asker, rule, count }) => [asker.slug, rule, count]);
};
