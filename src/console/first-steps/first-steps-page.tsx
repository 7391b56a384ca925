// What a fresh agency does first, each step done or missing as the interface tells it now. Nothing is kept here: it can be left and taken up again, by another
// administrator too.
import './first-steps.css';
import { useQueries } from '@tanstack/react-query';
import type { CamerasHealth } from '../../agencies/cameras-health.schema.js';
import type { MemberList } from '../../agencies/members.schema.js';
import type { PackList } from '../../agencies/packs.schema.js';
import type { PolicyShown } from '../../agencies/policy.schema.js';
import { firstSteps, type FirstStepName } from '../../core/first-steps.js';
import { policyItemNames } from '../../core/usage-policy.js';
import { call } from '../api/client.js';
import { PageLink } from '../parts/page-link.js';
import { Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';

const about: Readonly<Record<FirstStepName, { title: string; why: string; link: string; to: string }>> = {
  policy: {
    title: 'Say what the agency’s policy is',
    why: 'Who may use it, for what, how it is watched and how long it is kept. Everybody can read it on the public page.',
    link: 'To the usage policy',
    to: 'policy',
  },
  law: {
    title: 'Adopt the law that the data is under',
    why: 'A law of the agency’s state, as data: it stands above every grant and can only take away.',
    link: 'To the law',
    to: 'law',
  },
  members: {
    title: 'Add the first members',
    why: 'Officers and supervisors search; an auditor sees what they did and can never search.',
    link: 'To the members',
    to: 'members',
  },
  camera: {
    title: 'Add the first camera',
    why: 'Its name, its place and a secret with which it signs.',
    link: 'Add a camera',
    to: 'cameras/add',
  },
  frame: {
    title: 'See the first frame',
    why: 'A frame arrives, is recognised, and is shown with what was read in it.',
    link: 'To the cameras',
    to: 'cameras',
  },
};

export const FirstStepsPage = () => {
  const { agency } = useWho();
  const again = { refetchInterval: 5000 };
  const [policy, packs, members, health] = useQueries({
    queries: [
      { ...again, queryKey: ['policy'], queryFn: () => call<PolicyShown>('GET', '/api/v1/agencies/current/policy') },
      { ...again, queryKey: ['packs'], queryFn: () => call<PackList>('GET', '/api/v1/packs') },
      { ...again, queryKey: ['members'], queryFn: () => call<MemberList>('GET', '/api/v1/members') },
      {
        ...{ ...again, queryKey: ['cameras', 'health'] },
        queryFn: () => call<CamerasHealth>('GET', '/api/v1/cameras/health'),
      },
    ],
  });
  const all = [policy, packs, members, health];
  const failed = all.find(({ error }) => error);
  if (failed)
    return (
      <>
        <h1>First steps</h1>
        <Failed error={failed.error} retry={() => void Promise.all(all.map((each) => each.refetch()))} />
      </>
    );
  if (!policy.data || !packs.data || !members.data || !health.data) return <Loading what="how far your agency is" />;
  const steps = firstSteps({
    policyMissing: policy.data.missing.length,
    policyItems: policyItemNames.length,
    law: packs.data.inForce?.title ?? null,
    lawProposed: packs.data.changes.some(({ state }) => state === 'proposed'),
    members: members.data.members.map(({ role, status }) => ({ role, active: status === 'active' })),
    cameras: health.data.cameras.map(({ standing, lastFrame }) => ({
      ...{ ended: standing === 'ended', mayFrame: standing !== 'no_credential', hasFrame: lastFrame !== null },
    })),
  });
  const done = steps.filter((step) => step.done).length;
  return (
    <>
      <h1>First steps</h1>
      <p role="status">
        {done === steps.length
          ? `${agency.name} is set up: all ${steps.length} steps are done.`
          : `${done} of ${steps.length} steps are done. They can be taken in any order, and by any administrator.`}
      </p>
      <ol className="steps">
        {steps.map(({ name, done: isDone, says }) => {
          const { title, why, link, to } = about[name];
          return (
            <li key={name} className="step" data-done={isDone}>
              <h2>
                {title} <span className="quiet">({isDone ? 'done' : 'missing'})</span>
              </h2>
              <p>{why}</p>
              <p>
                <strong>{says}</strong>
              </p>
              <p>
                <PageLink to={to}>{link}</PageLink>
              </p>
            </li>
          );
        })}
      </ol>
    </>
  );
};

export default FirstStepsPage;
