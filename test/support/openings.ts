// Openings of a grant for emergencies as two members of the grantee make them over HTTP, for tests.
import type { TestAgency, TestMember } from './agencies.js';
import type { Answer, TestHouse } from './web.js';

export const emergency = {
  purpose: 'stolen-vehicle',
  caseNumber: '26-911',
  reason: 'A child was taken from Elm Street in this car.',
};

/** Asks for an opening. */
export const askOpening = (
  house: TestHouse,
  by: TestMember,
  grantId: string,
  more: Record<string, unknown> = {},
): Promise<Answer> => house.signedIn(by).post(`/api/v1/grants/${grantId}/openings`, { ...emergency, ...more });

/** A step of an opening: `confirmation`, `end` or `review`. */
export const stepOpening = (
  house: TestHouse,
  by: TestMember,
  grantId: string,
  openingId: string,
  what: 'confirmation' | 'end' | 'review',
  body: object = {},
): Promise<Answer> => house.signedIn(by).post(`/api/v1/grants/${grantId}/openings/${openingId}/${what}`, body);

/** An opening that the grantee's officer asked for and its supervisor confirmed; answers its id. */
export const openByTwo = async (house: TestHouse, grantee: TestAgency, grantId: string): Promise<string> => {
  const asked = await askOpening(house, grantee.members.officer, grantId);
  if (asked.status !== 201) throw new Error(`the wish was answered with ${JSON.stringify(asked.body)}`);
  const id = String(asked.body['id']);
  const confirmed = await stepOpening(house, grantee.members.supervisor, grantId, id, 'confirmation');
  if (confirmed.status !== 201) throw new Error(`the confirmation was answered with ${JSON.stringify(confirmed.body)}`);
  return id;
};

/** Puts an opening so many minutes back, in its row alone. */
export const backdate = `update grant_openings set asked_at = asked_at - make_interval(mins => $2), opened_at = opened_at - make_interval(mins => $2) where id = $1`;
