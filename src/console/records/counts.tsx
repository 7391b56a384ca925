// The tables of counts of a release, as they left: by month, purpose and agency.
import { disclosedCountRows, type DisclosedTables } from '../../core/disclosed.js';
import { Stacked } from '../parts/stacked.js';

export const Counts = ({ of }: { readonly of: DisclosedTables }) => (
  <Stacked label="Table: the released counts">
    <table>
      <thead>
        <tr>
          {['By', 'Which', 'Searches'].map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {disclosedCountRows(of).map(([by, value, told], at) => (
          <tr key={at}>
            <th scope="row">{by}</th>
            <td>{value ?? 'all'}</td>
            <td>{told ?? '–'}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </Stacked>
);
