// What of the log is asked for. Nothing is fetched while somebody chooses: each fetch is an entry.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { accessKinds, workKinds, type LogGroup } from '../../core/log-groups.js';
import type { Member } from './names.js';
import { everything, type Wanted } from './use-entries.js';

export const groupNames: readonly (readonly [LogGroup | '', string])[] = [
  ['', 'Everything'],
  ['access', 'Who switched what on'],
  ['own-searches', 'Searches by our members'],
  ['others-searches', 'Searches of our data by others'],
  ['refusals', 'What was refused'],
];

/** A day of this computer's time as the moment at which it begins, so many days later. */
const beginOf = (day: string, later: number): string => {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date + later).toISOString();
};

interface Props {
  readonly members: readonly Member[];
  readonly busy: boolean;
  readonly show: (wanted: Wanted) => void;
}

export const Filters = ({ members, busy, show }: Props) => {
  const [about, setAbout] = useState('');
  const [kind, setKind] = useState('');
  const [member, setMember] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const wrong = from !== '' && to !== '' && from > to;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong) return;
    show({
      ...everything,
      ...{ about: about as LogGroup | '', kind, member },
      from: from === '' ? '' : beginOf(from, 0),
      to: to === '' ? '' : beginOf(to, 1),
    });
  };
  return (
    <form className="filters" onSubmit={submit} aria-label="Which entries" noValidate>
      <NativeSelect
        label="Show"
        value={about}
        onChange={(event) => setAbout(event.currentTarget.value)}
        data={groupNames.map(([value, label]) => ({ value, label }))}
      />
      <NativeSelect
        label="Kind"
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
        data={[{ value: '', label: 'All kinds' }, ...[...accessKinds, ...workKinds].sort()]}
      />
      {members.length > 0 && (
        <NativeSelect
          label="Member"
          value={member}
          onChange={(event) => setMember(event.currentTarget.value)}
          data={[
            { value: '', label: 'Everybody' },
            ...members.map(({ id, login, name }) => ({ value: id, label: `${name} (${login})` })),
          ]}
        />
      )}
      <TextInput
        label="From"
        type="date"
        value={from}
        error={wrong ? 'Must not be later than the last day.' : undefined}
        onChange={(event) => setFrom(event.currentTarget.value)}
      />
      <TextInput label="Last day" type="date" value={to} onChange={(event) => setTo(event.currentTarget.value)} />
      <Button type="submit" variant="default" loading={busy}>
        Show these
      </Button>
    </form>
  );
};
