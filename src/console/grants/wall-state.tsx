// What the newest test of the wall found, and, while all sharing of the agency is stopped, that it is, what to do, and for administrators the way to let it go on.
import { Alert, Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { Sharing, SharingResumed } from '../../oversight/sharing.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { Moment } from '../parts/time.js';

const address = '/api/v1/sharing';

const Resume = ({ done }: { done: (sentence: string) => void }) => {
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [lacks, setLacks] = useState(false);
  const resume = useMutation({
    mutationFn: () => call<SharingResumed>('POST', `${address}/resumption`, { note }),
    onSuccess: ({ receipt }) => {
      done(`Sharing goes on: grants open again what they give. Entry ${receipt.entry} of your agency’s log.`);
      return queries.invalidateQueries({ queryKey: ['sharing'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = note.trim().length >= 3;
    setLacks(!whole);
    if (whole) resume.mutate();
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      <Textarea
        label="What it was, and how it was mended"
        description="It stands in the log, opened to your agency alone."
        value={note}
        maxLength={500}
        error={lacks ? 'Say what it was.' : undefined}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {resume.error && <Failed error={resume.error} />}
      <Button type="submit" variant="default" loading={resume.isPending}>
        Let sharing go on
      </Button>
    </form>
  );
};

/** @param done told what was put on record */
export const WallState = ({ done }: { done: (sentence: string) => void }) => {
  const state = useQuery({ queryKey: ['sharing'], queryFn: () => call<Sharing>('GET', address) });
  if (state.error) return <Failed error={state.error} retry={() => void state.refetch()} />;
  if (!state.data) return null;
  const { stoppedAt, canary, abilities } = state.data;
  return (
    <section aria-labelledby="wall-state">
      <h2 id="wall-state">Tests of the wall</h2>
      {stoppedAt !== null && (
        <Alert variant="default" className="told failed" title="All sharing of our data is stopped">
          <p>
            Since <Moment at={stoppedAt} />: a test found a way across the wall between agencies. Whatever our grants
            say, nobody else is shown anything. Our own searches and cameras go on. The entry “canary.run” of that time
            in our log names the ways that led across.
          </p>
          {canary !== null && canary.crossed > 0 ? (
            <p>The newest test still finds one. Sharing can go on after a test that finds none.</p>
          ) : (
            <p>The newest test finds none any more.</p>
          )}
        </Alert>
      )}
      {canary === null ? (
        <p className="quiet">No test has been made yet.</p>
      ) : (
        <p>
          {canary.tried} ways across were tried,{' '}
          {canary.crossed === 0 ? 'and none led across.' : `and ${canary.crossed} led across.`} The newest test:{' '}
          <Moment at={canary.at} />
        </p>
      )}
      {stoppedAt !== null && canary?.crossed === 0 && abilities['sharing.resume'] === true && <Resume done={done} />}
    </section>
  );
};
