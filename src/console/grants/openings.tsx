// Openings of a grant for emergencies: what is open or waits, in sentences, with the steps that this member may take: ask, confirm, end, review. Opening
// is asked for twice, the second time with what follows from it.
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { OpeningList, OpeningStepped } from '../../grants/openings.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { DecisionForm } from '../parts/decision-form.js';
import { Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { useWho } from '../session/session.js';
import type { Grant } from './grant.js';
import { OpeningForm } from './opening-form.js';

type Opening = Json<OpeningList>['openings'][number];

const states: Readonly<Record<Opening['state'], string>> = {
  asked: 'asked for, waits for a second member',
  lapsed: 'lapsed: nobody confirmed it within the hour',
  withdrawn: 'withdrawn before it was open',
  open: 'open now',
  over: 'over, waits for the owner’s review',
  reviewed: 'reviewed',
};

const found: Readonly<Record<string, string>> = { justified: 'It was an emergency', unjustified: 'It was none' };

interface Props {
  readonly grant: Grant;
  readonly owner: string;
  readonly grantee: string;
  readonly done: (sentence: string) => void;
}

interface StepProps extends Props {
  readonly opening: Opening;
}

/** Confirming and ending, each asked for twice. */
const Steps = ({ grant, owner, grantee, opening, done }: StepProps) => {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<'confirmation' | 'end'>();
  const address = `/api/v1/grants/${grant.id}/openings/${opening.id}`;
  const after = (sentence: string): void => {
    setChosen(undefined);
    done(sentence);
    void queries.invalidateQueries({ queryKey: ['openings', grant.id] });
  };
  const take = useMutation({
    mutationFn: (what: 'confirmation' | 'end') => call<OpeningStepped>('POST', `${address}/${what}`, {}),
    onSuccess: ({ receipt }, what) =>
      after(
        what === 'confirmation'
          ? `Open, for ${grant.openingMinutes} minutes from now: ${owner} was told. Entry ${receipt.entry} of your agency’s log.`
          : `Ended, in effect now: ${grantee} sees nothing more. Entry ${receipt.entry} of your agency’s log.`,
      ),
  });
  const [confirms, ends] = [opening.abilities['opening.confirm'] === true, opening.abilities['opening.end'] === true];
  return (
    <>
      {take.error && <Failed error={take.error} />}
      {chosen ? (
        <div className="told refused">
          <p>
            {chosen === 'confirmation'
              ? `You vouch for this emergency with your name. Every officer and supervisor of ${grantee} can then search ${owner}’s reads for ${opening.purpose}, for ${grant.openingMinutes} minutes. ${owner} is told at once and will review it.`
              : `Nothing of ${owner} is shown under it any more, also in a search that is running.`}
          </p>
          <div className="acts">
            <Button loading={take.isPending} onClick={() => take.mutate(chosen)}>
              {chosen === 'confirmation' ? 'Yes, open it now' : 'Yes, end it now'}
            </Button>
            <Button variant="default" onClick={() => setChosen(undefined)}>
              No, not now
            </Button>
          </div>
        </div>
      ) : (
        (confirms || ends) && (
          <div className="acts">
            {confirms && <Button onClick={() => setChosen('confirmation')}>Confirm the emergency…</Button>}
            {ends && (
              <Button variant="default" onClick={() => setChosen('end')}>
                {opening.state === 'asked' ? 'Withdraw the wish…' : 'End it…'}
              </Button>
            )}
          </div>
        )
      )}
      {opening.abilities['opening.review'] === true && (
        <DecisionForm
          label="What it turned out to be"
          kept="Both agencies see it; their logs commit to it."
          address={`${address}/review`}
          choices={[
            { value: 'justified', label: 'It was an emergency' },
            { value: 'unjustified', label: 'It was none' },
          ]}
          decided={(_, entry) => after(`Reviewed: it can be opened again. Entry ${entry} of your agency’s log.`)}
        />
      )}
    </>
  );
};

const OpeningCard = (props: StepProps) => {
  const { opening, owner, grantee } = props;
  const { state, purpose, caseNumber, reason, askedAt, openedAt, until, endedAt, searches, decision, note } = opening;
  return (
    <li className="opening" data-state={state}>
      <h5>{states[state]}</h5>
      <dl>
        <dt>For</dt>
        <dd>
          {purpose}
          {caseNumber !== null && `, case ${caseNumber}: ${reason}`}
        </dd>
        <dt>Asked by a member of {grantee}</dt>
        <dd>
          <Moment at={askedAt} />
        </dd>
        {openedAt !== null && (
          <>
            <dt>Opened by a second one</dt>
            <dd>
              <Moment at={openedAt} />
            </dd>
            <dt>{endedAt === null ? (state === 'open' ? 'Open until' : 'It was over') : 'Ended early'}</dt>
            <dd>
              <Moment at={endedAt ?? until ?? openedAt} />
            </dd>
            <dt>Searches in that time</dt>
            <dd>{searches}</dd>
          </>
        )}
        {decision !== null && (
          <>
            <dt>{owner} found</dt>
            <dd>
              {found[decision]}
              {note !== null && `: ${note}`}
            </dd>
          </>
        )}
      </dl>
      <Steps {...props} />
    </li>
  );
};

/** How many are shown at first; the newest are those that matter. */
const shownFirst = 3;

export const Openings = (props: Props) => {
  const { grant, owner, done } = props;
  const received = useWho().agency.id === grant.granteeAgencyId;
  const [all, setAll] = useState(false);
  const queries = useQueryClient();
  const list = useQuery({
    queryKey: ['openings', grant.id],
    queryFn: () => call<OpeningList>('GET', `/api/v1/grants/${grant.id}/openings`),
    refetchInterval: 20_000,
    refetchOnWindowFocus: true,
  });
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Loading what="the openings" />;
  const { openings, abilities } = list.data;
  const waits = openings.find(({ state }) => state === 'asked' || state === 'open' || state === 'over');
  const asked = (entry: number): void => {
    done(
      `Asked, and ${owner} was told: nothing is open until another member confirms it. Entry ${entry} of your agency’s log.`,
    );
    void queries.invalidateQueries({ queryKey: ['openings', grant.id] });
  };
  return (
    <section aria-label="Openings in an emergency">
      <h4>Openings in an emergency</h4>
      {openings.length === 0 && <p className="quiet">Nobody has asked for one.</p>}
      <ul className="openings">
        {(all ? openings : openings.slice(0, shownFirst)).map((opening) => (
          <OpeningCard key={opening.id} {...props} opening={opening} />
        ))}
      </ul>
      {!all && openings.length > shownFirst && (
        <Button variant="default" size="xs" onClick={() => setAll(true)}>
          Show all {openings.length}
        </Button>
      )}
      {grant.live && received && abilities['opening.ask'] === true && !waits && (
        <OpeningForm grant={grant} owner={owner} asked={asked} />
      )}
    </section>
  );
};
