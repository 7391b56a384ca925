// All grants of the agency in one table: filtered by how they stand and which way data goes, sorted by what decides. One is opened at a time,
// below the table.
import { Button, NativeSelect } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { sayDay } from '../parts/time.js';
import type { Grant } from './grant.js';
import { sayCameras, standingOf } from './sentences.js';
import { endsSoon, isOf, standingNames, standings, unused, type Standing } from './standing.js';
import { Stacked } from '../parts/stacked.js';

type Way = 'both' | 'ours' | 'theirs';
type Column = 'agency' | 'standing' | 'until' | 'used';

interface Row {
  readonly grant: Grant;
  readonly ours: boolean;
  /** Name of the agency on the other side. */
  readonly other: string;
}

const order: Readonly<Record<Column, (a: Row, b: Row) => number>> = {
  agency: (a, b) => a.other.localeCompare(b.other),
  standing: (a, b) => standingOf(a.grant).localeCompare(standingOf(b.grant)),
  until: (a, b) => a.grant.validUntil.localeCompare(b.grant.validUntil),
  used: (a, b) => b.grant.uses - a.grant.uses,
};

interface HeadProps {
  readonly column: Column;
  readonly sorted: Column | undefined;
  readonly sort: (column: Column) => void;
  readonly children: string;
}

const Head = ({ column, sorted, sort, children }: HeadProps) => (
  <th scope="col" aria-sort={sorted === column ? (column === 'used' ? 'descending' : 'ascending') : undefined}>
    <button type="button" className="sort" aria-label={children} onClick={() => sort(column)}>
      {children} <span aria-hidden="true">{sorted === column ? '▾' : '↕'}</span>
    </button>
  </th>
);

/** What is worth a look, beside how it stands. */
const notes = (grant: Grant, now: number): string =>
  [...(endsSoon(grant, now) ? ['ends soon'] : []), ...(unused(grant, now) ? ['not used for 30 days'] : [])].join(', ');

interface Props {
  readonly given: readonly Grant[];
  readonly received: readonly Grant[];
  readonly nameOf: (id: string) => string;
  readonly openId?: string;
  readonly open: (id: string | undefined) => void;
  /** What is shown of the one that is open. */
  readonly details: (grant: Grant) => ReactNode;
}

export const AllGrants = ({ given, received, nameOf, openId, open, details }: Props) => {
  const [wanted, setWanted] = useState<Standing>('current');
  const [way, setWay] = useState<Way>('both');
  const [sorted, setSorted] = useState<Column>();
  const now = Date.now();
  const all: readonly Row[] = [
    ...given.map((grant) => ({ grant, ours: true, other: nameOf(grant.granteeAgencyId) })),
    ...received.map((grant) => ({ grant, ours: false, other: nameOf(grant.ownerAgencyId) })),
  ];
  const inWay = all.filter(({ ours }) => way === 'both' || ours === (way === 'ours'));
  const rows = inWay.filter(({ grant }) => isOf(grant, wanted, now));
  if (sorted) rows.sort(order[sorted]);
  const opened = rows.find(({ grant }) => grant.id === openId)?.grant;
  const count = (standing: Standing): number => inWay.filter(({ grant }) => isOf(grant, standing, now)).length;
  return (
    <>
      <div className="filters">
        <NativeSelect
          label="Show"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value as Standing)}
          data={standings.map((each) => ({ value: each, label: `${standingNames[each]} (${count(each)})` }))}
        />
        <NativeSelect
          label="Whose data"
          value={way}
          onChange={(event) => setWay(event.currentTarget.value as Way)}
          data={[
            { value: 'both', label: 'Ours and theirs' },
            { value: 'ours', label: 'Ours, which they can see' },
            { value: 'theirs', label: 'Theirs, which we can see' },
          ]}
        />
      </div>
      {rows.length === 0 ? (
        <p className="quiet" role="status">
          No grant is like that{count('past') > 0 && wanted === 'current' ? '; there are past ones, under Show' : ''}.
        </p>
      ) : (
        <Stacked label="Table: grants">
          <table>
            <thead>
              <tr>
                <Head column="agency" sorted={sorted} sort={setSorted}>
                  Agency
                </Head>
                <th scope="col">Whose data</th>
                <Head column="standing" sorted={sorted} sort={setSorted}>
                  Standing
                </Head>
                <th scope="col">For</th>
                <th scope="col">Reads of</th>
                <Head column="until" sorted={sorted} sort={setSorted}>
                  Until
                </Head>
                <Head column="used" sorted={sorted} sort={setSorted}>
                  Used
                </Head>
                <th scope="col">
                  <span className="visually-hidden">Open it</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ grant, ours, other }) => (
                <tr key={grant.id} data-live={grant.live}>
                  <th scope="row">{other}</th>
                  <td>{ours ? 'ours' : 'theirs'}</td>
                  <td>
                    {standingOf(grant)}
                    <span className="warn">{notes(grant, now)}</span>
                  </td>
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
                      aria-label={`${grant.id === openId ? 'Close' : 'Open'} the grant: ${other}, ${standingOf(grant)}${ours ? '' : ', their data'}`}
                      onClick={() => open(grant.id === openId ? undefined : grant.id)}
                    >
                      {grant.id === openId ? 'Close' : 'Open'}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Stacked>
      )}
      {opened && details(opened)}
    </>
  );
};
