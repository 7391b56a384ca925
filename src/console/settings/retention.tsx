// How long reads and pictures are kept: by the law and by the agency's own word, the shorter of the two. Before it is changed, the page says
// how much would be removed by it, which cannot be taken back; what removes anything is proposed here and adopted by another administrator.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type {
  Retention as Shown,
  RetentionProposed,
  RetentionSet,
  RetentionSimulation,
} from '../../agencies/agencies.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { PageLink } from '../parts/page-link.js';
import { Consequence, RetentionProposal, address, sayKept } from './retention-proposal.js';
import { saySpan } from '../parts/span.js';
import { Failed, Loading } from '../parts/states.js';

interface Props {
  readonly done: (sentence: string) => void;
}

const Form = ({ shown, done }: Props & { readonly shown: Json<Shown> }) => {
  const queries = useQueryClient();
  const [end, setEnd] = useState(shown.days === null ? 'law' : 'days');
  const [days, setDays] = useState(String(shown.days ?? 30));
  const [fault, setFault] = useState<string>();
  const wanted = end === 'law' ? null : Number(days);
  const simulate = useMutation({
    mutationFn: () => call<RetentionSimulation>('POST', `${address}/simulations`, { days: wanted }),
  });
  const set = useMutation({
    mutationFn: (tried: Json<RetentionSimulation>) => call<RetentionSet>('PUT', address, { days: tried.days }),
    onSuccess: ({ receipt, keptMinutes }) => {
      simulate.reset();
      void queries.invalidateQueries({ queryKey: ['retention'] });
      done(`Reads and pictures are kept ${sayKept(keptMinutes)}. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const propose = useMutation({
    mutationFn: (tried: Json<RetentionSimulation>) =>
      call<RetentionProposed>('POST', `${address}/proposals`, { days: tried.days }),
    onSuccess: ({ receipt }) => {
      simulate.reset();
      void queries.invalidateQueries({ queryKey: ['retention'] });
      done(
        `Proposed; nothing is removed until another administrator adopts it. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  const change = (next: () => void): void => {
    simulate.reset();
    setFault(undefined);
    next();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    set.reset();
    propose.reset();
    const wrong = end === 'days' && !/^[1-9][0-9]{0,3}$/.test(days);
    setFault(wrong || Number(days) > 1095 ? 'A whole number of days from 1 to 1095.' : undefined);
    if (!wrong && Number(days) <= 1095) simulate.mutate();
  };
  const tried = simulate.data;
  const shorter =
    tried !== undefined && tried.keptMinutes !== null && tried.keptMinutes < (shown.keptMinutes ?? Infinity);
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      <NativeSelect
        label="The agency’s own word"
        value={end}
        onChange={(event) => {
          const { value } = event.currentTarget;
          change(() => setEnd(value));
        }}
        data={[
          { value: 'days', label: 'So many days' },
          { value: 'law', label: shown.lawMinutes === null ? 'None: without an end' : 'None: what the law allows' },
        ]}
      />
      {end === 'days' && (
        <TextInput
          label="Days, from capture"
          inputMode="numeric"
          value={days}
          error={fault}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(() => setDays(value.trim()));
          }}
        />
      )}
      {simulate.error && <Failed error={simulate.error} />}
      {tried ? (
        <Confirm
          yes={shorter ? 'Yes, propose it' : 'Yes, keep them so long'}
          busy={set.isPending || propose.isPending}
          error={set.error ?? propose.error}
          act={() => (shorter ? propose : set).mutate(tried)}
          cancel={() => simulate.reset()}
        >
          <Consequence tried={tried} />
          {shorter && <p>A shorter time takes two: you propose it, and another administrator adopts it.</p>}
        </Confirm>
      ) : (
        <Button type="submit" variant="default" loading={simulate.isPending} disabled={wanted === shown.days}>
          Say what it would do…
        </Button>
      )}
    </form>
  );
};

export const Retention = ({ done }: Props) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['retention'],
    queryFn: () => call<Json<Shown>>('GET', address),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="how long reads are kept" />;
  return (
    <section aria-labelledby="retention">
      <h2 id="retention">How long reads and pictures are kept</h2>
      <p>
        Just now <strong>{sayKept(data.keptMinutes)}</strong>. <PageLink to="law">The law</PageLink>{' '}
        {data.lawMinutes === null ? 'names no end' : `allows ${saySpan(data.lawMinutes)}`}; your agency has set{' '}
        {data.days === null ? 'nothing' : saySpan(data.days * 1440)}. The shorter of the two holds.
      </p>
      {data.proposal && <RetentionProposal proposal={data.proposal} abilities={data.abilities} done={done} />}
      {data.abilities['retention.set'] === true && <Form key={String(data.days)} shown={data} done={done} />}
    </section>
  );
};
