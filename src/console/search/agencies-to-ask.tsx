// Which agencies are asked: the own one, and each other one with why it can or cannot be asked, before anybody asks in vain.
import { Button } from '@mantine/core';
import { openPage } from '../navigate.js';
import type { Draft } from './draft.js';
import { sectionOf } from './section.js';
import type { Standing } from './standing.js';

export interface OtherAgency {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly standing: Standing;
}

type Shown = 'own' | 'others' | 'purpose';

interface Props {
  readonly change: (change: Partial<Draft>) => void;
  readonly own: string;
  readonly others: readonly OtherAgency[];
  readonly fault: string | undefined;
  readonly looking: boolean;
  readonly mayRequest: boolean;
}

const Agencies = ({
  draft,
  change,
  own,
  others,
  fault,
  looking,
  mayRequest,
}: Props & { readonly draft: Pick<Draft, Shown> }) => (
  <fieldset className="agencies">
    <legend>Agencies to ask</legend>
    {fault && (
      <p className="fault" role="alert">
        {fault}
      </p>
    )}
    <ul className="choices">
      <li>
        <label>
          <input
            type="checkbox"
            checked={draft.own}
            aria-invalid={fault !== undefined}
            onChange={(event) => change({ own: event.currentTarget.checked })}
          />
          {own}
        </label>
        <p className="quiet">Your own agency’s reads.</p>
      </li>
      {others.map(({ id, slug, name, state, standing }) => (
        <li key={id} data-askable={standing.askable}>
          <label>
            <input
              type="checkbox"
              disabled={!standing.askable}
              checked={standing.askable && draft.others.includes(slug)}
              aria-describedby={`standing-${slug}`}
              onChange={(event) =>
                change({
                  others: event.currentTarget.checked
                    ? [...draft.others, slug]
                    : draft.others.filter((each) => each !== slug),
                })
              }
            />
            {name}, {state}
          </label>
          <p className="quiet" id={`standing-${slug}`}>
            <span className="mark" aria-hidden="true">
              {standing.askable ? '✓' : '✕'}
            </span>{' '}
            {standing.because}
          </p>
          {standing.request && (
            <Button
              variant="default"
              size="compact-xs"
              className="request"
              aria-describedby={`standing-${slug}`}
              onClick={() =>
                openPage(`sharing?${new URLSearchParams({ ask: slug, purpose: draft.purpose }).toString()}`)
              }
            >
              {mayRequest ? 'Request a grant of' : 'Prepare a request to'} {name}
            </Button>
          )}
        </li>
      ))}
    </ul>
    {looking && <p className="quiet">Looking up who can be asked…</p>}
    {!looking && others.length === 0 && <p className="quiet">There is no other agency here.</p>}
  </fieldset>
);

export const AgenciesToAsk = sectionOf<Shown, Props>(['own', 'others', 'purpose'], Agencies);
