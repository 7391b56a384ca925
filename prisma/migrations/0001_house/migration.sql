-- The house's tables and its second wall. Every tenant table has agency_id first in each key, row-level security enabled and
-- forced, and names the roles that may touch it. Runs as plateward_owner, which is not a superuser and is filtered too.
--
-- Settings, all local to one transaction: plateward.agency_id (who asks), plateward.actor_id, plateward.search_id.
-- Each policy wraps current_setting in a scalar sub-select, so that it is evaluated once a statement, and reads an unset or
-- empty setting as NULL, so that a transaction without an actor sees nothing.

revoke all on schema public from public;
grant usage on schema public to plateward_app, plateward_door, plateward_ledger;

-- ---------------------------------------------------------------- agencies: the public directory
create table agencies (
  agency_id uuid primary key,
  slug text not null unique,
  name text not null check (length(name) between 1 and 120),
  legal_class text not null check (legal_class in ('city', 'county', 'state', 'federal', 'university', 'tribal', 'special_district')),
  state text not null check (state ~ '^[A-Z]{2}$'),
  purposes text[] not null,
  created_at timestamptz not null default now()
);
alter table agencies enable row level security;
alter table agencies force row level security;
create policy directory on agencies for select to plateward_app
  using ((select nullif(current_setting('plateward.agency_id', true), '')) is not null);
create policy own_settings on agencies for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy front on agencies for all to plateward_door using (true) with check (true);
grant select, update (purposes) on agencies to plateward_app;
grant select, insert on agencies to plateward_door;

-- ---------------------------------------------------------------- members and what the front door needs of them
create table members (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  login text not null check (login = lower(login) and length(login) between 1 and 80),
  name text not null check (length(name) between 1 and 120),
  role text not null check (role in ('officer', 'supervisor', 'administrator', 'auditor')),
  status text not null default 'active' check (status in ('active', 'ended')),
  password_hash text not null,
  failed_attempts int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  unique (agency_id, login)
);
alter table members enable row level security;
alter table members force row level security;
create policy own on members for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy front on members for all to plateward_door using (true) with check (true);
-- The app may set a password, never see one.
grant select (agency_id, id, login, name, role, status, locked_until, created_at) on members to plateward_app;
grant insert (agency_id, id, login, name, role, password_hash), update (name, role, status, password_hash, failed_attempts, locked_until) on members to plateward_app;
grant select, insert, update (failed_attempts, locked_until) on members to plateward_door;

create table bootstrap_tokens (
  agency_id uuid not null references agencies (agency_id),
  token_hash bytea not null,
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (agency_id, token_hash)
);
alter table bootstrap_tokens enable row level security;
alter table bootstrap_tokens force row level security;
create policy front on bootstrap_tokens for all to plateward_door using (true) with check (true);
grant select, insert, update (used_at) on bootstrap_tokens to plateward_door;

