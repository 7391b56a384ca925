-- A grant that is suspended opens nothing and can be opened again, by as many signatures as opened it: each is over the grant as it then stands,
-- with how often it was suspended, so that no signature of before holds. What a log says was suspended is, whatever the row says.

alter table grants drop constraint grants_state_check;
alter table grants add constraint grants_state_check check (state in ('requested', 'approved', 'suspended', 'declined', 'revoked', 'expired'));
alter table grants add column suspensions int not null default 0 check (suspensions >= 0);

-- Which opening an approval is for: the first, or the one after so many suspensions.
alter table grant_approvals add column suspensions int not null default 0 check (suspensions >= 0);
alter table grant_approvals drop constraint grant_approvals_pkey;
alter table grant_approvals add primary key (agency_id, grant_id, suspensions, member_id);
grant insert (suspensions) on grant_approvals to plateward_app;

create or replace function grants_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ((old.state = 'requested' and new.state in ('approved', 'declined'))
    or (old.state = 'approved' and new.state in ('suspended', 'revoked', 'expired'))
    or (old.state = 'suspended' and new.state in ('approved', 'revoked', 'expired'))) then
    raise exception 'a grant does not go from % to %', old.state, new.state using errcode = 'PW001';
  end if;
  if (new.agency_id, new.id, new.grantee_agency_id, new.purposes, new.camera_ids, new.data_window_days, new.valid_from,
      new.valid_until, new.searches_per_day_max, new.rows_per_search_max, new.terms, new.declarations, new.approvals_needed, new.requested_by,
      new.requested_at, new.suspensions)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.approvals_needed, old.requested_by,
      old.requested_at, old.suspensions) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  if new.state = 'approved' and (select count(*) from public.grant_approvals p where p.agency_id = old.agency_id and p.grant_id = old.id
    and p.suspensions = old.suspensions) < old.approvals_needed then
    raise exception 'a grant is approved by as many signatures as its owner asks for' using errcode = 'PW009';
  end if;
  if new.state = 'suspended' then
    new.suspensions := old.suspensions + 1;
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

create or replace function entry_may_cross(body jsonb, opened jsonb) returns boolean language sql immutable begin atomic
  select body ->> 'kind' in ('read.search', 'read.picture', 'grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire')
    and (body ->> 'outcome' = 'done'
      or body ->> 'outcome' = 'refused'
        and opened - 'member' = '{}'::jsonb
        and not jsonb_path_exists(body, '$.facts.asked[*].rows'));
end;

-- The grant that this entry says was suspended. Generated, so that no statement can say otherwise.
alter table log_entries add column suspends_grant uuid generated always as (
  case when body::jsonb ->> 'kind' = 'grant.suspend' and body::jsonb ->> 'outcome' = 'done'
    then (body::jsonb -> 'facts' ->> 'grantId')::uuid end) stored;
create index log_entries_by_suspended_grant on log_entries (agency_id, suspends_grant) where suspends_grant is not null;
