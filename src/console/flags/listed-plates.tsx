// The list of plates of households and colleagues: what the auditor knows each by, never the plate. Shown when it is asked for, since reading
// it is an entry.
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { ListedPlateChanged, ListedPlates as Listed } from '../../oversight/flags.schema.js';
import { call } from '../api/client.js';
import { Failed, Loading } from '../parts/states.js';
import { sayDay } from '../parts/time.js';

const address = '/api/v1/listed-plates';

export const ListedPlates = () => {
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const [plate, setPlate] = useState('');
  const [label, setLabel] = useState('');
  const list = useQuery({
    queryKey: ['listed-plates'],
    queryFn: () => call<Listed>('GET', address),
    enabled: open,
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const change = useMutation({
    mutationFn: (remove: string | undefined) =>
      remove === undefined
        ? call<ListedPlateChanged>('POST', address, { plate, label })
        : call<ListedPlateChanged>('DELETE', `${address}/${remove}`, {}),
    onSuccess: (_, remove) => {
      if (remove === undefined) {
        setPlate('');
        setLabel('');
      }
      return queries.invalidateQueries({ queryKey: ['listed-plates'] });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate(undefined);
  };
  return (
    <section aria-labelledby="listed">
      <h2 id="listed">Plates of households and colleagues</h2>
      <p>Each search for one of them is flagged. Only a keyed hash of the plate is kept, which nobody can read back.</p>
      <form className="narrow" onSubmit={submit} aria-label="List a plate">
        <TextInput
          label="Plate to list"
          autoComplete="off"
          required
          maxLength={64}
          value={plate}
          onChange={(event) => setPlate(event.currentTarget.value)}
        />
        <TextInput
          label="What you will know it by"
          description="Such as a file number; not the plate."
          autoComplete="off"
          required
          maxLength={120}
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={change.isPending}>
          List it
        </Button>
      </form>
      {change.error && <Failed error={change.error} />}
      {!open ? (
        <p>
          <Button variant="default" size="xs" onClick={() => setOpen(true)}>
            Show the list
          </Button>
        </p>
      ) : list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <Loading what="the list" />
      ) : list.data.plates.length === 0 ? (
        <p className="quiet">No plate is listed.</p>
      ) : (
        <ul className="choices">
          {list.data.plates.map(({ id, label: name, listedAt }) => (
            <li key={id}>
              {name}, listed on {sayDay(listedAt)}{' '}
              <Button
                variant="default"
                size="xs"
                aria-label={`Take off the list: ${name}`}
                onClick={() => change.mutate(id)}
              >
                Take off
              </Button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
