// What the schema is allowed to be, each exception with its reason. The linter refuses whatever is not named here.

export const appRole = 'plateward_app';
export const doorRole = 'plateward_door';
export const queueRole = 'plateward_queue';
export const ownerRole = 'plateward_owner';
export const ledgerRole = 'plateward_ledger';
/** Roles that processes log in as; none may own, become or bypass anything. */
export const loginRoles = [appRole, doorRole, queueRole] as const;

/** The schema that holds agencies' rows. */
export const tenantSchema = 'public';
/** The only schema that a login role owns: BullMQ's bells, which hold ids only. */
export const queueSchema = 'bullmq';

/** Unique keys that do not begin with agency_id. */
export const keysAcrossAgencies: Readonly<Record<string, string>> = {
  agencies_slug_key: 'short names of agencies are public and shared by the whole house',
};

/** Foreign keys that do not begin with agency_id. */
export const referencesAcrossAgencies: Readonly<Record<string, string>> = {
  grants_grantee_agency_id_fkey: 'the grantee of a grant is an entry of the public directory',
  alerts_asker_agency_id_fkey: 'who was refused is an entry of the public directory',
};

/** Tables whose rows belong to no agency and that no login role may touch. */
export const tablesOfNoAgency: Readonly<Record<string, string>> = {
  _prisma_migrations: 'which migrations were applied; read by whoever migrates',
};

/** Roles that a policy may name, beside the app. */
export const policyRoles: Readonly<Record<string, readonly string[]>> = {
  [doorRole]: [
    'agencies',
    'members',
    'bootstrap_tokens',
    'sessions',
    'cameras',
    'camera_credentials',
    'camera_nonces',
    'jobs',
    'alert_deliveries',
    'log_heads',
    'log_entries',
  ],
  [ledgerRole]: [
    'agencies',
    'log_heads',
    'log_entries',
    'log_tiles',
    'alerts',
    'alert_destinations',
    'alert_deliveries',
    'watch_keys',
    'watch_members',
    'listed_plates',
    'flags',
    'search_reviews',
    'searches',
  ],
};

/** Functions that run with their owner's rights. */
export const definerFunctions: Readonly<Record<string, string>> = {
  'log_append()': 'moves the head of a log, which no login role may',
  'alert_raise()': 'raises an alert at the owner, in whose rows the agency that was refused may not write',
  'alert_tell()': 'writes down what is to be told of an alert to each destination, in the rows of whose alert it is',
  'plate_key_of(text)': "hashes a plate with the agency's key, which no login role may read",
  'flag_raise(uuid,text,uuid,bytea,bigint,integer,uuid,uuid,timestamp with time zone)':
    'raises a flag, which no login role may make or take away',
  'agency_attested()': 'lets an entry of the front door, and nothing else, say what an agency is',
  'witnesses_told()':
    'lets the entries of two administrators, and nothing else, say which witnesses an agency requires',
  'canary_told()': 'lets a run of the canaries, and nothing else, stop the sharing of an agency',
  'search_draw()': 'draws searches for review by the lot of the database, which no login role may',
  'search_watch()': 'looks at each search as it is put on record',
  'refusal_watch()': 'remembers a search that was refused for what was typed',
};

/** Functions that a login role may call: those of the policies, and of the triggers that run with its rights. */
export const callableFunctions: Readonly<Record<string, readonly string[]>> = {
  [appRole]: [
    'search_on_record(uuid)',
    'granted(uuid,uuid,timestamp with time zone,text)',
    'plate_granted(uuid,text)',
    'plate_suffixes_of(text)',
    'plate_neighbours_of(text)',
    'entry_by_actor(jsonb,jsonb)',
    'entry_may_cross(jsonb,jsonb)',
    'law_words(jsonb)',
    'plate_key_of(text)',
    'kept_for(uuid)',
    'says_nothing(text,text)',
  ],
  [doorRole]: ['law_words(jsonb)'],
};

