// The tables that may be downloaded: every row of the numbers, as they were counted.
import { policyItemNames } from '../core/usage-policy.js';
import type { LogNumbers } from '../audit/numbers.js';
import type { Cell } from '../core/csv.js';

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Names of agencies, as far as the log knows them: its own, and those that asked for grants or were asked. */
export const namesIn = ({ agency, grants }: LogNumbers, own: string): ReadonlyMap<string, string> => {
  const names = new Map<string, string>();
  for (const grant of grants) if (grant.name !== null) names.set(grant.agency, grant.name);
  if (agency?.name) names.set(own, agency.name);
  return names;
};

const make: Readonly<Record<string, (numbers: LogNumbers, own: string) => Table>> = {
  cameras: ({ cameras }) => ({
    columns: ['camera', 'since', 'until'],
    rows: cameras.map(({ id, since, until }) => [id, since, until]),
  }),
  reads: ({ reads }) => ({
    columns: ['month', 'frames', 'reads'],
    rows: reads.map((row) => [row.month, row.frames, row.reads]),
  }),
  removed: ({ removed }) => ({
    columns: ['month', 'frames', 'reads', 'pictures'],
    rows: removed.map((row) => [row.month, row.frames, row.reads, row.pictures]),
  }),
  searches: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: [
        'month',
        'agency',
        'agency_name',
        'purpose',
        'searches',
        'without_case_or_reason',
        'reads_of_this_agency_shown',
      ],
      rows: numbers.searches.map((row) => [
        row.month,
        row.agency,
        names.get(row.agency) ?? null,
        row.purpose,
        row.searches,
        row.vague,
        row.rows,
      ]),
    };
  },
  hits: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: ['month', 'agency', 'agency_name', 'purpose', 'searches', 'found_something', 'found_nothing'],
      rows: numbers.searches.map((row) => [
        ...[row.month, row.agency, names.get(row.agency) ?? null, row.purpose],
        ...[row.searches, row.found, row.searches - row.found],
      ]),
    };
  },
  watches: ({ watches }) => ({
    columns: ['month', 'purpose', 'periods', 'without_case_or_reason', 'reads_shown', 'crops_opened'],
    rows: watches.map((row) => [row.month, row.purpose, row.watches, row.vague, row.rows, row.crops]),
  }),
  pictures: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: ['month', 'agency', 'agency_name', 'pictures'],
      rows: numbers.pictures.map((row) => [row.month, row.agency, names.get(row.agency) ?? null, row.pictures]),
    };
  },
  exports: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: ['month', 'agency', 'agency_name', 'exports', 'rows'],
      rows: numbers.exports.map((row) => [
        ...[row.month, row.agency, names.get(row.agency) ?? null],
        ...[row.exports, row.rows],
      ]),
    };
  },
  refusals: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: ['month', 'agency', 'agency_name', 'act', 'rule', 'refusals'],
      rows: numbers.refusals.map((row) => [
        row.month,
        row.agency,
        names.get(row.agency) ?? null,
        row.kind,
        row.rule,
        row.refusals,
      ]),
    };
  },
  grants: ({ grants }) => ({
    columns: [
      'grant',
      'side',
      'agency',
      'agency_name',
      'state',
      'purposes',
      'cameras',
      'data_window_days',
      'searches_per_day_max',
      'rows_per_search_max',
      'certain_plates_only',
      'plates_per_day_max',
      'fields',
      'minutes_of_an_opening',
      'valid_from',
      'valid_until',
      'requested',
      'requested_by',
      'decided',
      'decided_by',
      'ended',
      'ended_by',
    ],
    rows: grants.map((grant) => [
      grant.id,
      grant.side,
      grant.agency,
      grant.name,
      grant.state,
      grant.purposes.join(' '),
      grant.inArea ? 'in an area' : (grant.cameras ?? 'all'),
      grant.dataWindowDays,
      grant.searchesPerDayMax,
      grant.rowsPerSearchMax,
      grant.certainPlates ? 'yes' : 'no',
      grant.platesPerDayMax,
      grant.fields === null ? 'picture place' : grant.fields.join(' '),
      grant.openingMinutes,
      grant.validFrom,
      grant.validUntil,
      grant.requested.at,
      grant.requested.role,
      grant.decided?.at ?? null,
      grant.decided?.role ?? null,
      grant.ended?.at ?? null,
      grant.ended?.role ?? null,
    ]),
  }),
  openings: (numbers, own) => {
    const names = namesIn(numbers, own);
    return {
      columns: [
        'opening',
        'grant',
        'agency',
        'agency_name',
        'purpose',
        'asked',
        'opened',
        'ended',
        'reviewed',
        'decision',
      ],
      rows: numbers.openings.map((each) => [
        ...[each.id, each.grant, each.agency, names.get(each.agency) ?? null, each.purpose],
        ...[each.asked, each.opened, each.ended, each.reviewed, each.decision],
      ]),
    };
  },
  laws: ({ laws }) => ({
    columns: ['pack', 'title', 'since', 'read_minutes_max', 'hit_minutes_max', 'picture_minutes_max', 'sha256'],
    rows: laws.map((law) => [
      law.pack,
      law.title,
      law.since,
      law.readMinutesMax,
      law.hitMinutesMax,
      law.pictureMinutesMax,
      law.sha256,
    ]),
  }),
  audits: ({ audits }) => ({
    columns: ['month', 'readings_of_the_log'],
    rows: audits.map(({ month, readings }) => [month, readings]),
  }),
  canaries: ({ canaries }) => ({
    columns: ['month', 'runs', 'ways_tried', 'runs_in_which_one_led_across'],
    rows: canaries.map(({ month, runs, tried, crossing }) => [month, runs, tried, crossing]),
  }),
  stops: ({ stops }) => ({
    columns: ['sharing_stopped', 'until'],
    rows: stops.map(({ since, until }) => [since, until]),
  }),
  witnesses: ({ witnesses }) => ({
    columns: ['witness', 'key'],
    rows: (witnesses?.named ?? []).map(({ name, key }) => [name, key]),
  }),
  absences: ({ absences }) => ({
    columns: ['searching_stopped', 'until'],
    rows: absences.map(({ since, until }) => [since, until]),
  }),
  keys: ({ keys }) => ({
    columns: ['number', 'key', 'since', 'until', 'replaced_because'],
    rows: keys.map(({ number, key, since, until, cause }) => [number, key, since, until, cause]),
  }),
  destroyed: ({ destroyed }) => ({
    columns: ['month', 'entries', 'proposed', 'proposed_by', 'destroyed', 'destroyed_by'],
    rows: destroyed.map((each) => [
      ...[each.month, each.entries, each.proposed?.at ?? null, each.proposed?.role ?? null],
      ...[each.destroyed.at, each.destroyed.role],
    ]),
  }),
  disclosures: ({ disclosures }) => ({
    columns: ['released', 'from', 'to', 'fields', 'entries'],
    rows: disclosures.map((each) => [each.at, each.from, each.to, each.fields.join(' '), each.entries]),
  }),
  policy: ({ policy }) => ({
    columns: ['item', 'text'],
    rows: policyItemNames.map((item) => [item, policy?.items[item] ?? null]),
  }),
};

/**
 * @param own id of the agency
 * @returns undefined when there is no table of that name
 */
export const tableOf = (name: string, numbers: LogNumbers, own: string): Table | undefined =>
  Object.hasOwn(make, name) ? make[name]?.(numbers, own) : undefined;
