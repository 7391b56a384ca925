// What would change if the agency adopted another law: tried on its own grants, searches and reads, without changing anything; and from there
// the proposal of it.
import { Button, NativeSelect, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import type { PackProposed, Simulation } from '../../agencies/packs.schema.js';
import { call } from '../api/client.js';
import type { Json } from '../api/json.js';
import { Confirm } from '../parts/confirm.js';
import { sayRule } from '../../core/rule-sentence.js';
import { Failed } from '../parts/states.js';
import type { Packs } from './pack.js';

type Simulated = Json<Simulation>;

const say = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

interface OutcomeProps {
  readonly told: Simulated;
  readonly days: number;
  readonly nameOf: (agencyId: string) => string;
}

const Outcome = ({ told, days, nameOf }: OutcomeProps) => {
  const refused = Object.entries(told.searchesRefused);
  const sum = refused.reduce((all, [, count]) => all + count, 0);
  return (
    <div role="status">
      <h3>Under {told.pack.title}</h3>
      <ul className="sentences">
        <li>
          {told.liveGrants === 0
            ? 'No grant of our data is live, so none would end.'
            : `${told.grants.length} of ${say(told.liveGrants, 'live grant', 'live grants')} of our data would change.`}
          <ul className="sentences">
            {told.grants.map(({ grantId, granteeAgencyId, because, purposesClosed }) => (
              <li key={grantId}>
                {nameOf(granteeAgencyId)}:{' '}
                {because === undefined
                  ? `would no longer open for ${purposesClosed.join(', ')}.`
                  : `would open nothing. ${because}`}
              </li>
            ))}
          </ul>
        </li>
        <li>
          {told.searches === 0
            ? `Our members made no search in the last ${days} days.`
            : `${sum} of ${say(told.searches, 'search', 'searches')} of our members in the last ${days} days would have been refused.`}
          <ul className="sentences">
            {refused.map(([rule, count]) => (
              <li key={rule}>
                {count} because {sayRule(rule)}
              </li>
            ))}
          </ul>
        </li>
        <li>
          {told.readsClosed === 0
            ? 'No read that is kept now would be removed.'
            : `${say(told.readsClosed, 'read', 'reads')} that we keep now could no longer be looked at, and would be removed.`}
        </li>
      </ul>
    </div>
  );
};

interface Props {
  readonly packs: Packs;
  readonly nameOf: (agencyId: string) => string;
  readonly done: (sentence: string) => void;
}

/** A pack of one's own as it was typed, or its name. */
const wantedOf = (chosen: string, text: string): unknown => {
  if (chosen !== 'own') return chosen;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
};

export const Simulator = ({ packs, nameOf, done }: Props) => {
  const [chosen, setChosen] = useState('');
  const [text, setText] = useState('');
  const [days, setDays] = useState('30');
  const [fault, setFault] = useState<string>();
  const [asking, setAsking] = useState(false);
  const wanted = wantedOf(chosen, text);
  const simulate = useMutation({
    mutationFn: () => call<Simulation>('POST', '/api/v1/packs/simulations', { pack: wanted, days: Number(days) }),
  });
  const propose = useMutation({
    mutationFn: () => call<PackProposed>('POST', '/api/v1/packs', { pack: wanted }),
    onSuccess: ({ receipt }) => {
      setAsking(false);
      simulate.reset();
      done(
        `Proposed. Nothing has changed: another administrator adopts it. Entry ${receipt.entry} of your agency’s log.`,
      );
    },
  });
  const change = (next: () => void): void => {
    simulate.reset();
    propose.reset();
    setAsking(false);
    setFault(undefined);
    next();
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (chosen === '') return setFault('Choose a law.');
    if (wanted === undefined) return setFault('What you wrote is not JSON.');
    if (!/^[1-9][0-9]{0,2}$/.test(days) || Number(days) > 366)
      return setFault('Days are a whole number from 1 to 366.');
    setFault(undefined);
    simulate.mutate();
  };
  const { inForce, shipped, abilities } = packs;
  const others = shipped.filter(({ sha256 }) => sha256 !== inForce?.sha256);
  return (
    <section aria-labelledby="simulator">
      <h2 id="simulator">What would change if we adopted another?</h2>
      <form className="narrow" onSubmit={submit} noValidate>
        <NativeSelect
          label="Law to try"
          value={chosen}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(() => setChosen(value));
          }}
          data={[
            { value: '', label: 'Choose…' },
            ...others.map(({ id, title, version }) => ({ value: id, label: `${title}, version ${version}` })),
            { value: 'own', label: 'One of our own, as JSON' },
          ]}
        />
        {chosen === 'own' && (
          <Textarea
            label="Pack as JSON"
            description="The form is in docs/policy.md; begin with one that is shipped."
            rows={8}
            value={text}
            onChange={(event) => {
              const { value } = event.currentTarget;
              change(() => setText(value));
            }}
          />
        )}
        <TextInput
          label="Days of our own searches to look at"
          inputMode="numeric"
          value={days}
          onChange={(event) => {
            const { value } = event.currentTarget;
            change(() => setDays(value));
          }}
        />
        {fault !== undefined && (
          <p className="fault" role="alert">
            {fault}
          </p>
        )}
        {simulate.error && <Failed error={simulate.error} />}
        <Button type="submit" variant="default" loading={simulate.isPending}>
          Try it, change nothing
        </Button>
      </form>
      {simulate.data && (
        <div className="told">
          <Outcome told={simulate.data} days={Number(days)} nameOf={nameOf} />
          {abilities['pack.propose'] !== true ? null : asking ? (
            <Confirm
              yes="Yes, propose it"
              busy={propose.isPending}
              error={propose.error}
              act={() => propose.mutate()}
              cancel={() => setAsking(false)}
            >
              <p>
                It is on record, and changes nothing until another administrator of your agency adopts it. Then what
                stands above happens at once.
              </p>
            </Confirm>
          ) : (
            <Button onClick={() => setAsking(true)}>Propose it…</Button>
          )}
        </div>
      )}
    </section>
  );
};
