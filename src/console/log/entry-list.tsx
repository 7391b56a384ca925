// Entries of one question, newest first, each with its proof. The proofs come from the public log: to fetch them is no entry.
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { destroyedSentence } from '../../core/log-period.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';
import { EntryItem } from './entry-item.js';
import { HeadState } from './head-state.js';
import { useNames } from './names.js';
import { checkLog, proveAll } from './proofs.js';
import { useEntries, type Wanted } from './use-entries.js';

export const EntryList = ({ wanted }: { readonly wanted: Wanted }) => {
  const { agency } = useWho();
  const { names } = useNames();
  const list = useEntries(wanted);
  const [believed, setBelieved] = useState('');
  const entries = list.data?.pages.flatMap((page) => page.entries) ?? [];
  const destroyed = new Map(
    list.data?.pages.flatMap((page) => page.destroyed.map((each) => [each.period, each] as const)) ?? [],
  );
  const newest = list.data?.pages.at(-1)?.receipt.entry;
  const check = useQuery({
    queryKey: ['log', 'head', agency.id, newest, believed],
    queryFn: () => checkLog(agency.slug, agency.id, believed === '' ? undefined : believed),
    enabled: newest !== undefined,
    staleTime: Infinity,
    gcTime: 0,
  });
  const held = check.data?.state === 'held' ? check.data : undefined;
  const proofs = useQuery({
    queryKey: ['log', 'proofs', agency.id, held?.head.size, entries.length, newest],
    queryFn: () => (held ? proveAll(held, agency.id, entries) : new Map<number, string | null>()),
    enabled: held !== undefined && entries.length > 0,
    staleTime: Infinity,
    gcTime: 0,
  });
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending || !names) return <Loading what="the log" />;
  const broken = [...(proofs.data?.values() ?? [])].filter((each) => each !== null).length;
  return (
    <section aria-label="Entries">
      <div role="status">
        <HeadState check={check.data} error={check.error} believe={setBelieved} retry={() => void check.refetch()} />
        {proofs.data && entries.length > 0 && (
          <p className={broken === 0 ? undefined : 'fault'}>
            {broken === 0
              ? `All ${entries.length} entries shown are proven: each stands in the signed tree as it is shown, with the values that it committed to, and holds what the log says that an entry of its kind must hold.`
              : `${broken} of the ${entries.length} entries shown are NOT proven.`}
          </p>
        )}
      </div>
      {[...destroyed.values()].map((each) => (
        <p key={each.period}>{destroyedSentence(each)}</p>
      ))}
      {entries.length === 0 ? (
        <Empty title={list.hasNextPage ? 'Nothing among the newest entries' : 'The log has no such entry'}>
          {list.hasNextPage
            ? 'One question looks at 10,000 entries at most. Look further back, or choose a time.'
            : 'Choose less, or another time.'}
        </Empty>
      ) : (
        <ol className="entries" reversed>
          {entries.map((entry) => (
            <EntryItem key={entry.entry} entry={entry} names={names} proof={proofs.data?.get(entry.entry)} />
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <p className="pages">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier ones
          </Button>
        </p>
      )}
    </section>
  );
};
