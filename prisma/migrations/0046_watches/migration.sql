-- Looking at the own agency's reads as they come is on record like a search: a period of at most ten minutes, under a purpose, a case and a reason, is a row of
-- `searches`; beside it stands here how much was shown under it, counted in the transaction that shows it, so that the word of its end can be told by whoever ends it.
create table watches (
  agency_id uuid not null references agencies (agency_id),
  search_id uuid not null,
  member_id uuid not null,
  began_at timestamptz not null default now(),
  until timestamptz not null,
  rows int not null default 0 check (rows >= 0),
  crops int not null default 0 check (crops >= 0),
  ended_at timestamptz,
  primary key (agency_id, search_id),
  foreign key (agency_id, search_id) references searches (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  check (until > began_at and until <= began_at + interval '10 minutes')
);
create index watches_open on watches (agency_id, until) where ended_at is null;
alter table watches enable row level security;
alter table watches force row level security;
create policy own on watches for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- It begins with its search, in one transaction, and for whoever searched.
create policy begin_own on watches for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and exists (select from searches s where s.agency_id = watches.agency_id and s.id = watches.search_id and s.member_id = watches.member_id
      and s.parent_id is null and s.recorded_in = (select pg_current_xact_id())));
-- What has ended stays as it was told.
create policy go_on on watches for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and ended_at is null)
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, search_id, member_id, until), update (rows, crops, ended_at) on watches to plateward_app;

-- By when they were stored: the order in which they come.
create index reads_by_storing on reads (agency_id, recognised_at);
