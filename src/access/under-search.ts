// What is opened under an earlier search: by which question, and whether what it showed may leave as a file.
import type { Ruling } from '../policy/pack.js';
import type { ExportDemand } from './demand.js';
import type { Facts } from './facts.js';

/** What a search showed may leave as a file for this long after it, in seconds. */
export const exportAgeSecondsMax = 3600;

/** Why nothing is exported under it; undefined when the grants and the law decide. */
export const whyNotExported = (demand: ExportDemand, search: Facts['search']): Ruling | undefined => {
  if (demand.shown === 'broken')
    return {
      rule: 'export_shown',
      because: 'This is not what a search of yours in this session showed; search again to export.',
    };
  if (!search || !demand.agencies.every((each) => search.asked.includes(each)))
    return {
      rule: 'search_missing',
      because: 'What is to be exported does not belong to a search of yours in this session.',
    };
  if (search.ageSeconds > exportAgeSecondsMax)
    return { rule: 'search_stale', because: 'The search is too old to export what it showed; search again.' };
  return undefined;
};

/** The question of an earlier search, for what is opened under it. That search has counted; this does not count again. */
export const questionUnder = (search: NonNullable<Facts['search']>) => ({
  purpose: search.purpose,
  caseNumber: search.caseNumber,
  cameraIds: search.cameraIds ?? undefined,
  plate: search.plate ?? undefined,
  misreads: search.fuzzy !== null,
  beneficiary: search.beneficiary ?? undefined,
  counts: false,
});