/** Triggers without which a rule of the house is only a habit. */
export const triggers: readonly { table: string; trigger: string; keeps: string }[] = [
  { table: 'log_entries', trigger: 'log_append', keeps: 'links each entry to the one before' },
  { table: 'log_entries', trigger: 'log_keep', keeps: 'keeps entries as they are' },
  { table: 'log_entries', trigger: 'log_keep_all', keeps: 'keeps the log from being emptied' },
  { table: 'log_entries', trigger: 'alert_raise', keeps: 'raises an alert beside each refusal of another agency' },
  { table: 'alerts', trigger: 'alert_tell', keeps: 'has each alert told to each destination' },
  { table: 'log_entries', trigger: 'refusal_watch', keeps: 'remembers a search that was refused for what was typed' },
  { table: 'log_entries', trigger: 'agency_attested', keeps: 'lets what an agency is change with its entry' },
  {
    table: 'log_entries',
    trigger: 'witnesses_told',
    keeps: 'lets two administrators say which witnesses are required',
  },
  {
    table: 'agencies',
    trigger: 'agencies_witnesses',
    keeps: 'draws from the cosignatures that are kept whether enough witnesses cosign',
  },
  { table: 'log_entries', trigger: 'canary_told', keeps: 'stops sharing when a wall was crossed' },
  { table: 'searches', trigger: 'search_draw', keeps: 'draws searches for review' },
  { table: 'searches', trigger: 'search_watch', keeps: 'looks at each search as it is put on record' },
  { table: 'log_heads', trigger: 'log_keep_heads', keeps: 'keeps heads of logs' },
  { table: 'log_heads', trigger: 'log_keep_all_heads', keeps: 'keeps heads of logs' },
  { table: 'log_tiles', trigger: 'log_keep_tiles', keeps: 'keeps tiles of the tree as they are' },
  { table: 'log_tiles', trigger: 'log_keep_all_tiles', keeps: 'keeps tiles of the tree' },
  { table: 'log_keys', trigger: 'log_keep_keys', keeps: 'keeps the keys of logs as they are' },
  { table: 'log_keys', trigger: 'log_keep_all_keys', keeps: 'keeps the keys of logs' },
  { table: 'grants', trigger: 'grants_step', keeps: "keeps a grant's steps in order and its scope unchanged" },
  { table: 'grants', trigger: 'grants_asked', keeps: 'asks for as many signatures as the owner wants' },
  {
    table: 'pack_changes',
    trigger: 'pack_changes_step',
    keeps: 'keeps the two administrators of a change of law apart',
  },
  {
    table: 'agencies',
    trigger: 'agencies_law',
    keeps: 'draws the law from its text, and lets it change by adoption alone',
  },
  { table: 'reads', trigger: 'reads_keep_plates', keeps: 'keeps a read findable by part of its plate' },
  { table: 'reads', trigger: 'reads_drop_plates', keeps: 'keeps nothing of a plate whose reads are gone' },
  { table: 'plate_sightings', trigger: 'plates_drop_keys', keeps: 'keeps no key of a plate that is gone' },
];

/** Most that a login role may do to the log; what is not here it may not. */
export const logPrivileges: Readonly<Record<string, readonly string[]>> = {
  'plateward_app log_entries': ['SELECT', 'INSERT'],
  'plateward_door log_entries': ['INSERT'],
  'plateward_app log_heads': ['SELECT'],
  'plateward_door log_heads': ['INSERT'],
  'plateward_app log_tiles': ['SELECT'],
  'plateward_app log_keys': ['SELECT', 'INSERT'],
};

/** Columns that the database makes of others, so that nothing can be written into them. */
export const generatedColumns: readonly { table: string; column: string; tells: string }[] = [
  { table: 'log_entries', column: 'ends_grant', tells: 'which grant an entry says has ended' },
  { table: 'log_entries', column: 'suspends_grant', tells: 'which grant an entry says was suspended' },
];

/** The tables of the log. */
export const logTables: readonly string[] = ['log_entries', 'log_heads', 'log_tiles', 'log_keys'];

/** The law of an agency: its text, and what the database draws from it. */
const lawColumns = [
  'pack',
  'pack_hash',
  'law_grantee_classes',
  'law_grantee_states',
  'law_beneficiary_classes',
  'law_beneficiary_states',
  'law_purposes_allowed',
  'law_purposes_forbidden',
  'law_declaration',
  'law_declaration_from',
  'law_grant_days_max',
  'law_read_minutes_max',
  'law_case_number',
  'law_beneficiary',
];

