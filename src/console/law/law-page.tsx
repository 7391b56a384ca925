// The law that the agency's data is under, above every grant: what is in force in plain words, what another law would change, and how two
// administrators change it.
import './law.css';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Directory } from '../../agencies/agencies.schema.js';
import type { MemberList } from '../../agencies/members.schema.js';
import type { PackList } from '../../agencies/packs.schema.js';
import { call } from '../api/client.js';
import { Done } from '../parts/done.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { useSession } from '../session/session.js';
import { PackView } from './pack-view.js';
import { packOf, standingWords } from './pack.js';
import { Proposals } from './proposals.js';
import { Simulator } from './simulator.js';

export const LawPage = () => {
  const { may } = useSession();
  const queries = useQueryClient();
  const [told, setTold] = useState('');
  const packs = useQuery({ queryKey: ['packs'], queryFn: () => call<PackList>('GET', '/api/v1/packs') });
  const directory = useQuery({ queryKey: ['agencies'], queryFn: () => call<Directory>('GET', '/api/v1/agencies') });
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
    enabled: may('member.list'),
  });
  if (packs.error) return <Failed error={packs.error} retry={() => void packs.refetch()} />;
  if (!packs.data) return <Loading what="the law" />;
  const { inForce, shipped, abilities } = packs.data;
  const nameOf = (id: string): string => directory.data?.agencies.find((each) => each.id === id)?.name ?? 'An agency';
  const personOf = (id: string): string => members.data?.members.find((each) => each.id === id)?.name ?? 'a member';
  const done = (sentence: string): void => {
    setTold(sentence);
    window.scrollTo(0, 0);
    for (const key of ['packs', 'grants', 'retention', 'own-agency'])
      void queries.invalidateQueries({ queryKey: [key] });
  };
  return (
    <>
      <h1>Law</h1>
      <Done told={told} />
      <section aria-label="In force">
        {inForce === null ? (
          <Empty title="No law is adopted">
            Nothing of your agency is shared until one is. Try one below, propose it, and let another administrator
            adopt it.
          </Empty>
        ) : (
          <>
            <h2>In force: {inForce.title}</h2>
            <p className="quiet">
              {inForce.id}, version {inForce.version}, {standingWords[packOf(inForce.pack).standing]}. It stands above
              every grant, and can only take away. SHA-256 {inForce.sha256.slice(0, 16)}…
            </p>
            <PackView pack={packOf(inForce.pack)} />
          </>
        )}
      </section>
      <Proposals packs={packs.data} personOf={personOf} done={done} />
      {abilities['pack.simulate'] === true && <Simulator packs={packs.data} nameOf={nameOf} done={done} />}
      <section aria-labelledby="others">
        <h2 id="others">Other laws that this version brings</h2>
        {shipped
          .filter(({ sha256 }) => sha256 !== inForce?.sha256)
          .map(({ id, version, title, standing, pack }) => (
            <details key={id} className="other-law">
              <summary>
                {title} ({standingWords[standing]}; {id}, version {version})
              </summary>
              <PackView pack={packOf(pack)} />
            </details>
          ))}
      </section>
    </>
  );
};

export default LawPage;
