// A new member of the agency, with a first password that this browser makes.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { roles, type Role } from '../../core/roles.js';
import type { MemberAdded, NewMember } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { newSecret, OneTimeSecret } from './one-time-secret.js';
import { roleWords } from './roles.js';

interface Props {
  readonly done: (sentence: string) => void;
}

export const AddMember = ({ done }: Props) => {
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('officer');
  const [lacks, setLacks] = useState(false);
  const [made, setMade] = useState<NewMember>();
  const add = useMutation({
    mutationFn: (body: NewMember) => call<MemberAdded>('POST', '/api/v1/members', body),
    onSuccess: ({ receipt }, body) => {
      setMade(body);
      setLogin('');
      setName('');
      done(`${body.name} is a member, as ${body.role}. Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const whole = login.trim() !== '' && name.trim() !== '';
    setLacks(!whole);
    if (whole) add.mutate({ login: login.trim().toLowerCase(), name: name.trim(), role, password: newSecret() });
  };
  return (
    <section aria-label="Add a member">
      <h2>Add a member</h2>
      {made && (
        <OneTimeSecret
          name={made.name}
          login={made.login}
          secret={made.password}
          close={() => {
            setMade(undefined);
            add.reset();
          }}
        />
      )}
      <form className="narrow" onSubmit={submit} noValidate>
        {add.error && <Failed error={add.error} />}
        <TextInput
          label="Full name"
          autoComplete="off"
          maxLength={120}
          value={name}
          error={lacks && name.trim() === '' ? 'Say who it is.' : undefined}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label="New login"
          description="One word, as he will type it; it cannot be changed later"
          autoComplete="off"
          maxLength={80}
          value={login}
          error={lacks && login.trim() === '' ? 'Give a login.' : undefined}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <NativeSelect
          label="Role to give"
          description={`Who has it ${roleWords[role]}.`}
          value={role}
          onChange={(event) => setRole(event.currentTarget.value as Role)}
          data={[...roles]}
        />
        <Button type="submit" loading={add.isPending}>
          Add the member
        </Button>
      </form>
    </section>
  );
};