/** Columns that the database fills, or that never leave it. */
export const closedColumns: readonly {
  role: string;
  table: string;
  columns: readonly string[];
  privilege: 'SELECT' | 'INSERT' | 'UPDATE';
  reason: string;
}[] = [
  {
    role: appRole,
    table: 'members',
    columns: ['password_hash'],
    privilege: 'SELECT',
    reason: 'a password is set, never read',
  },
  {
    role: appRole,
    table: 'sessions',
    columns: ['token_hash', 'csrf_token'],
    privilege: 'SELECT',
    reason: "a session's token is the front door's",
  },
  {
    role: appRole,
    table: 'camera_credentials',
    columns: ['sealed_secret'],
    privilege: 'SELECT',
    reason: "a camera's secret is the front door's",
  },
  {
    role: appRole,
    table: 'searches',
    columns: ['recorded_in', 'created_at'],
    privilege: 'INSERT',
    reason: 'the database says in which transaction and when a search is on record',
  },
  {
    role: appRole,
    table: 'grants',
    columns: ['state', 'changed_in', 'decided_by', 'decided_at', 'approvals_needed', 'grantee_class', 'grantee_state'],
    privilege: 'INSERT',
    reason: 'a grant begins as a request',
  },
  {
    role: appRole,
    table: 'alert_deliveries',
    columns: ['alert_id', 'told'],
    privilege: 'INSERT',
    reason: 'what is told of an alert is ordered by the alert; a process orders tests alone',
  },
  {
    role: appRole,
    table: 'alert_deliveries',
    columns: ['alert_id', 'destination_id', 'wanted'],
    privilege: 'UPDATE',
    reason: 'of how many refusals there is to tell is counted by the alert',
  },
  {
    role: appRole,
    table: 'grant_approvals',
    columns: ['approved_at'],
    privilege: 'INSERT',
    reason: "when a grant was signed is told by the database's clock",
  },
  {
    role: appRole,
    table: 'approver_keys',
    columns: ['created_at', 'revoked_at'],
    privilege: 'INSERT',
    reason: 'a key begins live',
  },
  {
    role: appRole,
    table: 'pack_changes',
    columns: ['state', 'decided_by', 'decided_at', 'decided_in', 'proposed_at'],
    privilege: 'INSERT',
    reason: 'a change of law begins as a proposal',
  },
  {
    role: appRole,
    table: 'agencies',
    columns: lawColumns.slice(1),
    privilege: 'UPDATE',
    reason: 'the law is drawn from its text by the database',
  },
  {
    role: appRole,
    table: 'grant_uses',
    columns: ['used_at'],
    privilege: 'INSERT',
    reason: "budgets are counted by the database's clock",
  },
  {
    role: appRole,
    table: 'frame_results',
    columns: ['recognised_at'],
    privilege: 'INSERT',
    reason: "when a frame was read is told by the database's clock",
  },
  {
    role: appRole,
    table: 'log_entries',
    columns: ['entry', 'at', 'prev_hash', 'hash'],
    privilege: 'INSERT',
    reason: 'the database numbers, times and links entries',
  },
  {
    role: doorRole,
    table: 'log_entries',
    columns: ['entry', 'at', 'prev_hash', 'hash'],
    privilege: 'INSERT',
    reason: 'the database numbers, times and links entries',
  },
  {
    role: doorRole,
    table: 'log_heads',
    columns: ['size', 'hash', 'root', 'frontier', 'path'],
    privilege: 'INSERT',
    reason: 'a log begins empty',
  },
  {
    role: appRole,
    table: 'log_keys',
    columns: ['created_at'],
    privilege: 'INSERT',
    reason: "when a key was made is told by the database's clock",
  },
];

/** Oldest PostgreSQL of each major version without a known way past row-level security or its statistics (CVE-2025-8713 among others). */
export const versionFloors: Readonly<Record<number, number>> = { 15: 14, 16: 10, 17: 6, 18: 0 };

/** Operators that our statements rely on to reach an index under row-level security: name, left and right type. */
export const leakproofOperators: readonly (readonly [string, string, string])[] = [
  ['=', 'uuid', 'uuid'],
  ['=', 'text', 'text'],
  ['>=', 'text', 'text'],
  ['<', 'text', 'text'],
  ['^@', 'text', 'text'],
  ['=', 'timestamptz', 'timestamptz'],
  ['>=', 'timestamptz', 'timestamptz'],
  ['>', 'timestamptz', 'timestamptz'],
  ['<=', 'timestamptz', 'timestamptz'],
  ['<', 'timestamptz', 'timestamptz'],
  ['=', 'int4', 'int4'],
  ['<', 'int8', 'int8'],
];

/** Columns that the client knows nothing of. */
export const columnsUnknownToClient: Readonly<Record<string, string>> = {
  'searches.recorded_in': 'a transaction id, filled and read by the database alone',
  'grants.changed_in': 'a transaction id, filled by the database alone',
  'log_entries.ends_grant': 'generated from the body, for the question whether a grant has ended',
  'log_entries.suspends_grant': 'generated from the body, for the question whether a grant was suspended',
  'grants.plates': 'read and written in SQL alone',
  'grants.plates_salt': 'read and written in SQL alone',
  'grants.plates_per_day_max': 'read and written in SQL alone',
  'grants.fields': 'read and written in SQL alone',
  'grants.amends': 'read and written in SQL alone',
  'grants.grantee_class': 'filled by the database, read in SQL alone',
  'grants.grantee_state': 'filled by the database, read in SQL alone',
  'searches.fuzzy': 'read and written in SQL alone',
  'agencies.attested_by': 'read and written in SQL alone',
  'agencies.canary_at': 'told by the entry of a run, read in SQL alone',
  'agencies.canary_tried': 'told by the entry of a run, read in SQL alone',
  'agencies.canary_crossed': 'told by the entry of a run, read in SQL alone',
  'agencies.witness_rule': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.witness_proposal': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.witness_cosigned': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.witnesses_needed': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.witnessed_until': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.witnesses_away_at': 'told by entries or drawn by the database, read in SQL alone',
  'agencies.sharing_stopped_at': 'told by the entry of a run, read in SQL alone',
  'grants.suspensions': 'counted by the database, read in SQL alone',
  'grants.declarations': 'read and written in SQL alone',
  'grants.approvals_needed': 'read in SQL alone',
  'agencies.approvals_needed': 'read in SQL alone',
  'agencies.retention_days': 'read and written in SQL alone',
  'searches.plate_key': 'hashed and looked at by the database alone',
  'searches.beneficiary_class': 'read and written in SQL alone',
  'searches.beneficiary_state': 'read and written in SQL alone',
  ...Object.fromEntries(lawColumns.map((column) => [`agencies.${column}`, 'drawn by the database from the law'])),
};

/** Months of reads that must be ready after the present one. */
export const monthsAheadMin = 2;
