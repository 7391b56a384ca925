// What stands around every page: who is signed in, where one can go with his role, light or dark, and the way out.
import { Button, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { AlertStatus } from './alerts/alert-count.js';
import { Navigation } from './navigation.js';
import type { Page } from './pages.js';
import { useSession, useWho } from './session/session.js';

const schemes = { auto: 'light', light: 'dark', dark: 'auto' } as const;
const said = { auto: 'as the system', light: 'light', dark: 'dark' } as const;

const Appearance = () => {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Button variant="subtle" size="xs" onClick={() => setColorScheme(schemes[colorScheme])}>
      Appearance: {said[colorScheme]}
    </Button>
  );
};

interface Props {
  readonly pages: readonly Page[];
  readonly open: Page | undefined;
  readonly children: ReactNode;
}

export const Shell = ({ pages, open, children }: Props) => {
  const { member, agency } = useWho();
  const { signOut, lock } = useSession();
  return (
    <>
      <a className="skip" href="#content">
        To the content
      </a>
      <header className="top">
        <p className="who">
          <strong>{agency.name}</strong>
          <span>
            {member.name}, {member.role}
          </span>
        </p>
        {pages.some(({ name }) => name === 'alerts') && <AlertStatus />}
        <div className="acts">
          <Appearance />
          <Button variant="default" size="xs" onClick={lock}>
            Lock
          </Button>
          <Button variant="default" size="xs" onClick={() => void signOut()}>
            Sign out
          </Button>
        </div>
      </header>
      <div className="house">
        <Navigation pages={pages} open={open} />
        <main id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </>
  );
};
