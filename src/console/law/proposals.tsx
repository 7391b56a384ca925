// Proposals of another law: who made each, and what became of it. It is adopted by another administrator than proposed it, and can be taken
// back as long as it waits.
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { PackDecided } from '../../agencies/packs.schema.js';
import { call } from '../api/client.js';
import { Confirm } from '../parts/confirm.js';
import { sayLocal } from '../parts/time.js';
import { useWho } from '../session/session.js';
import { PackView } from './pack-view.js';
import { packOf, type Packs } from './pack.js';

type Change = Packs['changes'][number];
type Step = 'adoption' | 'withdrawal';

interface Props {
  readonly packs: Packs;
  readonly personOf: (memberId: string) => string;
  readonly done: (sentence: string) => void;
}

const Waiting = ({ change, packs, personOf, done }: Props & { readonly change: Change }) => {
  const { member } = useWho();
  const [step, setStep] = useState<Step>();
  const { packId, packVersion, proposedBy, proposedAt, packHash } = change;
  const named = `${packId}, version ${packVersion}`;
  const decide = useMutation({
    mutationFn: (wanted: Step) => call<PackDecided>('POST', `/api/v1/packs/${change.id}/${wanted}`, {}),
    onSuccess: ({ receipt }, wanted) =>
      done(
        wanted === 'adoption'
          ? `Our data is under ${named} from now on, also for searches that are running. Entry ${receipt.entry} of your agency’s log.`
          : `The proposal of ${named} is taken back. Entry ${receipt.entry} of your agency’s log.`,
      ),
  });
  const own = proposedBy === member.id;
  const shipped = packs.shipped.find(({ sha256 }) => sha256 === packHash);
  const may = (action: string): boolean => packs.abilities[action] === true;
  return (
    <article className="told" aria-label={`Proposed: ${named}`}>
      <p>
        <strong>{shipped?.title ?? named}</strong>, proposed by {own ? 'you' : personOf(proposedBy)} on{' '}
        {sayLocal(proposedAt)}. It changes nothing until another administrator adopts it.
      </p>
      {shipped ? (
        <details>
          <summary>What it says</summary>
          <PackView pack={packOf(shipped.pack)} />
        </details>
      ) : (
        <p className="quiet">
          A pack of our own; its text stands in the entry of the proposal. SHA-256 {packHash.slice(0, 16)}…
        </p>
      )}
      {step ? (
        <Confirm
          yes={step === 'adoption' ? 'Yes, adopt it now' : 'Yes, take it back'}
          busy={decide.isPending}
          error={decide.error}
          act={() => decide.mutate(step)}
          cancel={() => setStep(undefined)}
        >
          <p>
            {step === 'adoption'
              ? 'From that moment our data is under this law: grants that it forbids open nothing, searches that it forbids are refused, and reads past its end are removed within an hour, for good. Try it below first.'
              : 'The proposal ends. It can be made again.'}
          </p>
        </Confirm>
      ) : (
        <div className="acts">
          {may('pack.adopt') && !own && <Button onClick={() => setStep('adoption')}>Adopt it…</Button>}
          {may('pack.withdraw') && (
            <Button variant="default" onClick={() => setStep('withdrawal')}>
              Take it back…
            </Button>
          )}
        </div>
      )}
      {own && may('pack.adopt') && <p className="quiet">You proposed it, so somebody else adopts it.</p>}
    </article>
  );
};

export const Proposals = (props: Props) => {
  const { packs, personOf } = props;
  const waiting = packs.changes.filter(({ state }) => state === 'proposed');
  const decided = packs.changes.filter(({ state }) => state !== 'proposed');
  return (
    <section aria-labelledby="proposals">
      <h2 id="proposals">Proposals</h2>
      {waiting.length === 0 && <p className="quiet">None waits.</p>}
      {waiting.map((change) => (
        <Waiting key={change.id} {...props} change={change} />
      ))}
      {decided.length > 0 && (
        <details>
          <summary>What became of earlier ones ({decided.length})</summary>
          <ul className="sentences">
            {decided.map(({ id, packId, packVersion, state, proposedBy, decidedBy, decidedAt }) => (
              <li key={id}>
                {packId}, version {packVersion}: {state === 'adopted' ? 'adopted' : 'taken back'} by{' '}
                {decidedBy === null ? 'nobody' : personOf(decidedBy)} on{' '}
                {decidedAt === null ? 'an unknown day' : sayLocal(decidedAt)}; proposed by {personOf(proposedBy)}.
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
};
