// Signing in: agency, login, password. After a lock agency and login stand there already, and it says that nothing typed is lost.
import { Alert, Anchor, Button, PasswordInput, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useSession, type Away } from './session.js';
import { idleMinutesMax } from './idle.js';
import { Failed } from '../parts/states.js';

const sentences: Readonly<Record<Away, string | undefined>> = {
  new: undefined,
  out: 'You are signed out. Nothing of the session is left in this browser.',
  locked: 'Locked. Sign in again: what you typed is kept, results are asked for anew.',
  idle: `Locked after ${idleMinutesMax} minutes without use. Sign in again: what you typed is kept, results are asked for anew.`,
  lost: 'The session has ended: it was too long without a request, or it was ended elsewhere. Sign in again: what you typed is kept.',
};

export const SignInPage = () => {
  const { signIn, away, before, failed, retry } = useSession();
  const [agency, setAgency] = useState(before?.agency ?? '');
  const [login, setLogin] = useState(before?.login ?? '');
  const [password, setPassword] = useState('');
  const [error, setError] = useState<unknown>(failed);
  const [busy, setBusy] = useState(false);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn({ agency: agency.trim(), login: login.trim(), password });
    } catch (thrown) {
      setError(thrown);
      setPassword('');
      setBusy(false);
    }
  };

  return (
    <main className="sign-in" id="content">
      <h1>Plateward</h1>
      <h2>Sign in</h2>
      {sentences[away] && (
        <Alert variant="default" role="status" className="told">
          {sentences[away]}
        </Alert>
      )}
      {error !== undefined && <Failed error={error} retry={error === failed ? retry : undefined} />}
      <form onSubmit={(event) => void submit(event)}>
        <TextInput
          label="Agency"
          description="Its short name, such as springfield-pd"
          name="agency"
          autoComplete="organization"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          autoFocus={!before}
          value={agency}
          onChange={(event) => setAgency(event.currentTarget.value)}
        />
        <TextInput
          label="Login"
          name="login"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          withAsterisk={false}
          value={login}
          onChange={(event) => setLogin(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          autoFocus={before !== undefined}
          visibilityToggleButtonProps={{ 'aria-label': 'Show or hide the password', tabIndex: 0 }}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button type="submit" loading={busy} fullWidth>
          Sign in
        </Button>
      </form>
      <p className="quiet">
        Each sign-in is on record with your agency. Forgotten? Your administrator sets a new password.
      </p>
      <p className="quiet">
        No member of an agency? <Anchor href="/transparency">What each agency here does with plates is public.</Anchor>
      </p>
    </main>
  );
};
