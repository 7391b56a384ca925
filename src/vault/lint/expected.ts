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
  refusals_sent_owner_agency_id_fkey: 'who refused is an entry of the public directory',
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
    'sign_in_failures',
    'log_heads',
    'log_entries',
  ],
  [ledgerRole]: [
    'agencies',
    'log_heads',
    'log_entries',
    'log_tiles',
    'log_keys',
    'log_periods',
    'alerts',
    'alert_destinations',
    'alert_deliveries',
    'watch_keys',
    'watch_members',
    'listed_plates',
    'flags',
    'search_reviews',
    'searches',
    'members',
    'cameras',
    'grants',
    'grant_openings',
  ],
};

/** Functions that run with their owner's rights. */
export const definerFunctions: Readonly<Record<string, string>> = {
  'log_append()': 'holds the head of a log while an entry is written, which no login role may',
  'log_integrate()': 'moves the head of a log and writes its tiles, which no login role may',
  'alert_raise()': 'raises an alert at the owner, in whose rows the agency that was refused may not write',
  'flag_tell()': 'writes down what is to be told of a flag to the destinations of auditors, which no login role may',
  'auditor_told()':
    "tells an auditor's own destinations what was done to his account, which whoever does it may not see",
  'digest_tell()': 'writes down what is to be told of a digest to each destination',
  'alert_tell()': 'writes down what is to be told of an alert to each destination, in the rows of whose alert it is',
  'plate_key_of(text)': "hashes a plate with the agency's key, which no login role may read",
  'flag_raise(uuid,text,uuid,bytea,bigint,integer,uuid,uuid,timestamp with time zone)':
    'raises a flag, which no login role may make or take away',
  'agency_attested()': 'lets an entry of the front door, and nothing else, say what an agency is',
  'opening_told()':
    'lets the entries of two members and of the owner, and nothing else, say that a grant for emergencies is open',
  'retention_told()': 'lets the entries of two administrators, and nothing else, shorten how long reads are kept',
  'witnesses_told()':
    'lets the entries of two administrators, and nothing else, say which witnesses an agency requires',
  'log_key_told()': "lets the entries of two administrators, and nothing else, put another key in the place of a log's",
  'log_period_told()':
    "lets the entries of two administrators, and nothing else, destroy the key of a month's personal values",
  'log_values_seal(bigint[],bytea[],bigint)':
    'puts the sealed form of opened values in their place, which no login role may change',
  'log_values_clear(integer)': 'takes sealed values away whose key is destroyed, which no login role may change',
  'canary_told()': 'lets a run of the canaries, and nothing else, stop the sharing of an agency',
  'grant_searchers(uuid)': 'counts who of a grantee could search, in the rows of another agency; a number alone',
  'counted_told()':
    'raises an alert at the owner for refusals that were held back from its log, and at the own agency for locked accounts',
  'grant_area_cameras(uuid,uuid)':
    'tells a grantee which cameras of the owner stand in the area that it was granted, and since when; it sees no place of them',
  'camera_in_grant_area(uuid,uuid,uuid,timestamp with time zone)': 'tells the same of one camera, for the second wall',
  'search_draw()': 'draws searches for review by the lot of the database, which no login role may',
  'search_watch()': 'looks at each search as it is put on record',
  'refusal_watch()': 'remembers a search that was refused for what was typed',
  'policy_told()': 'lets an entry that publishes a policy, and nothing else, say that it is published',
  'watch_key_make()': 'makes the key that plates are hashed with, which no login role may',
};

/** Functions that a login role may call: those of the policies, and of the triggers that run with its rights. */
export const callableFunctions: Readonly<Record<string, readonly string[]>> = {
  [appRole]: [
    'search_on_record(uuid)',
    'open_grants()',
    'granted(uuid,uuid,timestamp with time zone,text,text,open_grant[])',
    'grant_area_cameras(uuid,uuid)',
    'camera_in_grant_area(uuid,uuid,uuid,timestamp with time zone)',
    'plate_suffixes_of(text)',
    'plate_neighbours_of(text)',
    'entry_by_actor(jsonb,jsonb,text)',
    'entry_may_cross(jsonb,jsonb)',
    'entry_heard(text)',
    'entry_names(text,text,text[])',
    'law_words(jsonb)',
    'plate_key_of(text)',
    'kept_for(uuid)',
    'says_nothing(text,text)',
    'log_period_hindered(uuid,text)',
    'log_values_seal(bigint[],bytea[],bigint)',
    'log_values_clear(integer)',
    'grant_searchers(uuid)',
    'digest_period(uuid)',
    'digest_time(timestamp with time zone)',
    'digest_of(uuid,timestamp with time zone,timestamp with time zone)',
  ],
  [doorRole]: ['law_words(jsonb)', 'entry_heard(text)', 'entry_names(text,text,text[])'],
};

