// The single searches by others, or the single refusals, as a table: fetched when somebody asks, because that they were read is an entry.
import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Cell } from '../../core/csv.js';
import { hundredthsOf, saidIn, verdictsIn, type Names, type SaidBody } from '../../core/log-sentence.js';
import { DataTable } from '../parts/data-table.js';
import { sayRule, sayTried } from '../../core/rule-sentence.js';
import { Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';
import { everything, useEntries, type Entry } from '../log/use-entries.js';

type Row = (entry: Entry, said: SaidBody, own: string, names: Names) => readonly Cell[];

interface Kind {
  readonly about: 'others-searches' | 'refusals';
  readonly title: string;
  readonly button: string;
  readonly none: string;
  readonly columns: readonly string[];
  readonly row: Row;
}

const purposeOf = ({ facts }: SaidBody): string | null =>
  typeof facts['purpose'] === 'string' ? facts['purpose'] : null;

export const othersSearches: Kind = {
  about: 'others-searches',
  title: 'Single searches by others',
  button: 'Show the single searches',
  none: 'No other agency has searched our data.',
  columns: ['When', 'Agency', 'Who', 'What', 'Purpose', 'Case', 'Reason', 'Grant', 'Rows shown', 'Entry'],
  row: (entry, said, own, names) => {
    const verdict = verdictsIn(said).find(({ agencyId }) => agencyId === own);
    return [
      hundredthsOf(entry.atMicros),
      names.agency(said.by.agencyId),
      `${entry.opened['person']?.value ?? 'not told'} (${said.by.role ?? said.by.kind})`,
      said.kind === 'read.picture' ? 'a picture' : said.kind === 'read.export' ? 'a file' : 'a search',
      purposeOf(said),
      entry.opened['caseNumber']?.value ?? null,
      entry.opened['reason']?.value ?? null,
      verdict?.grants?.join(' ') ?? null,
      verdict?.rows ?? 0,
      entry.entry,
    ];
  },
};

export const refusals: Kind = {
  about: 'refusals',
  title: 'Single refusals',
  button: 'Show the single refusals',
  none: 'Nobody was refused.',
  columns: ['When', 'Agency', 'Who', 'What', 'Purpose', 'Because', 'Entry'],
  row: (entry, said, own, names) => [
    hundredthsOf(entry.atMicros),
    names.agency(said.by.agencyId),
    `${entry.opened['person']?.value ?? 'not told'} (${said.by.role ?? said.by.kind})`,
    sayTried(said.kind, said.by.agencyId === own),
    purposeOf(said),
    said.rule === undefined ? null : sayRule(said.rule),
    entry.entry,
  ],
};

const Table = ({ kind, names }: { readonly kind: Kind; readonly names: Names }) => {
  const { agency } = useWho();
  const list = useEntries({ ...everything, about: kind.about }, 100);
  if (list.error) return <Failed error={list.error} retry={() => void list.refetch()} />;
  if (list.isPending) return <Loading what={kind.title.toLowerCase()} />;
  const rows = list.data.pages
    .flatMap((page) => page.entries)
    .flatMap((entry) => {
      const said = saidIn(entry.body);
      return said ? [kind.row(entry, said, agency.id, names)] : [];
    });
  return (
    <>
      {rows.length === 0 ? (
        <p className="quiet">{list.hasNextPage ? 'None among the newest 10,000 entries of the log.' : kind.none}</p>
      ) : (
        <DataTable title={kind.title} file={`${agency.slug}-${kind.about}`} columns={kind.columns} rows={rows} />
      )}
      {list.hasNextPage && (
        <p className="pages">
          <Button variant="default" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Earlier ones
          </Button>
        </p>
      )}
    </>
  );
};

export const SingleActs = ({ kind, names }: { readonly kind: Kind; readonly names: Names }) => {
  const [open, setOpen] = useState(false);
  return open ? (
    <Table kind={kind} names={names} />
  ) : (
    <p>
      <Button variant="default" onClick={() => setOpen(true)}>
        {kind.button}
      </Button>{' '}
      <span className="quiet">That you read them is an entry.</span>
    </p>
  );
};
