// The member's own page: who he is here, and his own password.
import { Alert, Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { PasswordChange, PasswordChanged } from '../../identity/sessions.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { useSession, useWho } from './session.js';

const lengthMin = 12;
const toggle = { 'aria-label': 'Show or hide the password', tabIndex: 0 };

const OwnPassword = () => {
  const [password, setPassword] = useState('');
  const [newPassword, setNew] = useState('');
  const [again, setAgain] = useState('');
  const [told, setTold] = useState('');
  const change = useMutation({
    mutationFn: (body: PasswordChange) => call<PasswordChanged>('PUT', '/api/v1/members/me/password', body),
    onSuccess: () => [setPassword, setNew, setAgain].forEach((clear) => clear('')),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.reset();
    if (newPassword !== again) return setTold('The two new passwords differ. Type the new one twice alike.');
    if (newPassword.length < lengthMin) return setTold(`A password has at least ${lengthMin} characters.`);
    setTold('');
    change.mutate({ password, newPassword });
  };
  return (
    <form onSubmit={submit} className="narrow">
      <h2>Your password</h2>
      {told !== '' && (
        <Alert role="alert" variant="default" className="told failed">
          {told}
        </Alert>
      )}
      {change.error && <Failed error={change.error} />}
      {change.data && (
        <Alert role="status" variant="default" className="told done">
          Your password is changed and your other sessions have ended. It is on record: entry{' '}
          {change.data.receipt.entry} of your agency’s log.
        </Alert>
      )}
      <PasswordInput
        label="Old password"
        autoComplete="current-password"
        visibilityToggleButtonProps={toggle}
        required
        withAsterisk={false}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password"
        description={`At least ${lengthMin} characters; a sentence is easy to keep in mind`}
        autoComplete="new-password"
        visibilityToggleButtonProps={toggle}
        required
        withAsterisk={false}
        value={newPassword}
        onChange={(event) => setNew(event.currentTarget.value)}
      />
      <PasswordInput
        label="New password again"
        autoComplete="new-password"
        visibilityToggleButtonProps={toggle}
        required
        withAsterisk={false}
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
      />
      <Button type="submit" loading={change.isPending}>
        Change the password
      </Button>
    </form>
  );
};

export const AccountPage = () => {
  const { member, agency, expiresAt } = useWho();
  const { may } = useSession();
  return (
    <>
      <h1>Your account</h1>
      <dl className="facts">
        <dt>Name</dt>
        <dd>{member.name}</dd>
        <dt>Login</dt>
        <dd>{member.login}</dd>
        <dt>Role</dt>
        <dd>{member.role}</dd>
        <dt>Agency</dt>
        <dd>
          {agency.name} ({agency.slug}, {agency.state})
        </dd>
        <dt>This session ends at the latest</dt>
        <dd>
          <Moment at={expiresAt} />
        </dd>
      </dl>
      {may('member.password') && <OwnPassword />}
    </>
  );
};

export default AccountPage;
