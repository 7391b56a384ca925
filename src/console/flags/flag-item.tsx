// One flag: who, what, when; and the form in which the auditor says what it turned out to be.
import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useId, useState, type FormEvent } from 'react';
import type { FlagDecided, FlagPage } from '../../watch/flags.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Failed } from '../parts/states.js';
import { Moment } from '../parts/time.js';

type Flag = Json<FlagPage>['flags'][number];

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const patterns: Readonly<Record<Flag['pattern'], (flag: Flag) => string>> = {
  plate_repeated: ({ count, cases }) =>
    `One plate was searched for ${count} times in 30 days, under ${cases === 1 ? 'one case number' : `${cases} case numbers`}.`,
  burst: ({ count }) => `${count} searches were made in ten minutes.`,
  unusual_hour: ({ count }) => `A search was made ${times(count)} at an hour when this member hardly ever searches.`,
  after_refusal: ({ count }) =>
    `A plate was searched for ${times(count)} within ten minutes of a refusal, with another reason.`,
  listed_plate: ({ count }) => `A listed plate of a household or colleague was searched for ${times(count)}.`,
};
const decisions = { explained: 'explained', misuse: 'misuse' } as const;

interface Props {
  readonly flag: Flag;
  readonly decided: (sentence: string) => void;
}

export const FlagItem = ({ flag, decided }: Props) => {
  const [decision, setDecision] = useState('');
  const [note, setNote] = useState('');
  const [lacks, setLacks] = useState(false);
  const heading = useId();
  const decide = useMutation({
    mutationFn: () => call<FlagDecided>('POST', `/api/v1/flags/${flag.id}/decision`, { decision, note }),
    onSuccess: ({ receipt }) =>
      decided(`${flag.member.name}: on record as ${decision}. Entry ${receipt.entry} of your agency’s log.`),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = decision !== '' && note.trim() !== '';
    setLacks(!whole);
    if (whole) decide.mutate();
  };
  return (
    <li className="alert" data-open={flag.decision === null} aria-labelledby={heading}>
      <h2 id={heading}>
        {flag.member.name} ({flag.member.login})
      </h2>
      <p>{patterns[flag.pattern](flag)}</p>
      <dl>
        <dt>The last time</dt>
        <dd>
          <Moment at={flag.lastAt} />
        </dd>
        <dt>The first time</dt>
        <dd>
          <Moment at={flag.firstAt} />
        </dd>
        <dt>Search</dt>
        <dd className="id">{flag.lastSearch}</dd>
      </dl>
      {flag.decision === null ? (
        <form onSubmit={submit} noValidate>
          <NativeSelect
            label="What it turned out to be"
            value={decision}
            error={lacks && decision === '' ? 'Choose one.' : undefined}
            onChange={(event) => setDecision(event.currentTarget.value)}
            data={[
              { value: '', label: 'Choose…' },
              { value: decisions.explained, label: 'Explained: there was good reason' },
              { value: decisions.misuse, label: 'Misuse' },
            ]}
          />
          <Textarea
            label="Why"
            description="The log commits to it; auditors see it."
            value={note}
            maxLength={2000}
            error={lacks && note.trim() === '' ? 'Say why.' : undefined}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          {decide.error && <Failed error={decide.error} />}
          <Button type="submit" variant="default" size="xs" loading={decide.isPending}>
            Put on record
          </Button>
        </form>
      ) : (
        <p className="quiet">
          {flag.decision === 'misuse' ? 'Misuse' : 'Explained'}
          {flag.decidedAt !== null && (
            <>
              , <Moment at={flag.decidedAt} />
            </>
          )}
          : {flag.note}
        </p>
      )}
    </li>
  );
};
