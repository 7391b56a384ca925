-- How long reads and pictures are kept, and their removal. The shorter of what the law's pack lets and what the agency has set holds. What is
-- younger cannot be removed by any process, and what is removed is counted in the log.

alter table agencies add column retention_days int check (retention_days between 1 and 1095);
grant update (retention_days) on agencies to plateward_app;

-- How long an agency keeps frames and reads, from capture; null: no end was set.
create function kept_for(agency uuid) returns interval language sql stable begin atomic
  select least(a.law_read_minutes_max * interval '1 minute', a.retention_days * interval '24 hours') from agencies a where a.agency_id = agency;
end;
revoke all on function kept_for(uuid) from public;
grant execute on function kept_for(uuid) to plateward_app;

-- Pictures whose rows are gone and that still lie in the store.
create table blobs_going (
  agency_id uuid not null references agencies (agency_id),
  blob_key text not null check (length(blob_key) between 1 and 500),
  since timestamptz not null default now(),
  primary key (agency_id, blob_key)
);
alter table blobs_going enable row level security;
alter table blobs_going force row level security;
create policy own on blobs_going for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, blob_key), delete on blobs_going to plateward_app;

-- Only what is past its time may be removed. Where no end was set, `<` says nothing, and nothing may.
create policy over on frames as restrictive for delete to plateward_app
  using (captured_at < (select statement_timestamp() - kept_for(nullif(current_setting('plateward.agency_id', true), '')::uuid)));
create policy over on reads as restrictive for delete to plateward_app
  using (captured_at < (select statement_timestamp() - kept_for(nullif(current_setting('plateward.agency_id', true), '')::uuid)));
create policy over on jobs as restrictive for delete to plateward_app
  using ((select f.captured_at from frames f where f.agency_id = jobs.agency_id and f.id = jobs.frame_id)
    < (select statement_timestamp() - kept_for(nullif(current_setting('plateward.agency_id', true), '')::uuid)));
create policy over on frame_results as restrictive for delete to plateward_app
  using ((select f.captured_at from frames f where f.agency_id = frame_results.agency_id and f.id = frame_results.frame_id)
    < (select statement_timestamp() - kept_for(nullif(current_setting('plateward.agency_id', true), '')::uuid)));
grant delete on frames, reads, jobs, frame_results to plateward_app;
create index frames_by_capture on frames (agency_id, captured_at);
create index jobs_by_frame on jobs (agency_id, frame_id);
