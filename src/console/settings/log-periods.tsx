// The months of the agency's log: of how many entries the personal values are sealed, and the destruction of a month's key, which one administrator proposes,
// with a reason, and another does. What is destroyed stays told, with who did it.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { destroyedSentence, hindrances } from '../../core/log-period.js';
import type {
  LogPeriodListShown,
  PeriodDestroyed,
  PeriodProposed,
  PeriodWithdrawn,
} from '../../oversight/log-periods.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';

const address = '/api/v1/log-periods';
type Shown = Json<LogPeriodListShown>;
type Period = Shown['periods'][number];

interface Props {
  readonly done: (sentence: string) => void;
}
interface WithShown extends Props {
  readonly shown: Shown;
}

const entriesOf = ({ entries }: Pick<Period, 'entries'>): string =>
  entries === 1 ? 'one entry' : `${entries.toLocaleString('en-US')} entries`;

const Months = ({ periods }: Pick<Shown, 'periods'>) => (
  <ul className="sentences">
    {periods.map(({ period, entries, hindered, destroyed }) => (
      <li key={period}>
        <strong>{period}</strong>:{' '}
        {destroyed
          ? destroyedSentence({ period, ...destroyed })
          : `values of ${entriesOf({ entries })} are sealed. ${hindered ? hindrances[hindered] : ''}`}
      </li>
    ))}
  </ul>
);

const Proposed = ({ month, shown, done }: WithShown & { readonly month: Period }) => {
  const { member } = useWho();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const { period, proposal } = month;
  const at = `${address}/${period}/proposals/${proposal?.id ?? ''}`;
  const over = (sentence: string): void => {
    void queries.invalidateQueries({ queryKey: ['log-periods'] });
    done(sentence);
  };
  const destroy = useMutation({
    mutationFn: () => call<PeriodDestroyed>('POST', `${at}/adoption`, {}),
    onSuccess: ({ receipt, entries }) =>
      over(
        `Since entry ${receipt.entry} of your agency’s log the personal values of ${period} are gone, in ${entriesOf({ entries })}. The entries stay.`,
      ),
  });
  const withdraw = useMutation({
    mutationFn: () => call<PeriodWithdrawn>('POST', `${at}/withdrawal`, {}),
    onSuccess: ({ receipt }) => over(`Withdrawn; nothing was destroyed. Entry ${receipt.entry} of your agency’s log.`),
  });
  if (!proposal) return null;
  const own = proposal.by === member.id;
  return (
    <section className="told" aria-label={`Proposed: ${period}`}>
      <p>
        <strong>Proposed by {own ? 'you' : 'an administrator'}, not done:</strong> to destroy the personal values of{' '}
        {period}, in {entriesOf(month)}. The reason given: {proposal.reason}
      </p>
      {shown.abilities['period.destroy'] !== true ? null : asking ? (
        <Confirm
          yes={`Yes, destroy those of ${period}`}
          busy={destroy.isPending}
          error={destroy.error}
          act={() => destroy.mutate()}
          cancel={() => setAsking(false)}
        >
          <p>
            Who searched for which plate, in which case and why, can be opened by nobody any more in the entries of that
            month. This cannot be taken back. The entries themselves, their numbers and their proofs stay.
          </p>
        </Confirm>
      ) : (
        <p className="acts">
          {own ? (
            <span className="quiet">Another administrator does it. </span>
          ) : (
            <Button onClick={() => setAsking(true)}>Destroy them…</Button>
          )}{' '}
          <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw the proposal
          </Button>
        </p>
      )}
      {withdraw.error && <Failed error={withdraw.error} />}
    </section>
  );
};

const Propose = ({ shown, done }: WithShown) => {
  const queries = useQueryClient();
  const open = shown.periods.filter(({ hindered, destroyed }) => hindered === null && destroyed === null);
  const [chosen, setChosen] = useState('');
  const [reason, setReason] = useState('');
  const [lacks, setLacks] = useState(false);
  const period = chosen === '' ? (open.at(-1)?.period ?? '') : chosen;
  const propose = useMutation({
    mutationFn: () => call<PeriodProposed>('POST', `${address}/${period}/proposals`, { reason }),
    onSuccess: ({ receipt }) => {
      void queries.invalidateQueries({ queryKey: ['log-periods'] });
      setReason('');
      done(
        `Proposed; nothing is destroyed until another administrator does it. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  if (open.length === 0) return <p className="quiet">There is no month whose personal values can be destroyed now.</p>;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setLacks(reason.trim().length < 3);
    if (reason.trim().length >= 3) propose.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} aria-label="Destroy a month" noValidate>
      <NativeSelect
        label="Month (UTC)"
        data={open.map((each) => ({ value: each.period, label: `${each.period}, ${entriesOf(each)}` }))}
        value={period}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      <TextInput
        label="Why its personal values are destroyed"
        description="The log commits to it."
        autoComplete="off"
        maxLength={500}
        value={reason}
        error={lacks && reason.trim().length < 3 ? 'Say why.' : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {propose.error && <Failed error={propose.error} />}
      <Button type="submit" variant="default" loading={propose.isPending}>
        Propose to destroy them
      </Button>
    </form>
  );
};

export const LogPeriods = ({ done }: Props) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['log-periods'],
    queryFn: () => call<LogPeriodListShown>('GET', address),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the months of the log" />;
  return (
    <section aria-labelledby="log-periods">
      <h2 id="log-periods">Personal values in our log</h2>
      <p>
        Plates, cases, reasons and names stand beside the entries of our log, sealed under a key for each month. When a
        month need not be kept any longer, two administrators destroy its key: the entries stay and can still be
        checked, what is personal in them is gone.
      </p>
      {data.periods.length === 0 ? <p className="quiet">Nothing is sealed yet.</p> : <Months periods={data.periods} />}
      {data.periods.map((month) =>
        month.proposal ? <Proposed key={month.period} month={month} shown={data} done={done} /> : null,
      )}
      {data.abilities['period.propose'] === true && data.periods.length > 0 && <Propose shown={data} done={done} />}
    </section>
  );
};
