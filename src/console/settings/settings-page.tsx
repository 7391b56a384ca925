// What an agency sets for itself: what a search may be for, how long reads are kept, who outside must cosign its log, which key signs it, and how long its personal values are there. What is set
// elsewhere is linked, so that an administrator finds all of it from here.
import { useState } from 'react';
import { Done } from '../parts/done.js';
import { PageLink } from '../parts/page-link.js';
import { useSession } from '../session/session.js';
import { LogKeys } from './log-keys.js';
import { LogPeriods } from './log-periods.js';
import { Purposes } from './purposes.js';
import { Retention } from './retention.js';
import { Witnesses } from './witnesses.js';

const elsewhere = [
  { to: 'policy', needs: 'policy.get', title: 'Usage and privacy policy', says: 'what your agency tells everybody' },
  { to: 'law', needs: 'pack.list', title: 'Law', says: 'what your data is under, and what another law would change' },
  { to: 'alerts', needs: 'destination.list', title: 'Alerts', says: 'where they go: webhooks and e-mail' },
  { to: 'cameras', needs: 'camera.list', title: 'Cameras', says: 'what each leaves out' },
  { to: 'members', needs: 'member.list', title: 'Members', says: 'who may do what' },
] as const;

export const SettingsPage = () => {
  const { may } = useSession();
  const [told, setTold] = useState('');
  const done = (sentence: string): void => {
    setTold(sentence);
    window.scrollTo(0, 0);
  };
  return (
    <>
      <h1>Agency settings</h1>
      <Done told={told} />
      <Purposes done={done} />
      <Retention done={done} />
      <Witnesses done={done} />
      <LogKeys done={done} />
      <LogPeriods done={done} />
      <section aria-labelledby="elsewhere">
        <h2 id="elsewhere">Set elsewhere</h2>
        <ul className="sentences">
          {elsewhere
            .filter(({ needs }) => may(needs))
            .map(({ to, title, says }) => (
              <li key={to}>
                <PageLink to={to}>{title}</PageLink>: {says}
              </li>
            ))}
        </ul>
      </section>
    </>
  );
};

export default SettingsPage;
