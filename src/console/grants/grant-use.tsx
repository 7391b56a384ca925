// What a grant was used for, in counts: which both sides may know, and neither says whose plates.
import { useQuery } from '@tanstack/react-query';
import type { GrantUse as Use } from '../../grants/grants.schema.js';
import { call } from '../api/client.js';
import { Failed, Loading } from '../parts/states.js';
import { Moment } from '../parts/time.js';
import { Stacked } from '../parts/stacked.js';

const monthName = new Intl.DateTimeFormat(undefined, { month: 'short', year: 'numeric', timeZone: 'UTC' });
const sayMonth = (month: string): string => monthName.format(new Date(`${month}-01T00:00:00Z`));
const say = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Every month from the newest to the oldest, so that a month without a search is seen as one. */
const withoutGaps = (months: readonly Month[]): readonly Month[] => {
  const found = new Map(months.map((each) => [each.month, each]));
  const [newest, oldest] = [months[0], months.at(-1)];
  if (!newest || !oldest) return [];
  const all: Month[] = [];
  for (const at = new Date(`${newest.month}-01T00:00:00Z`); all.length < 24; at.setUTCMonth(at.getUTCMonth() - 1)) {
    const month = at.toISOString().slice(0, 7);
    all.push(found.get(month) ?? { month, searches: 0, rows: 0, members: 0 });
    if (month === oldest.month) break;
  }
  return all;
};
type Month = Use['months'][number];

const Months = ({ months }: { readonly months: readonly Month[] }) => {
  const most = Math.max(...months.map(({ searches }) => searches), 1);
  return (
    <Stacked label="Table: use by month">
      <table className="use">
        <thead>
          <tr>
            <th scope="col">Month (UTC)</th>
            <th scope="col">Searches</th>
            <th scope="col">Reads shown</th>
            <th scope="col">Members who searched</th>
          </tr>
        </thead>
        <tbody>
          {months.map(({ month, searches, rows, members }) => (
            <tr key={month}>
              <th scope="row">{sayMonth(month)}</th>
              <td>
                <span className="bar-of">
                  <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                    <rect x="0" y="0" width={(100 * searches) / most} height="10" />
                  </svg>
                  {searches}
                </span>
              </td>
              <td>{rows}</td>
              <td>{members}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Stacked>
  );
};

export const GrantUse = ({ id }: { readonly id: string }) => {
  const { data, error, refetch } = useQuery({
    queryKey: ['grant-use', id],
    queryFn: () => call<Use>('GET', `/api/v1/grants/${id}/use`),
  });
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <Loading what="its use" />;
  return (
    <section aria-label="What it was used for">
      <h4>What it was used for</h4>
      {data.lastAt === null ? (
        <p>No search has used it so far.</p>
      ) : (
        <>
          <p>
            {say(data.searches, 'search', 'searches')} by {say(data.members, 'member', 'members')} of the grantee,{' '}
            {say(data.rows, 'read', 'reads')} shown:{' '}
            {data.purposes
              .map(({ purpose, searches }) => `${purpose ?? 'before the purpose was noted'} ${searches} ×`)
              .join(', ')}
            . The last: <Moment at={data.lastAt} />
          </p>
          <Months months={withoutGaps(data.months)} />
        </>
      )}
    </section>
  );
};
