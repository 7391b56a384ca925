-- What members of an agency say of its own reads: that a text is right, what it should be, or that there is no such plate. What was observed stays as it was read;
-- the newest word about a read stands, and none is ever changed.
create table read_reviews (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  read_id uuid not null,
  captured_at timestamptz not null,
  verdict text not null check (verdict in ('confirm', 'correct', 'reject')),
  corrected text check (corrected ~ '^[A-Z0-9]{1,16}$'),
  reason text not null check (length(reason) between 3 and 500),
  -- The search that showed the read to who says it.
  search_id uuid not null,
  member_id uuid not null,
  reviewed_at timestamptz not null default clock_timestamp(),
  primary key (agency_id, id),
  foreign key (agency_id, search_id) references searches (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  check ((verdict = 'correct') = (corrected is not null))
);
create index read_reviews_by_read on read_reviews (agency_id, read_id, reviewed_at desc, id desc);
create index read_reviews_by_text on read_reviews (agency_id, corrected) where corrected is not null;
create index read_reviews_by_capture on read_reviews (agency_id, captured_at);
alter table read_reviews enable row level security;
alter table read_reviews force row level security;
create policy own on read_reviews for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- It goes with its read, and not before.
create policy over on read_reviews as restrictive for delete to plateward_app
  using (captured_at < (select statement_timestamp() - kept_for(nullif(current_setting('plateward.agency_id', true), '')::uuid)));
grant select, delete, insert (agency_id, id, read_id, captured_at, verdict, corrected, reason, search_id, member_id) on read_reviews to plateward_app;
