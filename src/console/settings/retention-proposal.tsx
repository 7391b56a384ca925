// A shorter time to keep reads that one administrator has proposed: what it would remove, and, for another one, its adoption.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type {
  Retention,
  RetentionSet,
  RetentionSimulation,
  RetentionWithdrawn,
} from '../../agencies/agencies.schema.js';
import type { MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { saySpan } from '../parts/span.js';
import { Failed, Loading } from '../parts/states.js';
import { Moment, sayLocal } from '../parts/time.js';
import { useSession, useWho } from '../session/session.js';

export const address = '/api/v1/agencies/current/retention';

export const sayKept = (minutes: number | null): string =>
  minutes === null ? 'without an end' : `for ${saySpan(minutes)}`;
const say = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;

export const Consequence = ({ tried }: { readonly tried: Json<RetentionSimulation> }) => (
  <>
    <p>
      Reads and pictures would be kept {sayKept(tried.keptMinutes)}, from when they were captured.{' '}
      {tried.days !== null && tried.keptMinutes !== null && tried.keptMinutes < tried.days * 1440
        ? 'That is what the law allows, which is shorter than what you set.'
        : ''}
    </p>
    {tried.reads + tried.frames === 0 ? (
      <p>Nothing that is kept now would be removed.</p>
    ) : (
      <p>
        <strong>
          {say(tried.reads, 'read')} and {say(tried.frames, 'frame')} with their pictures
        </strong>{' '}
        could not be searched any more from that moment on, and would be removed within an hour, for good
        {tried.before !== null && `: everything from before ${sayLocal(tried.before)}`}.
      </p>
    )}
  </>
);

interface Props {
  readonly proposal: NonNullable<Json<Retention>['proposal']>;
  readonly abilities: Record<string, boolean>;
  readonly done: (sentence: string) => void;
}

export const RetentionProposal = ({ proposal, abilities, done }: Props) => {
  const { member } = useWho();
  const { may } = useSession();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const members = useQuery({
    queryKey: ['members'],
    queryFn: () => call<MemberList>('GET', '/api/v1/members'),
    enabled: may('member.list'),
  });
  const tried = useQuery({
    queryKey: ['retention', 'proposed', proposal.id],
    queryFn: () => call<Json<RetentionSimulation>>('POST', `${address}/simulations`, { days: proposal.days }),
    enabled: asking,
  });
  const after = (sentence: string): void => {
    void queries.invalidateQueries({ queryKey: ['retention'] });
    done(sentence);
  };
  const adopt = useMutation({
    mutationFn: () => call<RetentionSet>('POST', `${address}/proposals/${proposal.id}/adoption`, {}),
    onSuccess: ({ receipt, keptMinutes }) =>
      after(`Reads and pictures are kept ${sayKept(keptMinutes)}. Entry ${receipt.entry} of your agency’s log.`),
  });
  const withdraw = useMutation({
    mutationFn: () => call<RetentionWithdrawn>('POST', `${address}/proposals/${proposal.id}/withdrawal`, {}),
    onSuccess: ({ receipt }) => after(`Withdrawn; nothing changes. Entry ${receipt.entry} of your agency’s log.`),
  });
  const own = proposal.by === member.id;
  const by = members.data?.members.find(({ id }) => id === proposal.by)?.name ?? 'an administrator';
  return (
    <section className="told" aria-label="Proposed: a shorter time">
      <p>
        <strong>Proposed by {own ? 'you' : by}, not in force:</strong> to keep reads and pictures for{' '}
        {saySpan(proposal.days * 1440)}. <Moment at={proposal.at} />
      </p>
      {withdraw.error && <Failed error={withdraw.error} />}
      {abilities['retention.adopt'] === true && own && (
        <p className="quiet">Another administrator adopts it. A new proposal takes its place.</p>
      )}
      {asking ? (
        tried.data ? (
          <Confirm
            yes="Yes, adopt it and remove the rest"
            busy={adopt.isPending}
            error={adopt.error}
            act={() => adopt.mutate()}
            cancel={() => setAsking(false)}
          >
            <Consequence tried={tried.data} />
          </Confirm>
        ) : tried.error ? (
          <Failed error={tried.error} retry={() => void tried.refetch()} />
        ) : (
          <Loading what="what it would remove" />
        )
      ) : (
        <div className="acts">
          {abilities['retention.adopt'] === true && !own && (
            <Button onClick={() => setAsking(true)}>Adopt the shorter time…</Button>
          )}
          {abilities['retention.withdraw'] === true && (
            <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
              Withdraw the shorter time
            </Button>
          )}
        </div>
      )}
    </section>
  );
};
