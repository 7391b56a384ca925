// A proposal of which witnesses are required: it changes nothing until another administrator adopts it.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { WitnessesProposed, WitnessesShown } from '../../oversight/witnesses.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Failed } from '../parts/states.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly url: string;
  readonly key: string;
}

interface Props {
  readonly rule: Json<WitnessesShown>['rule'];
  readonly proposed: boolean;
  readonly done: (sentence: string) => void;
}

const fields = [
  ['name', 'Name', 'For people, such as “State University”'],
  ['url', 'Address', 'Where its add-checkpoint lies below, such as https://witness.example.org'],
  ['key', 'Verifier key', 'As the witness gives it: name+key id+base64'],
] as const;

export const WitnessForm = ({ rule, proposed, done }: Props) => {
  const queries = useQueryClient();
  const [rows, setRows] = useState<readonly Row[]>(() => (rule?.witnesses ?? []).map((each, id) => ({ id, ...each })));
  const [needed, setNeeded] = useState(String(rule?.needed ?? 0));
  const [minutes, setMinutes] = useState(String(Math.round((rule?.seconds ?? 86_400) / 60)));
  const propose = useMutation({
    mutationFn: () =>
      call<WitnessesProposed>('POST', '/api/v1/witnesses/proposals', {
        needed: Number(needed),
        seconds: Number(minutes) * 60,
        witnesses: rows.map(({ name, url, key }) => ({ name: name.trim(), url: url.trim(), key: key.trim() })),
      }),
    onSuccess: ({ receipt }) => {
      void queries.invalidateQueries({ queryKey: ['witnesses'] });
      done(
        `Proposed. Nothing has changed: another administrator adopts it. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  const change = (id: number, part: Partial<Row>): void =>
    setRows(rows.map((each) => (each.id === id ? { ...each, ...part } : each)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    propose.mutate();
  };
  const remove = (id: number): void => setRows(rows.filter((each) => each.id !== id));
  return (
    <details>
      <summary>Propose other witnesses</summary>
      <form className="narrow" onSubmit={submit} noValidate>
        {rows.map(({ id, ...row }, place) => (
          <fieldset key={id}>
            <legend>Witness {place + 1}</legend>
            {fields.map(([field, label, description]) => (
              <TextInput
                key={field}
                label={`${label} of witness ${place + 1}`}
                description={description}
                value={row[field]}
                onChange={(event) => change(id, { [field]: event.currentTarget.value })}
              />
            ))}
            <Button variant="default" size="xs" onClick={() => remove(id)}>
              Leave out witness {place + 1}
            </Button>
          </fieldset>
        ))}
        <Button
          variant="default"
          onClick={() =>
            setRows([...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, name: '', url: '', key: '' }])
          }
        >
          Name a witness
        </Button>
        <TextInput
          label="How many must have cosigned"
          description="0: none is required"
          inputMode="numeric"
          value={needed}
          onChange={(event) => setNeeded(event.currentTarget.value)}
        />
        <TextInput
          label="How old a cosignature may be, in minutes"
          description="From 1 to 10080, which are seven days"
          inputMode="numeric"
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
        {propose.error && <Failed error={propose.error} />}
        <p className="quiet">
          It changes nothing until another administrator adopts it.
          {proposed ? ' It takes the place of the proposal above.' : ''}
        </p>
        <Button type="submit" variant="default" loading={propose.isPending}>
          Propose it
        </Button>
      </form>
    </details>
  );
};
