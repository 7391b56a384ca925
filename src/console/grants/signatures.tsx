// Who has signed a grant, and when: by name for the agency whose administrators they are.
import { useQuery } from '@tanstack/react-query';
import type { MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import { sayLocal } from '../parts/time.js';
import { useSession, useWho } from '../session/session.js';
import type { Grant } from './grant.js';

interface Props {
  readonly grant: Grant;
  readonly owner: string;
}

export const Signatures = ({ grant, owner }: Props) => {
  const { agency } = useWho();
  const { may } = useSession();
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
    enabled: may('member.list') && grant.ownerAgencyId === agency.id && grant.approvals.length > 0,
  });
  const nameOf = (id: string): string =>
    members.data?.members.find((each) => each.id === id)?.name ?? `an administrator of ${owner}`;
  if (grant.approvals.length === 0) return null;
  return (
    <ul className="sentences" aria-label="Signatures">
      {grant.approvals.map(({ memberId, approvedAt }) => (
        <li key={memberId}>
          Signed by {nameOf(memberId)} on {sayLocal(approvedAt)}.
        </li>
      ))}
    </ul>
  );
};
