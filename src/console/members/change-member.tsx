// One member, opened: another role, a new password, the end of a lock or of the membership. Each is asked for twice, the second time with
// what it means.
import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { roles, type Role } from '../../core/roles.js';
import type { MemberChange, MemberChanged, MemberList } from '../../agencies/members.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { newSecret, OneTimeSecret } from './one-time-secret.js';
import { roleWords } from './roles.js';

export type Member = Json<MemberList>['members'][number];

interface Step {
  readonly label: string;
  readonly consequence: string;
  readonly yes: string;
  readonly done: string;
  readonly change: () => MemberChange;
}

const stepsOf = ({ name, status, lockedUntil, abilities }: Member): readonly Step[] => [
  ...(lockedUntil === null
    ? []
    : [
        {
          label: 'Lift the lock…',
          consequence: `${name} can try to sign in again at once. Whoever guessed at the password can, too: ask ${name} first whether it was his own mistake.`,
          yes: 'Yes, lift the lock',
          done: `${name} can sign in again.`,
          change: () => ({ unlock: true as const }),
        },
      ]),
  ...(status === 'active' && abilities['member.end'] === true
    ? [
        {
          label: 'New password…',
          consequence: `The password of ${name} ends now, and so does whatever session is open. You are shown a new one, once.`,
          yes: 'Yes, make a new password',
          done: `${name} has a new password; sessions that were open have ended.`,
          change: () => ({ password: newSecret() }),
        },
      ]
    : []),
  ...(abilities['member.end'] !== true
    ? []
    : status === 'active'
      ? [
          {
            label: 'End the membership…',
            consequence: `${name} can do nothing any more from now on; sessions that are open end at once. What was done stays in the log under this name. It can be taken back.`,
            yes: 'Yes, end it now',
            done: `${name} is no member any more, in effect now.`,
            change: () => ({ status: 'ended' as const }),
          },
        ]
      : [
          {
            label: 'Take the end back…',
            consequence: `${name} is a member again, in the same role and with the same password.`,
            yes: 'Yes, make a member again',
            done: `${name} is a member again.`,
            change: () => ({ status: 'active' as const }),
          },
        ]),
];

const roleStep = ({ name, role }: Member, next: Role): Step => ({
  label: '',
  consequence: `From now on ${name} is ${next} in place of ${role}, in sessions that are open too. Who has this role ${roleWords[next]}.`,
  yes: `Yes, make ${next}`,
  done: `${name} is ${next} from now on.`,
  change: () => ({ role: next }),
});

interface Props {
  readonly member: Member;
  readonly done: (sentence: string) => void;
}

export const ChangeMember = ({ member, done }: Props) => {
  const [role, setRole] = useState<Role>(member.role);
  const [chosen, setChosen] = useState<Step>();
  const [secret, setSecret] = useState<string>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const take = useMutation({
    mutationFn: async (step: Step) => {
      const change = step.change();
      return { change, ...(await call<MemberChanged>('PATCH', `/api/v1/members/${member.id}`, change)) };
    },
    onSuccess: ({ receipt, change }, step) => {
      setChosen(undefined);
      setSecret(change.password);
      done(`${step.done} Entry ${receipt.entry} of your agency’s log.`);
    },
  });
  const choose = (step: Step | undefined): void => {
    take.reset();
    setChosen(step);
  };
  const mayEnd = member.abilities['member.end'] === true;
  return (
    <article className="grant">
      <h2 ref={heading} tabIndex={-1}>
        {member.name} ({member.login})
      </h2>
      <p>
        {member.role}: {roleWords[member.role]}.
      </p>
      {secret !== undefined && (
        <OneTimeSecret
          name={member.name}
          login={member.login}
          secret={secret}
          close={() => {
            setSecret(undefined);
            take.reset();
          }}
        />
      )}
      {chosen ? (
        <Confirm
          yes={chosen.yes}
          busy={take.isPending}
          error={take.error}
          act={() => take.mutate(chosen)}
          cancel={() => choose(undefined)}
        >
          <p>{chosen.consequence}</p>
        </Confirm>
      ) : (
        <>
          {mayEnd && member.status === 'active' && (
            <div className="filters">
              <NativeSelect
                label="Another role"
                value={role}
                onChange={(event) => setRole(event.currentTarget.value as Role)}
                data={[...roles]}
              />
              <Button
                variant="default"
                className="beside-field"
                disabled={role === member.role}
                onClick={() => choose(roleStep(member, role))}
              >
                Change the role…
              </Button>
            </div>
          )}
          <div className="acts">
            {stepsOf(member).map((step) => (
              <Button key={step.label} variant="default" onClick={() => choose(step)}>
                {step.label}
              </Button>
            ))}
          </div>
          {!mayEnd && (
            <p className="quiet">
              This is you: nobody changes his own role or ends himself; another administrator does. Your own password
              you change on the page Account.
            </p>
          )}
        </>
      )}
    </article>
  );
};
