// Members who sign in with a password of their own, as people do; those of `makeAgency` have a session without.
import { expect } from 'vitest';
import type { Browser, TestHouse } from './web.js';

export interface NewMember {
  readonly id: string;
  readonly login: string;
  readonly password: string;
}

/** A new member of Springfield with a password of his own, so that tests do not lock each other out. */
export const newMemberOf = async (house: TestHouse, login: string, role = 'officer'): Promise<NewMember> => {
  const password = `a long password of ${login.length} ${login.split('').reverse().join('')}`;
  const { status, body } = await house
    .signedIn(house.springfield.members.administrator)
    .post('/api/v1/members', { login, name: 'Sam Doe', role, password });
  expect(status).toBe(201);
  return { id: String(body['id']), login, password };
};

export const signInAs = async (house: TestHouse, { login, password }: NewMember): Promise<Browser> => {
  const browser = house.browser();
  expect((await browser.signIn('springfield-pd', login, password)).status).toBe(201);
  return browser;
};
