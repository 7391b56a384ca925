// What is known when an export is made: what of it is open, what was left out and why, who made it under which search, and both receipts.
import { utc } from '../core/clock.js';
import type { Verdict } from '../access/decide.js';
import type { AgencyFacts, Facts } from '../access/facts.js';
import type { AgencyId, SearchId } from '../core/ids.js';
import type { ExportedRead } from '../vault/stores/read-export.js';
import type { ProvenReceipt } from '../web/receipt.js';
import type { NewExport } from './exports.schema.js';
import type { Shown, ShownAnswer } from './shown.js';

export interface Opened {
  readonly shown: Shown;
  readonly read: ExportedRead;
  /** The picture's bytes; text: why they are not here; null: there is none, it was not asked for, or no grant gives it. */
  readonly crop: Uint8Array | string | null;
  readonly frame: Uint8Array | string | null;
}

/** Reads of an owner that the search showed and the export does not. */
export interface Left {
  readonly agencyId: AgencyId;
  readonly rows: number;
  readonly because: string;
}

export interface Exported {
  readonly answer: ShownAnswer;
  readonly searchId: SearchId;
  readonly pictures: NewExport['pictures'];
  readonly reads: readonly Opened[];
  readonly left: readonly Left[];
  readonly search: NonNullable<Facts['search']>;
  readonly by: { readonly login: string; readonly role: string; readonly agency: Pick<AgencyFacts, 'name' | 'slug'> };
  readonly agencies: readonly Pick<AgencyFacts, 'agencyId' | 'name' | 'slug'>[];
  /** Of the export. */
  readonly receipt: ProvenReceipt;
  readonly madeAt: Date;
}

export const left = (
  { reads }: ShownAnswer,
  found: readonly ExportedRead[],
  verdicts: readonly Verdict[],
): readonly Left[] => {
  const here = new Set(found.map(({ readId }) => readId));
  return verdicts.flatMap((verdict): Left[] => {
    const { agencyId } = verdict;
    const rows = reads.filter((each) => each.agencyId === agencyId && !here.has(each.readId)).length;
    if (rows === 0) return [];
    const because =
      verdict.verdict === 'refused'
        ? verdict.because
        : 'They are no longer there, or no longer open under the grants and the law of this moment.';
    return [{ agencyId, rows, because }];
  });
};

/** What a member of the own agency said of a read last. */
export const saidOf = ({ reviews }: ExportedRead): string => {
  const newest = reviews?.[0];
  if (!newest) return '';
  return `${newest.verdict}ed${newest.corrected === null ? '' : ` to ${newest.corrected}`} by ${newest.by.login}`;
};

/** One line that says whose this file is. */
export const markOf = ({ by, search, receipt, madeAt }: Exported): string =>
  `Exported by ${by.login} of ${by.agency.slug}, case ${search.caseNumber}, ${utc(madeAt)}, entry ${receipt.entry} of that agency's log`;
