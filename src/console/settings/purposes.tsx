// What members may give as the purpose of a search.
import { Button, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { OwnAgency, PurposesSet } from '../../agencies/agencies.schema.js';
import { purpose } from '../../core/roles.js';
import { call } from '../api/client.js';
import { Confirm } from '../parts/confirm.js';
import { Failed, Loading } from '../parts/states.js';
import { useSession } from '../session/session.js';

interface Props {
  readonly done: (sentence: string) => void;
}

const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim().toLowerCase())
      .filter((line) => line !== ''),
  ),
];

const faultOf = (wanted: readonly string[]): string | undefined => {
  if (wanted.length === 0) return 'Keep at least one: without a purpose nobody can search.';
  if (wanted.length > 50) return 'At most 50.';
  const wrong = wanted.find((each) => !purpose.safeParse(each).success);
  return wrong && `“${wrong}” is none: 3 to 60 small letters and digits with dashes inside, such as stolen-vehicle.`;
};

const Form = ({ purposes, done }: Props & { readonly purposes: readonly string[] }) => {
  const { retry } = useSession();
  const queries = useQueryClient();
  const [text, setText] = useState(purposes.join('\n'));
  const [fault, setFault] = useState<string>();
  const [asking, setAsking] = useState(false);
  const wanted = linesOf(text);
  const [added, removed] = [
    wanted.filter((each) => !purposes.includes(each)),
    purposes.filter((each) => !wanted.includes(each)),
  ];
  const save = useMutation({
    mutationFn: () => call<PurposesSet>('PUT', '/api/v1/agencies/current/purposes', { purposes: wanted }),
    onSuccess: async ({ receipt }) => {
      setAsking(false);
      await queries.invalidateQueries({ queryKey: ['own-agency'] });
      retry();
      done(`The purposes are changed. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.reset();
    const wrong = faultOf(wanted);
    setFault(wrong);
    setAsking(wrong === undefined && added.length + removed.length > 0);
  };
  return (
    <form className="narrow" onSubmit={submit} noValidate>
      <Textarea
        label="Purposes, one a line"
        description="A member chooses one of these for each search; it stands in the log."
        rows={Math.min(12, purposes.length + 2)}
        value={text}
        error={fault}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAsking(false);
        }}
      />
      {asking ? (
        <Confirm
          yes="Yes, change the purposes"
          busy={save.isPending}
          error={save.error}
          act={() => save.mutate()}
          cancel={() => setAsking(false)}
        >
          {added.length > 0 && <p>Members can search for {added.join(', ')} from now on, in our own reads.</p>}
          {removed.length > 0 && (
            <p>
              Nobody of us can search for {removed.join(', ')} any more. Grants that name it stay as they are, and
              searches of before stay in the log.
            </p>
          )}
        </Confirm>
      ) : (
        <Button type="submit" variant="default" disabled={added.length + removed.length === 0}>
          Change the purposes…
        </Button>
      )}
    </form>
  );
};

export const Purposes = ({ done }: Props) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['own-agency'],
    queryFn: () => call<OwnAgency>('GET', '/api/v1/agencies/current'),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="the purposes" />;
  return (
    <section aria-labelledby="purposes">
      <h2 id="purposes">Purposes of a search</h2>
      {data.abilities?.['purposes.set'] === true ? (
        <Form key={data.purposes.join()} purposes={data.purposes} done={done} />
      ) : (
        <p>{data.purposes.join(', ')}. Administrators change them.</p>
      )}
    </section>
  );
};
