// One flag: who, what, when; and the form in which the auditor says what it turned out to be.
import { useId } from 'react';
import type { FlagPage } from '../../oversight/flags.schema.js';
import type { Json } from '../api/json.js';
import { DecisionForm } from '../parts/decision-form.js';
import { Moment } from '../parts/time.js';

type Flag = Json<FlagPage>['flags'][number];

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
const patterns: Readonly<Record<Flag['pattern'], (flag: Flag) => string>> = {
  plate_repeated: ({ count, cases }) =>
    `One plate was searched for ${count} times in 30 days, under ${cases === 1 ? 'one case number' : `${cases} case numbers`}.`,
  burst: ({ count }) => `${count} searches were made in ten minutes.`,
  unusual_hour: ({ count }) => `A search was made ${times(count)} at an hour when this member hardly ever searches.`,
  after_refusal: ({ count }) =>
    `A plate was searched for ${times(count)} within ten minutes of a refusal, with another reason.`,
  listed_plate: ({ count }) => `A listed plate of a household or colleague was searched for ${times(count)}.`,
};

interface Props {
  readonly flag: Flag;
  readonly decided: (sentence: string) => void;
}

export const FlagItem = ({ flag, decided }: Props) => {
  const heading = useId();
  return (
    <li className="alert" data-open={flag.decision === null} aria-labelledby={heading}>
      <h2 id={heading}>
        {flag.member.name} ({flag.member.login})
      </h2>
      <p>{patterns[flag.pattern](flag)}</p>
      <dl>
        <dt>The last time</dt>
        <dd>
          <Moment at={flag.lastAt} />
        </dd>
        <dt>The first time</dt>
        <dd>
          <Moment at={flag.firstAt} />
        </dd>
        <dt>Search</dt>
        <dd className="id">{flag.lastSearch}</dd>
      </dl>
      {flag.decision === null ? (
        <DecisionForm
          label="What it turned out to be"
          address={`/api/v1/flags/${flag.id}/decision`}
          choices={[
            { value: 'explained', label: 'Explained: there was good reason' },
            { value: 'misuse', label: 'Misuse' },
          ]}
          decided={(what, entry) =>
            decided(`${flag.member.name}: on record as ${what}. Entry ${entry} of your agency’s log.`)
          }
        />
      ) : (
        <p className="quiet">
          {flag.decision === 'misuse' ? 'Misuse' : 'Explained'}
          {flag.decidedAt !== null && (
            <>
              , <Moment at={flag.decidedAt} />
            </>
          )}
          : {flag.note}
        </p>
      )}
    </li>
  );
};
