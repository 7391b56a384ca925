// A search that was not answered: refused, with the reason of each agency; or failed, with what to do. And, beside an answer, which agencies it is not of.
import { Alert } from '@mantine/core';
import { Problem } from '../api/client.js';
import type { Answer } from './older.js';
import { Failed } from '../parts/states.js';

interface Props {
  readonly error: unknown;
  readonly names: ReadonlyMap<string, string>;
  readonly retry: () => void;
}

export const RefusedSearch = ({ error, names, retry }: Props) => {
  const { faults = [], agencies = [] } = error instanceof Problem ? error.body : {};
  return (
    <>
      <Failed error={error} retry={faults.length === 0 ? retry : undefined} />
      {agencies.length > 0 && (
        <ul className="verdicts">
          {agencies.map((each) => (
            <li key={each.agencyId}>
              <strong>{names.get(each.agencyId) ?? each.slug}</strong>: {each.because ?? each.verdict}
            </li>
          ))}
        </ul>
      )}
    </>
  );
};

/** Agencies that were asked and not searched, and why: what is shown below is not of them. */
export const NotSearched = ({ answer, names }: { readonly answer: Answer; readonly names: Props['names'] }) => {
  const refused = answer.agencies.filter(({ verdict }) => verdict === 'refused');
  return (
    refused.length > 0 && (
      <Alert role="alert" variant="default" className="told refused" title="Not every agency was searched">
        <ul className="verdicts">
          {refused.map(({ agencyId, slug, because }) => (
            <li key={agencyId}>
              <strong>{names.get(agencyId) ?? slug}</strong> was not searched. {because}
            </li>
          ))}
        </ul>
      </Alert>
    )
  );
};
