// How many searches each member made, and how many of them say nothing: by month, as a table.
import { useQuery } from '@tanstack/react-query';
import type { ReviewFigures } from '../../oversight/reviews.schema.js';
import { call } from '../api/client.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { Stacked } from '../parts/stacked.js';

const share = (part: number, whole: number): string => `${Math.round((100 * part) / whole)} %`;

export const Figures = () => {
  const found = useQuery({
    queryKey: ['reviews', 'figures'],
    queryFn: () => call<ReviewFigures>('GET', '/api/v1/reviews/figures?months=3'),
  });
  return (
    <section aria-labelledby="figures">
      <h2 id="figures">How searches are accounted for</h2>
      <p>
        A search says nothing when its case number has no digit, or its reason is one word. It is not refused for that;
        one in five of them is drawn for review.
      </p>
      {found.error ? (
        <Failed error={found.error} retry={() => void found.refetch()} />
      ) : !found.data ? (
        <Loading what="the figures" />
      ) : found.data.figures.length === 0 ? (
        <Empty title="No search in three months">Nothing to count yet.</Empty>
      ) : (
        <Stacked label="Table: searches by month and member">
          <table>
            <thead>
              <tr>
                <th scope="col">Month</th>
                <th scope="col">Member</th>
                <th scope="col">Searches</th>
                <th scope="col">Say nothing</th>
                <th scope="col">Drawn</th>
                <th scope="col">Looked over</th>
                <th scope="col">Of concern</th>
              </tr>
            </thead>
            <tbody>
              {found.data.figures.map(({ month, member, searches, vague, drawn, reviewed, concerns }) => (
                <tr key={month + member.id}>
                  <td>{month}</td>
                  <th scope="row">
                    {member.name} ({member.login})
                  </th>
                  <td>{searches}</td>
                  <td>
                    {vague} ({share(vague, searches)})
                  </td>
                  <td>{drawn}</td>
                  <td>{reviewed}</td>
                  <td>{concerns}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Stacked>
      )}
    </section>
  );
};