create table sessions (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  member_id uuid not null,
  token_hash bytea not null,
  csrf_token text not null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  primary key (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  unique (agency_id, token_hash)
);
create index sessions_by_token on sessions (token_hash);
create index sessions_by_member on sessions (agency_id, member_id);
alter table sessions enable row level security;
alter table sessions force row level security;
create policy own on sessions for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy front on sessions for all to plateward_door using (true) with check (true);
grant select (agency_id, id, member_id, created_at, last_seen_at, expires_at, ended_at), update (ended_at) on sessions to plateward_app;
grant select, insert, update (last_seen_at, ended_at), delete on sessions to plateward_door;

-- ---------------------------------------------------------------- cameras
create table cameras (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  name text not null check (length(name) between 1 and 120),
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  status text not null default 'active' check (status in ('active', 'revoked')),
  created_at timestamptz not null default now(),
  primary key (agency_id, id),
  unique (agency_id, name)
);
create table camera_credentials (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  camera_id uuid not null,
  scheme text not null check (scheme in ('ed25519', 'hmac')),
  public_key bytea,
  sealed_secret bytea,
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (agency_id, id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id),
  check ((scheme = 'ed25519') = (public_key is not null) and (scheme = 'hmac') = (sealed_secret is not null))
);
create index camera_credentials_by_id on camera_credentials (id);
create index camera_credentials_by_camera on camera_credentials (agency_id, camera_id);
create table camera_nonces (
  agency_id uuid not null references agencies (agency_id),
  credential_id uuid not null,
  nonce text not null check (length(nonce) between 8 and 128),
  seen_at timestamptz not null default now(),
  primary key (agency_id, credential_id, nonce)
);
create index camera_nonces_by_age on camera_nonces (agency_id, seen_at);

alter table camera_credentials enable row level security;
alter table camera_credentials force row level security;
create policy own on camera_credentials for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy front on camera_credentials for select to plateward_door using (true);
grant select (agency_id, id, camera_id, scheme, public_key, created_at, revoked_at),
  insert (agency_id, id, camera_id, scheme, public_key, sealed_secret), update (revoked_at) on camera_credentials to plateward_app;
grant select on camera_credentials to plateward_door;

alter table camera_nonces enable row level security;
alter table camera_nonces force row level security;
create policy own on camera_nonces for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy front on camera_nonces for insert to plateward_door with check (true);
grant select, delete on camera_nonces to plateward_app;
grant insert on camera_nonces to plateward_door;

-- ---------------------------------------------------------------- frames and the queue of record
create table frames (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  camera_id uuid not null,
  -- Sequence number or key that the camera chose; one frame each.
  idempotency_key text not null check (length(idempotency_key) between 1 and 128),
  sha256 bytea not null check (length(sha256) = 32),
  captured_at timestamptz not null,
  received_at timestamptz not null,
  clock_suspect boolean not null default false,
  media_type text not null,
  width int not null,
  height int not null,
  bytes int not null,
  blob_key text not null,
  primary key (agency_id, id),
  unique (agency_id, camera_id, idempotency_key),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
);
create table jobs (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  kind text not null check (kind in ('recognize')),
  frame_id uuid not null,
  state text not null default 'queued' check (state in ('queued', 'leased', 'done', 'quarantined')),
  attempts int not null default 0,
  lease_token uuid,
  lease_until timestamptz,
  not_before timestamptz not null default now(),
  reason text,
  trace_parent text,
  enqueued_at timestamptz not null default now(),
  finished_at timestamptz,
  primary key (agency_id, id),
  unique (agency_id, kind, frame_id),
  foreign key (agency_id, frame_id) references frames (agency_id, id)
);
create index jobs_waiting on jobs (agency_id, not_before) where state = 'queued';
create index jobs_leased on jobs (agency_id, lease_until) where state = 'leased';
alter table frames enable row level security;
alter table frames force row level security;
alter table jobs enable row level security;
alter table jobs force row level security;
create policy own on jobs for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert on frames to plateward_app;
grant select, insert, update (state, attempts, lease_token, lease_until, not_before, reason, finished_at) on jobs to plateward_app;
-- The doorkeeper of the workers may see which agencies have work, and no row of it.
create policy front on jobs for select to plateward_door using (state in ('queued', 'leased'));
grant select (agency_id, state, not_before, lease_until, enqueued_at) on jobs to plateward_door;

-- ---------------------------------------------------------------- reads
create table reads (
  agency_id uuid not null,
  captured_at timestamptz not null,
  id uuid not null,
  frame_id uuid not null,
  camera_id uuid not null,
  ordinal int not null,
  received_at timestamptz not null,
  recognised_at timestamptz not null default now(),
  plate text collate "C" not null check (plate ~ '^[A-Z0-9]{1,16}$'),
  confidence real not null check (confidence between 0 and 1),
  -- [{c, p}] one a character, as read.
  chars jsonb not null,
  -- [{text, confidence}] other readings, best first.
  candidates jsonb not null,
  region text,
  region_confidence real,
  -- [[x, y] x 4] in pixels of the frame: top-left, top-right, bottom-right, bottom-left.
  corners jsonb not null,
  crop_key text,
  model_id text not null,
  model_hash text not null,
  primary key (agency_id, captured_at, id),
  unique (agency_id, frame_id, ordinal, captured_at),
  foreign key (agency_id) references agencies (agency_id),
  foreign key (agency_id, frame_id) references frames (agency_id, id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
) partition by range (captured_at);
create index reads_by_plate on reads (agency_id, plate, captured_at desc);
create index reads_by_camera on reads (agency_id, camera_id, captured_at desc);
create index reads_by_id on reads (agency_id, id);
alter table reads enable row level security;
alter table reads force row level security;
grant select, insert on reads to plateward_app;

-- ---------------------------------------------------------------- searches: on record before they are answered
create table searches (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  member_id uuid not null,
  session_id uuid not null,
  -- The search under which a picture is opened; null for a search proper.
  parent_id uuid,
  purpose text not null,
  case_number text not null,
  reason text not null,
  plate text,
  camera_ids uuid[],
  captured_from timestamptz not null,
  captured_to timestamptz not null,
  -- Agencies that the permit opens; a refused one is not among them.
  asked uuid[] not null,
  created_at timestamptz not null default now(),
  -- Filled by the database: the transaction in which this search is on record.
  recorded_in xid8 not null default pg_current_xact_id(),
  primary key (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  foreign key (agency_id, parent_id) references searches (agency_id, id)
);
create index searches_by_time on searches (agency_id, created_at desc);
alter table searches enable row level security;
alter table searches force row level security;
create policy own on searches for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy record on searches for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and recorded_in = (select pg_current_xact_id()));
grant select on searches to plateward_app;
grant insert (agency_id, id, member_id, session_id, parent_id, purpose, case_number, reason, plate, camera_ids, captured_from, captured_to, asked)
  on searches to plateward_app;

-- ---------------------------------------------------------------- grants: data, not a flag
create table grants (
  -- The owner of the data.
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  grantee_agency_id uuid not null references agencies (agency_id),
  state text not null default 'requested' check (state in ('requested', 'approved', 'declined', 'revoked', 'expired')),
  purposes text[] not null check (cardinality(purposes) between 1 and 50),
  camera_ids uuid[] check (cardinality(camera_ids) between 1 and 5000),
  data_window_days int not null check (data_window_days between 1 and 1095),
  valid_from timestamptz not null,
  valid_until timestamptz not null,
  searches_per_day_max int check (searches_per_day_max > 0),
  rows_per_search_max int not null check (rows_per_search_max between 1 and 10000),
  terms text not null default '',
  requested_by uuid not null,
  requested_at timestamptz not null default now(),
  decided_by uuid,
  decided_at timestamptz,
  ended_by uuid,
  ended_at timestamptz,
  changed_in xid8 not null default pg_current_xact_id(),
  primary key (agency_id, id),
  -- For the foreign key of grant_uses: a use names the grantee that the grant was given to.
  unique (agency_id, id, grantee_agency_id),
  check (agency_id <> grantee_agency_id),
  check (valid_from < valid_until and valid_until <= valid_from + interval '366 days')
);
create index grants_by_grantee on grants (grantee_agency_id, agency_id);
alter table grants enable row level security;
alter table grants force row level security;
create policy either_side on grants for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    or grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy request on grants for insert to plateward_app
  with check (grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and state = 'requested');
create policy owner_decides on grants for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, update (state, decided_by, decided_at, ended_by, ended_at) on grants to plateward_app;
grant insert (agency_id, id, grantee_agency_id, purposes, camera_ids, data_window_days, valid_from, valid_until,
  searches_per_day_max, rows_per_search_max, terms, requested_by) on grants to plateward_app;

create function grants_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ((old.state = 'requested' and new.state in ('approved', 'declined'))
    or (old.state = 'approved' and new.state in ('revoked', 'expired'))) then
    raise exception 'a grant does not go from % to %', old.state, new.state using errcode = 'PW001';
  end if;
  if (new.agency_id, new.id, new.grantee_agency_id, new.purposes, new.camera_ids, new.data_window_days, new.valid_from,
      new.valid_until, new.searches_per_day_max, new.rows_per_search_max, new.terms, new.requested_by, new.requested_at)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.requested_by, old.requested_at) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;
create trigger grants_step before update on grants for each row execute function grants_step();

create table grant_uses (
  agency_id uuid not null references agencies (agency_id),
  grant_id uuid not null,
  search_id uuid not null,
  grantee_agency_id uuid not null,
  rows int not null check (rows >= 0),
  used_at timestamptz not null default now(),
  primary key (agency_id, grant_id, search_id),
  foreign key (agency_id, grant_id, grantee_agency_id) references grants (agency_id, id, grantee_agency_id)
);
create index grant_uses_by_time on grant_uses (agency_id, grant_id, used_at);
alter table grant_uses enable row level security;
alter table grant_uses force row level security;
create policy either_side on grant_uses for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    or grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, grant_id, search_id, grantee_agency_id, rows) on grant_uses to plateward_app;

