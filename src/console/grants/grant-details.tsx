// One grant, opened: what it means in sentences, what the law says, and the steps that this member may take. Each step is asked for
// twice, the second time with its consequence. Approving is a step of its own (approve.tsx): it is signed.
import { Alert, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { GrantStepped } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { Failed } from '../parts/states.js';
import { Approve } from './approve.js';
import type { Grant } from './grant.js';
import { GrantUse } from './grant-use.js';
import { Openings } from './openings.js';
import { historyOf, sentencesOf } from './sentences.js';
import { Signatures } from './signatures.js';

interface Step {
  readonly action: string;
  readonly path: string;
  readonly label: string;
  readonly confirm: string;
  readonly consequence: (owner: string, grantee: string) => string;
  readonly done: (grantee: string, entry: number) => string;
}

const steps: readonly Step[] = [
  {
    ...{ action: 'grant.decline', path: 'declination', label: 'Decline…', confirm: 'Yes, decline it' },
    consequence: (_owner, grantee) => `${grantee} is told no and sees nothing. It can ask again.`,
    done: (grantee, entry) => `Declined: ${grantee} sees nothing. Entry ${entry} of your agency’s log.`,
  },
  {
    ...{ action: 'grant.suspend', path: 'suspension', label: 'Suspend…', confirm: 'Yes, suspend it now' },
    consequence: (owner, grantee) =>
      `${grantee} loses ${owner}’s reads at once, also in a search that is running, until the grant is signed anew.`,
    done: (grantee, entry) =>
      `Suspended, in effect now: ${grantee} sees nothing until it is signed anew. Entry ${entry} of your agency’s log.`,
  },
  {
    ...{ action: 'grant.revoke', path: 'revocation', label: 'Revoke…', confirm: 'Yes, revoke it now' },
    consequence: (owner, grantee) =>
      `${grantee} loses ${owner}’s reads at once, also in a search that is running. It cannot be undone; ${grantee} would have to ask anew.`,
    done: (grantee, entry) =>
      `Revoked, in effect now: ${grantee} sees nothing more. Entry ${entry} of your agency’s log.`,
  },
];

interface Props {
  readonly grant: Grant;
  readonly owner: string;
  readonly grantee: string;
  readonly done: (sentence: string) => void;
  readonly close: () => void;
}

export const GrantDetails = ({ grant, owner, grantee, done, close }: Props) => {
  const [chosen, setChosen] = useState<Step>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const take = useMutation({
    mutationFn: (step: Step) => call<GrantStepped>('POST', `/api/v1/grants/${grant.id}/${step.path}`, {}),
    onSuccess: ({ receipt }, step) => {
      close();
      done(step.done(grantee, receipt.entry));
    },
  });
  const mayApprove = grant.abilities['grant.approve'] === true;
  const possible = steps.filter(({ action }) => grant.abilities[action] === true);
  return (
    <article className="grant">
      <h3 ref={heading} tabIndex={-1}>
        {owner} to {grantee}
      </h3>
      {grant.forbidden && (
        <Alert variant="default" className="told refused">
          The law that {owner}’s data is under lets it open nothing: {grant.forbidden.because}
        </Alert>
      )}
      <ul className="sentences">
        {[...sentencesOf(grant, owner, grantee), ...historyOf(grant)].map((sentence) => (
          <li key={sentence}>{sentence}</li>
        ))}
      </ul>
      <Signatures grant={grant} owner={owner} />
      {grant.terms !== '' && (
        <p>
          <strong>Agreed in words:</strong> {grant.terms}
        </p>
      )}
      {mayApprove && <Approve grant={grant} owner={owner} grantee={grantee} done={done} close={close} />}
      {grant.decidedAt !== null && grant.state !== 'declined' && <GrantUse id={grant.id} />}
      {grant.openingMinutes !== null && grant.state !== 'requested' && grant.state !== 'declined' && (
        <Openings grant={grant} owner={owner} grantee={grantee} done={done} />
      )}
      {take.error && <Failed error={take.error} />}
      {chosen ? (
        <div className="told refused">
          <p>{chosen.consequence(owner, grantee)}</p>
          <div className="acts">
            <Button loading={take.isPending} onClick={() => take.mutate(chosen)}>
              {chosen.confirm}
            </Button>
            <Button variant="default" onClick={() => setChosen(undefined)}>
              No, leave it as it is
            </Button>
          </div>
        </div>
      ) : (
        <div className="acts">
          {possible.map((step) => (
            <Button key={step.action} variant="default" onClick={() => setChosen(step)}>
              {step.label}
            </Button>
          ))}
          {possible.length === 0 && !mayApprove && grant.openingMinutes === null && (
            <p className="quiet">There is no step that you can take here.</p>
          )}
        </div>
      )}
    </article>
  );
};
