import { describe, expect, it } from 'vitest';
import { firstSteps, firstStepNames, type KnownOfAgency } from './first-steps.js';

const member = (role: string, active = true) => ({ role, active });
const fresh: KnownOfAgency = {
  ...{ policyMissing: 7, policyItems: 7, law: null, lawProposed: false },
  members: [member('administrator')],
  cameras: [],
};
const ready: KnownOfAgency = {
  ...{ policyMissing: 0, policyItems: 7, law: 'Illinois', lawProposed: false },
  members: [member('administrator'), member('officer'), member('auditor')],
  cameras: [{ ended: false, mayFrame: true, hasFrame: true }],
};
const of = (known: KnownOfAgency) => Object.fromEntries(firstSteps(known).map((each) => [each.name, each]));

describe('The first steps', () => {
  it('are all missing at first and all done in the end', () => {
    expect(firstSteps(fresh).map(({ name, done }) => [name, done])).toEqual(
      firstStepNames.map((name) => [name, false]),
    );
    expect(firstSteps(ready).every(({ done }) => done)).toBe(true);
  });

  it('say that a law takes two administrators, and whether there are two', () => {
    expect(of(fresh)['law']!.says).toContain('there is none yet');
    const two = { ...fresh, members: [member('administrator'), member('administrator')] };
    expect(of(two)['law']!.says).not.toContain('there is none yet');
    expect(of({ ...two, lawProposed: true })['law']).toMatchObject({
      ...{ done: false, says: 'One is proposed; another administrator has to adopt it.' },
    });
  });

  it.each([
    ['members', { members: [member('officer'), member('auditor', false)] }, 'add an auditor'],
    ['members', { members: [member('officer', false), member('auditor')] }, 'add an officer'],
    ['camera', { cameras: [{ ended: true, mayFrame: true, hasFrame: true }] }, 'no camera yet'],
    ['frame', { cameras: [{ ended: true, mayFrame: true, hasFrame: true }] }, 'No camera has sent'],
    ['camera', { cameras: [{ ended: false, mayFrame: false, hasFrame: false }] }, 'without a credential'],
    ['policy', { policyMissing: 1 }, '1 of 7'],
  ] as const)('%s is missing with %j', (name, change, says) => {
    expect(of({ ...ready, ...change })[name]).toMatchObject({ done: false, says: expect.stringContaining(says) });
  });
});