-- ---------------------------------------------------------------- the second wall for other agencies' rows
-- True when a live grant of `owner` covers this camera and time for the search that is on record in this very transaction.
-- Runs with the caller's rights: what it reads of grants and searches is what the caller may see. The body is bound to its tables
-- and operators here, so that the caller's search_path cannot give it others.
create function search_on_record(owner uuid) returns boolean language sql stable begin atomic
  select exists (select 1 from searches s
    where s.agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
      and s.id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
      and s.recorded_in = (select pg_current_xact_id_if_assigned())
      and owner = any (s.asked));
end;
create function granted(owner uuid, camera uuid, captured timestamptz) returns boolean language sql stable begin atomic
  select exists (select 1
    from searches s join grants g on g.grantee_agency_id = s.agency_id
    where s.agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
      and s.id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
      and s.recorded_in = (select pg_current_xact_id_if_assigned())
      and owner = any (s.asked)
      and g.agency_id = owner
      and g.state = 'approved'
      and statement_timestamp() >= g.valid_from and statement_timestamp() < g.valid_until
      and s.purpose = any (g.purposes)
      and (g.camera_ids is null or camera = any (g.camera_ids))
      and (captured is null or captured >= statement_timestamp() - make_interval(days => g.data_window_days)));
end;

create policy a_own on reads for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on reads for select to plateward_app using (granted(agency_id, camera_id, captured_at));

