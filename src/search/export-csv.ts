// An export as a table: one line a read, and a line for each owner of whose reads some were left out. Each line says who exported it, when, for
// which case and where that stands in the log, so that a line that is copied out still does.
import { csvOf, type Cell } from '../core/csv.js';
import { saidOf, type Exported } from './exported.js';

const columns = [
  ...[
    'plate',
    'confidence',
    'seen',
    'first_seen',
    'last_seen',
    'reads',
    'received',
    'clock_suspect',
    'agency',
    'camera',
  ],
  ...[
    'latitude',
    'longitude',
    'region',
    'state',
    'vehicle_type',
    'vehicle_color',
    'vehicle_make',
    'vehicle_model',
    'travel_bearing',
    'travel_way',
    'travel_by',
    'found_as',
    'reviewed',
    'read',
    'model',
    'note',
  ],
  ...[
    'exported_by',
    'exported_at',
    'case_number',
    'purpose',
    'export_entry',
    'export_hash',
    'search_entry',
    'search_hash',
  ],
];

export const exportCsv = (exported: Exported): string => {
  const { by, search, receipt, answer, madeAt, agencies } = exported;
  const slugOf = (id: string): string => agencies.find(({ agencyId }) => agencyId === id)?.slug ?? id;
  const whose: Cell[] = [
    ...[`${by.login} of ${by.agency.slug}`, madeAt.toISOString(), search.caseNumber, search.purpose],
    ...[receipt.entry, receipt.hash, answer.receipt.entry, answer.receipt.hash],
  ];
  const rows = exported.reads.map(({ shown, read }): Cell[] => [
    ...[read.plate, read.confidence, read.capturedAt.toISOString()],
    ...[shown.passage?.firstSeen.toISOString() ?? null, shown.passage?.lastSeen.toISOString() ?? null],
    ...[shown.passage?.reads ?? null, read.receivedAt.toISOString()],
    read.clockSuspect === null ? null : String(read.clockSuspect),
    ...[slugOf(read.agencyId), read.cameraName, read.latitude, read.longitude, read.region, read.state],
    ...[
      read.vehicle?.type ?? null,
      read.vehicle?.color ?? null,
      read.vehicle?.make ?? null,
      read.vehicle?.model ?? null,
    ],
    ...[read.direction?.bearing ?? null, read.direction?.way ?? null, read.direction?.by ?? null],
    ...[shown.match ?? null, saidOf(read) || null, read.readId, `${read.modelId} ${read.modelHash}`, null],
    ...whose,
  ]);
  const gone = exported.left.map(({ agencyId, rows: count, because }): Cell[] =>
    columns
      .slice(0, columns.indexOf('exported_by'))
      .map((column): Cell =>
        column === 'agency'
          ? slugOf(agencyId)
          : column === 'note'
            ? `${count} ${count === 1 ? 'read' : 'reads'} left out: ${because}`
            : null,
      )
      .concat(whose),
  );
  return csvOf(columns, [...rows, ...gone]);
};
