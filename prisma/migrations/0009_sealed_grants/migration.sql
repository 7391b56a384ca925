-- A grant's row alone opens nothing: its approval carries the owner's signature over its scope, by the key that signs the owner's log,
-- which is not in the database; and what a log says has ended has ended, whatever the row says.
alter table grants add column approval bytea check (length(approval) = 64);
grant update (approval) on grants to plateward_app;

-- The grant whose end this entry tells. Generated, so that no statement can say otherwise.
alter table log_entries add column ends_grant uuid generated always as (
  case when body::jsonb ->> 'kind' in ('grant.revoke', 'grant.expire') and body::jsonb ->> 'outcome' = 'done'
    then (body::jsonb -> 'facts' ->> 'grantId')::uuid end) stored;
create index log_entries_by_ended_grant on log_entries (agency_id, ends_grant) where ends_grant is not null;