create policy a_own on frames for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on frames for select to plateward_app using (granted(agency_id, camera_id, captured_at));

alter table cameras enable row level security;
alter table cameras force row level security;
create policy a_own on cameras for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on cameras for select to plateward_app using (granted(agency_id, id, null));
create policy front on cameras for select to plateward_door using (true);
grant select, insert (agency_id, id, name, latitude, longitude), update (name, latitude, longitude, status) on cameras to plateward_app;
grant select (agency_id, id, status) on cameras to plateward_door;

create policy record on grant_uses for insert to plateward_app
  with check (grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and search_id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
    and search_on_record(agency_id));

-- ---------------------------------------------------------------- the log: a hash chain per agency, append-only
create table log_heads (
  agency_id uuid primary key references agencies (agency_id),
  size bigint not null default 0,
  hash bytea not null default decode(repeat('00', 32), 'hex') check (length(hash) = 32)
);
create table log_entries (
  agency_id uuid not null references agencies (agency_id),
  entry bigint not null,
  at timestamptz not null,
  -- Canonical JSON (RFC 8785): what the chain commits to. Personal fields stand in it as salted commitments.
  body text not null,
  -- The opened values of the commitments: {field: {salt, value}}.
  opened jsonb not null default '{}',
  prev_hash bytea not null,
  hash bytea not null,
  primary key (agency_id, entry)
);
alter table log_heads enable row level security;
alter table log_heads force row level security;
alter table log_entries enable row level security;
alter table log_entries force row level security;
create policy ledger on log_heads for all to plateward_ledger using (true) with check (true);
grant select, update (size, hash) on log_heads to plateward_ledger;
create policy front on log_heads for insert to plateward_door with check (true);
grant insert (agency_id) on log_heads to plateward_door;
create policy own on log_heads for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select on log_heads to plateward_app;

create policy own on log_entries for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- An entry in one's own log; or in another agency's about an act towards it by the agency that asks.
create policy append_own on log_entries for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy append_touched on log_entries for insert to plateward_app
  with check ((select nullif(current_setting('plateward.agency_id', true), '')) is not null
    and (body::jsonb -> 'by' ->> 'agencyId') = (select nullif(current_setting('plateward.agency_id', true), '')));
create policy front on log_entries for insert to plateward_door with check (true);
grant select on log_entries to plateward_app;
grant insert (agency_id, body, opened) on log_entries to plateward_app, plateward_door;

-- Links the entry to the head: entry number, time and hash are the database's, never the caller's. The head's row lock puts
-- all entries of an agency in one order. hash = SHA-256(0x00 || agency || entry || microseconds || prev || SHA-256(body)).
create function log_append() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head record;
begin
  select size, hash into head from public.log_heads where agency_id = new.agency_id for update;
  if not found then
    raise exception 'this agency has no log' using errcode = 'PW003';
  end if;
  new.entry := head.size;
  new.at := clock_timestamp();
  new.prev_hash := head.hash;
  new.hash := sha256('\x00'::bytea || uuid_send(new.agency_id) || int8send(new.entry)
    || int8send((extract(epoch from new.at) * 1000000)::bigint) || head.hash || sha256(convert_to(new.body, 'UTF8')));
  update public.log_heads set size = head.size + 1, hash = new.hash where agency_id = new.agency_id;
  return new;
end $$;
create trigger log_append before insert on log_entries for each row execute function log_append();

create function log_is_append_only() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  raise exception 'the log is append-only' using errcode = 'PW004';
end $$;
create trigger log_keep before update or delete on log_entries for each row execute function log_is_append_only();
create trigger log_keep_all before truncate on log_entries for each statement execute function log_is_append_only();
create trigger log_keep_heads before delete on log_heads for each row execute function log_is_append_only();
create trigger log_keep_all_heads before truncate on log_heads for each statement execute function log_is_append_only();

-- Functions are open to everybody unless said otherwise. The policies' own run with the rights of the app; triggers need none.
revoke all on function search_on_record(uuid), granted(uuid, uuid, timestamptz), grants_step(), log_is_append_only(), log_append() from public;
grant execute on function search_on_record(uuid), granted(uuid, uuid, timestamptz) to plateward_app;

-- Only the ledger role moves a head, and only by this function.
grant create on schema public to plateward_ledger;
alter function log_append() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
