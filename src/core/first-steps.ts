// What a fresh agency does first, and how far it is: from what the interface answers, kept nowhere, so that it can be left and taken up again.

export const firstStepNames = ['policy', 'law', 'members', 'camera', 'frame'] as const;
export type FirstStepName = (typeof firstStepNames)[number];

export interface FirstStep {
  readonly name: FirstStepName;
  readonly done: boolean;
  /** One sentence: what is there, or what is missing. */
  readonly says: string;
}

/** What is known of the agency. */
export interface KnownOfAgency {
  /** Items of the usage policy that are missing, of how many. */
  readonly policyMissing: number;
  readonly policyItems: number;
  /** Title of the law in force; null: none. */
  readonly law: string | null;
  /** Whether a change of law was proposed that nobody has adopted. */
  readonly lawProposed: boolean;
  readonly members: readonly { readonly role: string; readonly active: boolean }[];
  readonly cameras: readonly { readonly ended: boolean; readonly mayFrame: boolean; readonly hasFrame: boolean }[];
}

const lawStep = ({ law, lawProposed }: KnownOfAgency, administrators: number): FirstStep => {
  const two =
    administrators < 2 ? ' Adopting takes a second administrator, and there is none yet: add one under members.' : '';
  if (law !== null) return { name: 'law', done: true, says: `In force: ${law}.` };
  if (lawProposed)
    return { name: 'law', done: false, says: `One is proposed; another administrator has to adopt it.${two}` };
  return {
    name: 'law',
    done: false,
    says: `None is adopted, and until one is nothing is shared. One administrator proposes it, another adopts it.${two}`,
  };
};

export const firstSteps = (known: KnownOfAgency): FirstStep[] => {
  const active = known.members.filter((member) => member.active);
  const count = (role: string): number => active.filter((member) => member.role === role).length;
  const searching = count('officer') + count('supervisor');
  const cameras = known.cameras.filter(({ ended }) => !ended);
  const ready = cameras.filter(({ mayFrame }) => mayFrame);
  const { policyMissing, policyItems } = known;
  return [
    {
      name: 'policy',
      done: policyMissing === 0,
      says:
        policyMissing === 0
          ? `All ${policyItems} items are set; the public page shows them.`
          : `${policyMissing} of ${policyItems} items are missing; the public page says so.`,
    },
    lawStep(known, count('administrator')),
    {
      name: 'members',
      done: searching > 0 && count('auditor') > 0,
      says:
        searching === 0
          ? 'Nobody can search yet: add an officer or a supervisor.'
          : count('auditor') === 0
            ? 'Nobody looks over what is done yet: add an auditor.'
            : `${active.length} members, one of them an auditor.`,
    },
    {
      name: 'camera',
      done: ready.length > 0,
      says:
        ready.length > 0
          ? `${ready.length} can send frames.`
          : cameras.length > 0
            ? 'There is a camera without a credential: it cannot send.'
            : 'There is no camera yet.',
    },
    {
      name: 'frame',
      done: cameras.some(({ hasFrame }) => hasFrame),
      says: cameras.some(({ hasFrame }) => hasFrame) ? 'Frames arrive.' : 'No camera has sent a frame yet.',
    },
  ];
};
