// Grants as a table: one line each, with what decides whether somebody sees something.
import { Button } from '@mantine/core';
import { sayDay } from '../parts/time.js';
import type { Grant } from './grant.js';
import { sayCameras, standingOf } from './sentences.js';

interface Props {
  readonly title: string;
  readonly grants: readonly Grant[];
  /** Name of the agency on the other side. */
  readonly other: (grant: Grant) => string;
  readonly openId?: string;
  readonly open: (id: string | undefined) => void;
}

export const GrantTable = ({ title, grants, other, openId, open }: Props) => (
  <div className="scroll" role="region" aria-label={`Table: ${title}`} tabIndex={0}>
    <table>
      <thead>
        <tr>
          <th scope="col">Agency</th>
          <th scope="col">Standing</th>
          <th scope="col">For</th>
          <th scope="col">Reads of</th>
          <th scope="col">Until</th>
          <th scope="col">Used</th>
          <th scope="col">
            <span className="visually-hidden">Open it</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {grants.map((grant) => (
          <tr key={grant.id} data-live={grant.live}>
            <th scope="row">{other(grant)}</th>
            <td>{standingOf(grant)}</td>
            <td>{grant.purposes.join(', ')}</td>
            <td>
              {sayCameras(grant)}, {grant.dataWindowDays} days
            </td>
            <td>{sayDay(grant.validUntil)}</td>
            <td>{grant.uses} ×</td>
            <td>
              <Button
                variant="default"
                size="xs"
                aria-expanded={grant.id === openId}
                aria-label={`${grant.id === openId ? 'Close' : 'Open'} the grant: ${other(grant)}, ${standingOf(grant)}`}
                onClick={() => open(grant.id === openId ? undefined : grant.id)}
              >
                {grant.id === openId ? 'Close' : 'Open'}
              </Button>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
