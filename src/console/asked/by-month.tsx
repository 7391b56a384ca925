// How often others searched our data, and how often somebody was refused, by month: counted from the public log, the same for everybody, so that looking at it is no entry.
import { useQuery } from '@tanstack/react-query';
import type { Names } from '../../core/log-sentence.js';
import { call } from '../api/client.js';
import { Bars } from '../parts/bars.js';
import { DataTable } from '../parts/data-table.js';
import { sayRule, sayTried } from '../../core/rule-sentence.js';
import { Empty, Failed, Loading } from '../parts/states.js';
import { useWho } from '../session/session.js';

/** What of the public page as JSON is shown here (docs/transparency.md). */
interface PageJson {
  readonly numbers: {
    readonly searches: readonly {
      readonly month: string;
      readonly agency: string;
      readonly purpose: string | null;
      readonly searches: number;
      readonly rows: number;
    }[];
    readonly refusals: readonly {
      readonly month: string;
      readonly agency: string;
      readonly kind: string;
      readonly rule: string | null;
      readonly refusals: number;
    }[];
  };
}

/** Months drawn. */
const monthsMax = 12;

/** Sums by month, the latest first. */
const byMonth = <T extends { readonly month: string }>(rows: readonly T[], of: (row: T) => number) => {
  const sums = new Map<string, number>();
  for (const row of rows) sums.set(row.month, (sums.get(row.month) ?? 0) + of(row));
  return [...sums]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, monthsMax)
    .map(([label, value]) => ({ label, value }));
};
const latest = <T extends { readonly month: string }>(rows: readonly T[]): T[] =>
  [...rows].sort((a, b) => (a.month < b.month ? 1 : a.month > b.month ? -1 : 0));

const useNumbers = () => {
  const { agency } = useWho();
  return useQuery({
    queryKey: ['transparency', agency.slug],
    queryFn: () => call<PageJson>('GET', `/transparency/${agency.slug}.json`),
  });
};

export const SearchesByMonth = ({ names }: { readonly names: Names }) => {
  const { agency } = useWho();
  const found = useNumbers();
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading what="the figures" />;
  const rows = found.data.numbers.searches.filter((each) => each.agency !== agency.id);
  if (rows.length === 0)
    return <Empty title="No other agency has searched our data">When one does, it is counted here by month.</Empty>;
  return (
    <>
      <Bars title="Searches of our data by other agencies, by month" bars={byMonth(rows, (row) => row.searches)} />
      <DataTable
        title="Searches by month"
        file={`${agency.slug}-searches-by-others`}
        columns={['Month', 'Agency', 'Purpose', 'Searches', 'Rows shown']}
        rows={latest(rows).map((row) => [row.month, names.agency(row.agency), row.purpose, row.searches, row.rows])}
      />
    </>
  );
};

export const RefusalsByMonth = ({ names }: { readonly names: Names }) => {
  const { agency } = useWho();
  const found = useNumbers();
  if (found.error) return <Failed error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Loading what="the figures" />;
  const rows = found.data.numbers.refusals;
  if (rows.length === 0) return <Empty title="Nobody was refused">Neither our members nor another agency.</Empty>;
  return (
    <>
      <Bars title="Refusals by month" bars={byMonth(rows, (row) => row.refusals)} />
      <DataTable
        title="Refusals by month"
        file={`${agency.slug}-refusals`}
        columns={['Month', 'Agency', 'What', 'Because', 'Refusals']}
        rows={latest(rows).map((row) => [
          row.month,
          names.agency(row.agency),
          sayTried(row.kind, row.agency === agency.id),
          row.rule === null ? null : sayRule(row.rule),
          row.refusals,
        ])}
      />
    </>
  );
};
