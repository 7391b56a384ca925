// What looks like misuse by the agency's own members, for its auditor: each flag in a sentence, and what it turned out to be, decided once with
// a note. Reading it is an entry in the log, so the list is fetched when the page is opened or asked for, and not by itself.
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FlagPage } from '../../oversight/flags.schema.js';
import { call } from '../api/client.js';
import { ListEnd, ListHead, type Which } from '../parts/open-list.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { FlagItem } from './flag-item.js';
import { Destinations, flags as ofFlags } from '../alerts/destinations.js';
import { ListedPlates } from './listed-plates.js';

export const FlagsPage = () => {
  const queries = useQueryClient();
  const [which, setWhich] = useState<Which>('open');
  const [told, setTold] = useState('');
  const list = useInfiniteQuery({
    queryKey: ['flags', which],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam }) =>
      call<FlagPage>(
        'GET',
        `/api/v1/flags?limit=50&open=${which === 'open'}${pageParam === null ? '' : `&before=${pageParam}`}`,
      ),
    getNextPageParam: ({ next }) => next,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const flags = list.data?.pages.flatMap((page) => page.flags) ?? [];
  return (
    <>
      <h1>Flags</h1>
      <p>
        Searches of our own members that look like misuse. Nobody but auditors sees them, and no setting turns them off.
        That you read them is on record.
      </p>
      <ListHead which={which} choose={setWhich} open="What nobody has decided on" told={told} />
      {list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <Loading what="the flags" />
      ) : flags.length === 0 ? (
        <Empty title={which === 'open' ? 'No flag waits' : 'No flag yet'}>
          A flag is raised when a member searches for one plate five times in 30 days, searches very often or at an
          unusual hour, tries a plate again that was just refused, or searches for a listed plate.
        </Empty>
      ) : (
        <>
          <ul className="alerts">
            {flags.map((flag) => (
              <FlagItem
                key={flag.id}
                flag={flag}
                decided={(sentence) => {
                  setTold(sentence);
                  void queries.invalidateQueries({ queryKey: ['flags'] });
                }}
              />
            ))}
          </ul>
          <ListEnd list={list} />
        </>
      )}
      <Destinations of={ofFlags} />
      <ListedPlates />
    </>
  );
};

export default FlagsPage;
