-- What an agency says in public about its use of plates, and the counts of reads that its log tells.

-- The usage and privacy policy: one row an agency, replaced as a whole. What it said before stands in the log.
create table usage_policies (
  agency_id uuid not null references agencies (agency_id),
  -- Counts the changes; each is an entry in the log.
  revision int not null check (revision > 0),
  -- Text by item (src/core/usage-policy.ts); an item that is not there is missing.
  items jsonb not null check (jsonb_typeof(items) = 'object'),
  changed_at timestamptz not null default now(),
  primary key (agency_id)
);
alter table usage_policies enable row level security;
alter table usage_policies force row level security;
create policy own on usage_policies for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, revision, items), update (revision, items, changed_at) on usage_policies to plateward_app;

-- Frames and reads that no entry of the log has told yet. Counted up in the transaction that stores the reads, and taken away in the one
-- that writes the entry, so that each is told once whatever dies in between. By camera, so that workers do not wait for each other.
create table read_counts (
  agency_id uuid not null references agencies (agency_id),
  -- Of the recognition, UTC.
  day date not null,
  camera_id uuid not null,
  frames bigint not null check (frames >= 0),
  reads bigint not null check (reads >= 0),
  -- When the first of them was counted.
  since timestamptz not null default now(),
  primary key (agency_id, day, camera_id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
);
alter table read_counts enable row level security;
alter table read_counts force row level security;
create policy own on read_counts for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, delete, insert (agency_id, day, camera_id, frames, reads), update (frames, reads) on read_counts to plateward_app;

-- What was recognised before is told with the first entry.
insert into read_counts (agency_id, day, camera_id, frames, reads)
  select agency_id, (recognised_at at time zone 'UTC')::date, camera_id, count(*), sum(cardinality(confidences))
  from frame_results group by 1, 2, 3;
