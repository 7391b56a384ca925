// The tour's part about the law that an agency's data is under and its own policy: every method of their stores, with the proposals of a place.
import type { MemberActor } from '../../src/access/actor.js';
import type { BoundPack } from '../../src/policy/pack.js';
import type { Vault } from '../../src/vault/vault.js';
import { newId, type MemberId, type PackChangeId } from '../../src/core/ids.js';
import { asks, type Ask } from './ask.js';
import type { TestAgency, TestMember } from './agencies.js';
import { openPack, packWith } from './packs.js';
import { publishPolicy } from './policies.js';
import type { Place } from './tour.js';

/** A pack under its own version, so that it is never the one in force. */
const another = () => packWith({}, `test-${newId<PackChangeId>().slice(0, 8)}`);

/** A second administrator of the agency, signed in: a law is adopted by another than proposed it. */
export const secondAdministrator = async (vault: Vault, agency: TestAgency): Promise<TestMember> => {
  const { administrator } = agency.members;
  const login = `second-${newId<MemberId>().slice(0, 8)}`;
  const { value: memberId } = await vault
    .door(administrator, 'member.add')
    .open({}, (s) => s.members.add({ login, name: 'Kim Roe', role: 'administrator', passwordHash: 'x' }));
  const { sessionId, token, csrfToken } = await vault.front.beginSession(agency.agencyId, memberId, 3600);
  return { ...administrator, memberId, sessionId, login, token, csrfToken };
};

/** A proposal that waits, made by this administrator. */
export const proposal = async (vault: Vault, by: MemberActor, pack = another()): Promise<PackChangeId> =>
  (await vault.door(by, 'pack.propose').open({}, (s) => s.packs.propose(pack))).value;

/** Puts an agency under a law, by two of its administrators. */
export const adopt = async (vault: Vault, agency: TestAgency, pack: BoundPack): Promise<void> => {
  const id = await proposal(vault, agency.members.administrator, pack);
  const second = await secondAdministrator(vault, agency);
  await vault.door(second, 'pack.adopt').open({}, (s) => s.packs.adopt(id));
  if (pack.pack.policy) await publishPolicy(vault, agency.members.administrator);
};

/** A shorter time to keep reads that waits, proposed by this administrator. */
export const shorterTime = async (vault: Vault, by: MemberActor, days: number): Promise<PackChangeId> =>
  (await vault.door(by, 'retention.propose').open({}, (s) => s.retention.propose(days))).value;

/** Has an agency keep its reads for a shorter time, by two of its administrators. */
export const keepShorter = async (vault: Vault, agency: TestAgency, days: number): Promise<void> => {
  const id = await shorterTime(vault, agency.members.administrator, days);
  const second = await secondAdministrator(vault, agency);
  await vault.door(second, 'retention.adopt').open({}, (s) => s.retention.decide(id));
};

export const retentionAsks = (by: TestAgency): Ask[] => {
  const { officer, administrator } = by.members;
  return [
    ...asks('retention.get', officer, {}, { 'retention.get': (s) => s.retention.get() }),
    ...asks('retention.simulate', administrator, {}, { 'retention.simulate': (s) => s.retention.simulate(30) }),
    ...asks(
      'retention.set',
      administrator,
      { days: 1095 },
      { 'retention.get': (s) => s.retention.get(), 'retention.set': (s) => s.retention.set(1095) },
    ),
    ...asks('retention.propose', administrator, {}, { 'retention.propose': (s) => s.retention.propose(900) }),
    {
      action: 'retention.withdraw',
      method: 'retention.decide',
      run: async (vault) => {
        const id = await shorterTime(vault, administrator, 900);
        return vault.door(administrator, 'retention.withdraw').open({}, (s) => s.retention.decide(id));
      },
    },
    {
      action: 'retention.adopt',
      method: 'retention.decide',
      run: async (vault) => {
        await keepShorter(vault, by, 900);
        return vault.door(administrator, 'retention.set').open({ days: 1095 }, (s) => s.retention.set(1095));
      },
    },
  ];
};

/** Proposals of an agency that its first administrator may decide. */
export const proposals = async (vault: Vault, agency: TestAgency): Promise<Place['proposals']> => {
  const second = await secondAdministrator(vault, agency);
  return { adopt: await proposal(vault, second), withdraw: await proposal(vault, second) };
};

export const packAsks = (by: TestAgency, at: Place): Ask[] => {
  const { officer, administrator } = by.members;
  return [
    ...asks('policy.get', officer, {}, { 'policy.get': (s) => s.policy.get() }),
    ...asks('policy.set', administrator, {}, { 'policy.set': (s) => s.policy.set({ custodian: 'Chief of Police' }) }),
    ...asks('pack.list', officer, {}, { 'packs.changes': (s) => s.packs.changes() }),
    ...asks('pack.propose', administrator, {}, { 'packs.propose': (s) => s.packs.propose(another()) }),
    ...asks('pack.adopt', administrator, {}, { 'packs.adopt': (s) => s.packs.adopt(at.proposals.adopt) }),
    ...asks('pack.withdraw', administrator, {}, { 'packs.withdraw': (s) => s.packs.withdraw(at.proposals.withdraw) }),
    ...asks('pack.simulate', administrator, {}, { 'packs.simulate': (s) => s.packs.simulate(openPack.pack, 30) }),
  ];
};
