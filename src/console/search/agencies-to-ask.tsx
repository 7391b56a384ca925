// Which agencies are asked: the own one, and each other one with why it can or cannot be asked, before anybody asks in vain.
import { Anchor } from '@mantine/core';
import { base, openPage } from '../navigate.js';
import type { Draft } from './draft.js';
import type { Standing } from './standing.js';

export interface OtherAgency {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: string;
  readonly standing: Standing;
}

interface Props {
  readonly draft: Draft;
  readonly change: (change: Partial<Draft>) => void;
  readonly own: string;
  readonly others: readonly OtherAgency[];
  readonly fault?: string;
  readonly looking: boolean;
  readonly mayRequest: boolean;
}

export const AgenciesToAsk = ({ draft, change, own, others, fault, looking, mayRequest }: Props) => (
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
            {standing.because}{' '}
            {standing.request &&
              (mayRequest ? (
                <Anchor
                  href={`${base}/sharing`}
                  onClick={(event) => {
                    event.preventDefault();
                    openPage('sharing');
                  }}
                >
                  Ask for a grant
                </Anchor>
              ) : (
                'Your administrator can ask for one.'
              ))}
          </p>
        </li>
      ))}
    </ul>
    {looking && <p className="quiet">Looking up who can be asked…</p>}
    {!looking && others.length === 0 && <p className="quiet">There is no other agency here.</p>}
  </fieldset>
);
