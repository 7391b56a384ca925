// Whether this browser holds a key of the member's that the server knows and has not ended.
import { useQuery } from '@tanstack/react-query';
import type { ApproverKeyList } from '../../grants/approver-keys.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { useWho } from '../session/session.js';
import { canKeepKeys, findKey, type BrowserKey } from './browser-key.js';

export type ListedKey = Json<ApproverKeyList>['keys'][number];

/** Keys of the agency, and the one of them that this browser signs with. */
export const useOwnKey = () => {
  const { member } = useWho();
  const keys = useQuery({
    queryKey: ['approver-keys'],
    queryFn: () => call<ApproverKeyList>('GET', '/api/v1/approver-keys'),
  });
  const kept = useQuery({
    queryKey: ['browser-key', member.id],
    queryFn: async (): Promise<BrowserKey | null> => (canKeepKeys() ? ((await findKey(member.id)) ?? null) : null),
  });
  const listed = keys.data?.keys.find(
    (each) => each.memberId === member.id && each.revokedAt === null && each.publicKey === kept.data?.publicKey,
  );
  return {
    keys,
    kept,
    own: listed && kept.data ? { id: listed.id, key: kept.data } : undefined,
    refresh: async (): Promise<void> => {
      await Promise.all([keys.refetch(), kept.refetch()]);
    },
  };
};
