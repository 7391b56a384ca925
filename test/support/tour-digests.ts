// The tour's part about an owner's digests.
import type { DigestId } from '../../src/core/ids.js';
import type { Vault } from '../../src/vault/vault.js';
import { asks, type Ask } from './ask.js';
import type { TestAgency } from './agencies.js';

const any = '00000000-0000-4000-8000-000000000000' as DigestId;

/** Makes the newest digest of the agency, or finds it where one was made a moment ago. */
export const madeDigest = async (vault: Vault, { members: { administrator } }: TestAgency): Promise<DigestId> => {
  const newest = async () =>
    (await vault.door(administrator, 'digest.list').open({}, (s) => s.digests.list(1))).value[0]?.id;
  return (
    (await newest()) ?? (await vault.door(administrator, 'digest.make').open({}, (s) => s.digests.make())).value.id
  );
};

export const digestAsks = (by: TestAgency): Ask[] => {
  const { administrator } = by.members;
  return [
    ...asks('digest.make', administrator, {}, { 'digests.make': (s) => s.digests.make() }),
    ...asks(
      'digest.list',
      administrator,
      {},
      {
        'digests.schedule': (s) => s.digests.schedule(),
        'digests.list#all': (s) => s.digests.list(20),
        'digests.list#before': (s) => s.digests.list(20, any),
        'digests.preview': (s) => s.digests.preview(),
      },
    ),
    {
      action: 'digest.list',
      method: 'digests.get',
      run: async (vault) => {
        const id = await madeDigest(vault, by);
        return (await vault.door(administrator, 'digest.list').open({}, (s) => s.digests.get(id))).value;
      },
    },
    ...asks('digest.set', administrator, {}, { 'digests.set': (s) => s.digests.set('month') }),
  ];
};
