// The agency's members: who they are and what each may; for administrators adding one and changing one.
import './members.css';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import { Done } from '../parts/done.js';
import { Failed, Loading } from '../parts/states.js';
import { sayDay, sayLocal } from '../parts/time.js';
import { AddMember } from './add-member.js';
import { ChangeMember, type Member } from './change-member.js';
import { Stacked } from '../parts/stacked.js';

const standingOf = ({ status, lockedUntil }: Member): string =>
  [
    status === 'ended' ? 'membership ended' : 'active',
    ...(lockedUntil === null ? [] : [`locked until ${sayLocal(lockedUntil)} after failed sign-ins`]),
  ].join('; ');

export const MembersPage = () => {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
  });
  const [openId, setOpenId] = useState<string>();
  const [told, setTold] = useState('');
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the members" />;
  const done = (sentence: string): void => {
    setTold(sentence);
    void queries.invalidateQueries({ queryKey: ['members'] });
  };
  const opened = data.members.find(({ id }) => id === openId);
  const mayChange = data.abilities['member.change'] === true;
  return (
    <>
      <h1>Members</h1>
      <Done told={told} />
      <Stacked label="Table of members">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Login</th>
              <th scope="col">Role</th>
              <th scope="col">Standing</th>
              <th scope="col">Since</th>
              {mayChange && (
                <th scope="col">
                  <span className="visually-hidden">Change</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {data.members.map((member) => (
              <tr key={member.id}>
                <th scope="row">{member.name}</th>
                <td>{member.login}</td>
                <td>{member.role}</td>
                <td>{standingOf(member)}</td>
                <td>{sayDay(member.createdAt)}</td>
                {mayChange && (
                  <td>
                    <Button
                      variant="default"
                      size="xs"
                      aria-expanded={member.id === openId}
                      aria-label={`${member.id === openId ? 'Close' : 'Change'} ${member.login}`}
                      onClick={() => {
                        setTold('');
                        setOpenId(member.id === openId ? undefined : member.id);
                      }}
                    >
                      {member.id === openId ? 'Close' : 'Change'}
                    </Button>
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </Stacked>
      {opened && <ChangeMember key={opened.id} member={opened} done={done} />}
      {data.abilities['member.add'] === true && <AddMember done={done} />}
    </>
  );
};

export default MembersPage;
