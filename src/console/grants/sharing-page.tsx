// Who can see our data, and whose can we see: all grants of the agency in two tables, one opened at a time, and the request of a new
// one. Nothing is shared by this page alone: each step is a deliberate act with an entry of its own.
import { Alert } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { GrantList } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Keys } from '../keys/keys.js';
import { useSession, useWho } from '../session/session.js';
import { GrantDetails } from './grant-details.js';
import { GrantTable } from './grant-table.js';
import { RequestForm } from './request-form.js';
import { WallState } from './wall-state.js';
import type { Grant } from './grant.js';

export const SharingPage = () => {
  const { agency } = useWho();
  const { may } = useSession();
  const queries = useQueryClient();
  const grants = useQuery({
    queryKey: ['grants'],
    queryFn: () => call<GrantList>('GET', '/api/v1/grants'),
    // An approval is made elsewhere; who comes back to this page sees it.
    refetchOnWindowFocus: true,
  });
  const directory = useQuery({ queryKey: ['agencies'], queryFn: () => call<Directory>('GET', '/api/v1/agencies') });
  const [openId, setOpenId] = useState<string>();
  const [told, setTold] = useState('');

  const failed = grants.error ?? directory.error;
  if (failed)
    return (
      <Failed
        error={failed}
        retry={() => {
          void grants.refetch();
          void directory.refetch();
        }}
      />
    );
  if (!grants.data || !directory.data) return <Loading what="the grants" />;
  const names = new Map(directory.data.agencies.map(({ id, name }): [string, string] => [id, name]));
  const nameOf = (id: string): string => (id === agency.id ? agency.name : (names.get(id) ?? 'an agency'));
  const { given, received, abilities } = grants.data;
  const done = (sentence: string): void => {
    setTold(sentence);
    void queries.invalidateQueries({ queryKey: ['grants'] });
  };
  const table = (title: string, list: readonly Grant[], other: (grant: Grant) => string, none: string) => {
    const open = list.find(({ id }) => id === openId);
    return (
      <section aria-label={title}>
        <h2>{title}</h2>
        {list.length === 0 ? (
          <p className="quiet">{none}</p>
        ) : (
          <GrantTable title={title} grants={list} other={other} openId={openId} open={setOpenId} />
        )}
        {open && (
          <GrantDetails
            key={open.id}
            grant={open}
            owner={nameOf(open.ownerAgencyId)}
            grantee={nameOf(open.granteeAgencyId)}
            done={done}
            close={() => setOpenId(undefined)}
          />
        )}
      </section>
    );
  };
  const others = directory.data.agencies.filter(({ id }) => id !== agency.id);
  return (
    <>
      <h1>Sharing</h1>
      <div role="status">
        {told !== '' && (
          <Alert variant="default" className="told done">
            {told}
          </Alert>
        )}
      </div>
      {given.length + received.length === 0 && (
        <Empty title="Nothing is shared">
          No agency can see your data, and yours sees nobody’s. It stays so until a request is approved.
        </Empty>
      )}
      {table(
        'Who can see our data',
        given,
        (grant) => nameOf(grant.granteeAgencyId),
        'Nobody: no other agency was given a grant or asked for one.',
      )}
      {table(
        'Whose data we can see',
        received,
        (grant) => nameOf(grant.ownerAgencyId),
        'Nobody’s: your agency has asked for no grant.',
      )}
      <WallState done={done} />
      {abilities['grant.request'] === true && <RequestForm others={others} purposes={agency.purposes} done={done} />}
      {may('key.list') && <Keys done={done} />}
    </>
  );
};

export default SharingPage;
