// The agency's members, to look at. Changes are made by the command `plateward member` or the interface.
import { useQuery } from '@tanstack/react-query';
import type { MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import { Failed, Loading } from '../parts/states.js';
import { sayDay, sayLocal } from '../parts/time.js';

export const MembersPage = () => {
  const { data, error, refetch } = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the members" />;
  return (
    <>
      <h1>Members</h1>
      <div className="scroll" role="region" aria-label="Table of members" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Login</th>
              <th scope="col">Role</th>
              <th scope="col">Standing</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {data.members.map(({ id, name, login, role, status, lockedUntil, createdAt }) => (
              <tr key={id}>
                <th scope="row">{name}</th>
                <td>{login}</td>
                <td>{role}</td>
                <td>
                  {status}
                  {lockedUntil !== null && `; locked until ${sayLocal(lockedUntil)} after failed sign-ins`}
                </td>
                <td>{sayDay(createdAt)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
};

export default MembersPage;
