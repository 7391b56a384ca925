// Who can see our data, and whose can we see: all grants of the agency as one picture and one table, one opened at a time, and the
// request of a new one. Nothing is shared by this page alone: each step is a deliberate act with an entry of its own.
import './grants.css';
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
import { AllGrants } from './all-grants.js';
import { SharingPicture } from './picture.js';
import { RequestForm } from './request-form.js';
import { Digests } from './digests.js';
import { HandOn } from './hand-on.js';
import { WallState } from './wall-state.js';
import { wantedOf } from './wanted.js';

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
  const others = directory.data.agencies.filter(({ id }) => id !== agency.id);
  const wanted = wantedOf(window.location.search, others, agency.purposes);
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
      {wanted && abilities['grant.request'] !== true && (
        <HandOn wanted={wanted} owner={others.find(({ slug }) => slug === wanted.slug)?.name ?? wanted.slug} />
      )}
      {given.length + received.length === 0 ? (
        <Empty title="Nothing is shared">
          No agency can see your data, and yours sees nobody’s. It stays so until a request is approved.
        </Empty>
      ) : (
        <section aria-label="Who can see our data, and whose can we see">
          <h2>Who can see our data, and whose can we see?</h2>
          <SharingPicture own={agency.name} given={given} received={received} nameOf={nameOf} />
          <AllGrants
            given={given}
            received={received}
            nameOf={nameOf}
            openId={openId}
            open={setOpenId}
            details={(grant) => (
              <GrantDetails
                key={grant.id}
                grant={grant}
                owner={nameOf(grant.ownerAgencyId)}
                grantee={nameOf(grant.granteeAgencyId)}
                done={done}
                close={() => setOpenId(undefined)}
              />
            )}
          />
        </section>
      )}
      {may('digest.list') && <Digests done={done} />}
      <WallState done={done} />
      {abilities['grant.request'] === true && (
        <RequestForm others={others} received={received} purposes={agency.purposes} wanted={wanted} done={done} />
      )}
      {may('key.list') && <Keys done={done} />}
    </>
  );
};

export default SharingPage;
