// Which page is shown: signing in, or the one that the address names, if the member's role opens it.
import { Suspense } from 'react';
import { Empty, Loading } from './parts/states.js';
import { usePage } from './navigate.js';
import { allPages, beginsWith } from './pages.js';
import { SignInPage } from './session/sign-in.js';
import { useSession } from './session/session.js';
import { Shell } from './shell.js';

export const App = () => {
  const { who, may } = useSession();
  const name = usePage();
  if (!who) return <SignInPage />;
  const pages = allPages.filter(({ needs }) => needs === undefined || may(needs));
  const called = (wanted: string) => pages.find((page) => page.name === wanted.split('/')[0]);
  const first = beginsWith.map(called).find((page) => page !== undefined) ?? pages[0];
  const open = name === '' ? first : called(name);
  return (
    <Shell pages={pages} open={open}>
      {open ? (
        <Suspense fallback={<Loading what="the page" />}>
          <open.body />
        </Suspense>
      ) : (
        <>
          <h1>No such page</h1>
          <Empty title="There is nothing for you here">
            The page does not exist, or your role, {who.member.role}, does not open it. Choose a page above.
          </Empty>
        </>
      )}
    </Shell>
  );
};
