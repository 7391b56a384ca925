import { expect, test } from 'vitest';
import { newId, type AgencyId, type MemberId } from '../core/ids.js';
import { RunningSearches } from './running.js';

/** A search that runs until it is told to end. */
const held = () => {
  let end: () => void = () => undefined;
  const search = new Promise<void>((resolve) => (end = resolve));
  return { search: () => search, end };
};
const member = (agencyId: AgencyId) => ({ agencyId, memberId: newId<MemberId>() });
const done = async () => 'done';

test('a member has so many searches at once and no more; one that ends or fails makes room', async () => {
  const running = new RunningSearches({ memberMax: 2, agencyMax: 10, connectionsMax: 20 });
  const officer = member(newId<AgencyId>());
  const [first, second] = [held(), held()];
  const both = [running.run(officer, first.search), running.run(officer, second.search)];
  await expect(running.run(officer, done)).rejects.toMatchObject({
    kind: 'tooMany',
    code: 'searches_member',
    retryAfterSeconds: 2,
  });
  await expect(running.run(member(officer.agencyId), done)).resolves.toBe('done');
  first.end();
  await both[0];
  const refused = new Error('refused');
  for (let i = 0; i < 5; i += 1)
    await expect(running.run(officer, () => Promise.reject(refused))).rejects.toBe(refused);
  await expect(running.run(officer, done)).resolves.toBe('done');
  second.end();
  await both[1];
});

test("an agency has its share, whoever of its members asks; another agency's is untouched", async () => {
  const running = new RunningSearches({ memberMax: 2, agencyMax: 3, connectionsMax: 20 });
  const agencyId = newId<AgencyId>();
  const three = [held(), held(), held()];
  const searches = three.map(({ search }) => running.run(member(agencyId), search));
  await expect(running.run(member(agencyId), done)).rejects.toMatchObject({ kind: 'tooMany', code: 'searches_agency' });
  await expect(running.run(member(newId<AgencyId>()), done)).resolves.toBe('done');
  for (const { end } of three) end();
  await Promise.all(searches);
  await expect(running.run(member(agencyId), done)).resolves.toBe('done');
});

test('all agencies together leave two connections to everything else', async () => {
  const running = new RunningSearches({ memberMax: 2, agencyMax: 2, connectionsMax: 5 });
  const three = [held(), held(), held()];
  const searches = three.map(({ search }) => running.run(member(newId<AgencyId>()), search));
  await expect(running.run(member(newId<AgencyId>()), done)).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'searches_full',
  });
  for (const { end } of three) end();
  await Promise.all(searches);
});
