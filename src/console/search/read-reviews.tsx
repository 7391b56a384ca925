// What members said of an own read, and the form to say it: that the text is right, what it should be, or that there is no such plate. What was
// observed stays above it as it was read.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import type { Result } from './older.js';

type Said = Result['reviews'][number];

const sentence = ({ verdict, corrected }: Pick<Said, 'verdict' | 'corrected'>): string =>
  verdict === 'correct'
    ? `Corrected to ${corrected ?? ''}`
    : verdict === 'confirm'
      ? 'Confirmed'
      : 'Rejected: no such plate';

const choices = [
  { value: '', label: 'Choose…' },
  { value: 'confirm', label: 'The observed text is right' },
  { value: 'correct', label: 'It is another plate' },
  { value: 'reject', label: 'There is no such plate' },
];

interface Props {
  readonly result: Result;
  /** A search that looked at the read. */
  readonly searchId: string;
}

interface Recorded {
  readonly entry: number;
  readonly said: string;
}

const ReviewForm = ({ result, searchId, done }: Props & { readonly done: (recorded?: Recorded) => void }) => {
  const [verdict, setVerdict] = useState('');
  const [corrected, setCorrected] = useState('');
  const [reason, setReason] = useState('');
  const [lacks, setLacks] = useState(false);
  const lacksPlate = verdict === 'correct' && corrected.trim() === '';
  const send = useMutation({
    mutationFn: () =>
      call<{ receipt: { entry: number } }>('POST', `/api/v1/reads/${result.readId}/reviews`, {
        ...{ searchId, verdict, reason },
        ...(verdict === 'correct' && { corrected }),
      }),
    onSuccess: ({ receipt: { entry } }) => {
      const plate = corrected.toUpperCase().replace(/[^A-Z0-9]/g, '');
      done({ entry, said: sentence({ verdict: verdict as Said['verdict'], corrected: plate }) });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = verdict !== '' && !lacksPlate && reason.trim().length >= 3;
    setLacks(!whole);
    if (whole) send.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <NativeSelect
        label="What this read is"
        value={verdict}
        error={lacks && verdict === '' ? 'Choose one.' : undefined}
        onChange={(event) => setVerdict(event.currentTarget.value)}
        data={choices}
      />
      {verdict === 'correct' && (
        <TextInput
          label="The plate is"
          value={corrected}
          maxLength={64}
          error={lacks && lacksPlate ? 'Type the plate.' : undefined}
          onChange={(event) => setCorrected(event.currentTarget.value)}
        />
      )}
      <TextInput
        label="Why you say so"
        value={reason}
        maxLength={500}
        error={lacks && reason.trim().length < 3 ? 'Say why, in words.' : undefined}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {send.error && <Failed error={send.error} />}
      <Button type="submit" variant="default" size="xs" loading={send.isPending}>
        Put on record
      </Button>{' '}
      <Button variant="subtle" size="xs" onClick={() => done()}>
        Not now
      </Button>
    </form>
  );
};

export const ReadReviews = ({ result, searchId }: Props) => {
  const [open, setOpen] = useState(false);
  const [recorded, setRecorded] = useState<Recorded>();
  const done = (made?: Recorded): void => {
    if (made) setRecorded(made);
    setOpen(false);
  };
  return (
    <div className="read-reviews">
      {recorded && (
        <p role="status">
          <strong>{recorded.said}</strong> by you, now; on record as entry {recorded.entry}.
        </p>
      )}
      {result.reviews.map((each) => (
        <p key={each.reviewId}>
          <strong>{sentence(each)}</strong> by {each.by.name} <Moment at={each.at} />: {each.reason}
        </p>
      ))}
      {!open && (
        <Button variant="default" size="xs" onClick={() => setOpen(true)}>
          Confirm, correct or reject
        </Button>
      )}
      {open && <ReviewForm result={result} searchId={searchId} done={done} />}
    </div>
  );
};