/** Triggers without which a rule of the house is only a habit. */
export const triggers: readonly { table: string; trigger: string; keeps: string }[] = [
  { table: 'log_entries', trigger: 'log_append', keeps: 'links each entry to the one before' },
  {
    table: 'log_entries',
    trigger: 'log_keep',
    keeps: 'keeps entries as they are, but for the sealing of opened values',
  },
  { table: 'log_entries', trigger: 'log_integrate', keeps: 'puts what was written into the tree' },
  { table: 'log_entries', trigger: 'log_keep_all', keeps: 'keeps the log from being emptied' },
  { table: 'log_entries', trigger: 'alert_raise', keeps: 'raises an alert beside each refusal of another agency' },
  { table: 'alerts', trigger: 'alert_tell', keeps: 'has each alert told to each destination' },
  { table: 'agencies', trigger: 'retention_two', keeps: 'lets nobody shorten alone how long reads are kept' },
  { table: 'log_entries', trigger: 'retention_told', keeps: 'lets two administrators shorten how long reads are kept' },
  { table: 'flags', trigger: 'flag_tell', keeps: 'has each flag told to the auditors' },
  { table: 'members', trigger: 'auditor_told', keeps: 'tells an auditor what was done to his account' },
  { table: 'alert_destinations', trigger: 'destinations_few', keeps: 'lets nobody have more than ten destinations' },
  { table: 'digests', trigger: 'digest_make', keeps: 'counts and dates a digest, whatever a process says' },
  { table: 'digests', trigger: 'digest_tell', keeps: 'has each digest told to each destination' },
  {
    table: 'agencies',
    trigger: 'digest_kept',
    keeps: 'has owners told of the use of their data while grants are in force',
  },
  { table: 'log_entries', trigger: 'refusal_watch', keeps: 'remembers a search that was refused for what was typed' },
  { table: 'log_entries', trigger: 'agency_attested', keeps: 'lets what an agency is change with its entry' },
  {
    table: 'log_entries',
    trigger: 'opening_told',
    keeps: 'lets two members open a grant for emergencies, and tells its owner',
  },
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
  {
    table: 'log_entries',
    trigger: 'log_key_told',
    keeps: "lets two administrators put another key in the place of a log's",
  },
  {
    table: 'log_entries',
    trigger: 'log_period_told',
    keeps: "lets two administrators destroy the key of a month's personal values",
  },
  { table: 'log_periods', trigger: 'log_keep_periods', keeps: 'keeps keys of months until they are destroyed' },
  { table: 'log_periods', trigger: 'log_keep_all_periods', keeps: 'keeps keys of months' },
  { table: 'log_keys', trigger: 'log_keys_told', keeps: 'lets no key be made of which no entry tells' },
  { table: 'log_entries', trigger: 'canary_told', keeps: 'stops sharing when a wall was crossed' },
  { table: 'log_entries', trigger: 'counted_told', keeps: 'raises an alert for what was counted' },
  { table: 'searches', trigger: 'search_draw', keeps: 'draws searches for review' },
  { table: 'agencies', trigger: 'agencies_policy', keeps: 'draws from the law which items of a policy it asks for' },
  { table: 'log_entries', trigger: 'policy_told', keeps: 'lets what is published of a policy change with its entry' },
  { table: 'agencies', trigger: 'watch_key_make', keeps: 'has the key that plates are hashed with from the beginning' },
  { table: 'searches', trigger: 'search_watch', keeps: 'looks at each search as it is put on record' },
  { table: 'log_heads', trigger: 'log_keep_heads', keeps: 'keeps heads of logs' },
  { table: 'log_heads', trigger: 'log_keep_all_heads', keeps: 'keeps heads of logs' },
  { table: 'log_tiles', trigger: 'log_keep_tiles', keeps: 'keeps tiles of the tree as they are' },
  { table: 'log_tiles', trigger: 'log_keep_all_tiles', keeps: 'keeps tiles of the tree' },
  { table: 'log_keys', trigger: 'log_keep_keys', keeps: 'keeps the keys of logs as they are until they are replaced' },
  { table: 'log_keys', trigger: 'log_keep_every_key', keeps: 'keeps the keys of logs' },
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
  'plateward_app log_keys': ['SELECT', 'INSERT', 'UPDATE'],
  'plateward_app log_periods': ['SELECT', 'INSERT'],
};

/** Columns that the database makes of others, so that nothing can be written into them. */
export const generatedColumns: readonly { table: string; column: string; tells: string }[] = [
  { table: 'log_entries', column: 'ends_grant', tells: 'which grant an entry says has ended' },
  { table: 'log_entries', column: 'suspends_grant', tells: 'which grant an entry says was suspended' },
  { table: 'log_entries', column: 'tells_opening', tells: 'which opening an entry is a step of' },
  { table: 'log_entries', column: 'heard', tells: 'whether the triggers that look on have to look' },
];

/** The tables of the log. */
export const logTables: readonly string[] = ['log_entries', 'log_heads', 'log_tiles', 'log_keys', 'log_periods'];

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

/** Months of reads that must be ready after the present one. */
export const monthsAheadMin = 2;
