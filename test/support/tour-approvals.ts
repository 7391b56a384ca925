// The tour's part about approving: every method of the stores of keys, and a signed approval of a place's grant.
import { newId, type ApproverKeyId } from '../../src/core/ids.js';
import type { TestAgency } from './agencies.js';
import { keyBody, newKey } from './approving.js';
import { asks, type Ask } from './ask.js';
import type { Place } from './tour.js';

/** As `by`, with the ids of `at`. */
export const approvalAsks = (by: TestAgency, at: Place): Ask[] => {
  const { administrator, officer } = by.members;
  const { approve: grantId } = at.grants;
  const { keyId, signature } = at.approval;
  const attestation = new Uint8Array(64);
  return [
    ...asks('key.list', administrator, {}, { 'keys.list': (s) => s.keys.list() }),
    ...asks(
      'key.add',
      administrator,
      {},
      {
        'keys.add': (s) => s.keys.add({ id: newId<ApproverKeyId>(), ...keyBody(administrator, newKey()), attestation }),
      },
    ),
    ...asks(
      'grant.approve',
      administrator,
      { grantId },
      { 'grants.approve': (s) => s.grants.approve(grantId, keyId, signature) },
    ),
    ...asks(
      'grant.list',
      officer,
      {},
      {
        'grants.list': (s) => s.grants.list(),
        'grants.use': async (s) => s.grants.use((await s.grants.list())[0]!.id),
      },
    ),
    ...asks('key.revoke', administrator, {}, { 'keys.revoke': (s) => s.keys.revoke(at.spareKey) }),
  ];
};
