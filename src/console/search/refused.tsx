// A search that was not answered: refused, with the reason of each agency; or failed, with what to do.
import { Problem } from '../api/client.js';
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
