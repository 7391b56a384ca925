-- What comes in floods is counted here and told by one entry: failed sign-ins, and refusals of one agency's demands by another. Neither vanishes, and neither
-- fills a log.

-- ---------------------------------------------------------------- failed sign-ins
-- Those that no entry has told yet. Logins that nobody has are one row, and what was typed is kept nowhere: it may be a password. The row is written
-- in the same way whether there is such a login or not.
create table sign_in_failures (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null default gen_random_uuid(),
  member_id uuid,
  failures bigint not null default 1 check (failures > 0),
  -- How often they locked the account.
  locks int not null default 0 check (locks >= 0),
  -- From where, the first ten.
  addresses text[] not null,
  since timestamptz not null default now(),
  until timestamptz not null default now(),
  primary key (agency_id, id),
  unique nulls not distinct (agency_id, member_id),
  foreign key (agency_id, member_id) references members (agency_id, id)
);
alter table sign_in_failures enable row level security;
alter table sign_in_failures force row level security;
create policy own on sign_in_failures for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, delete on sign_in_failures to plateward_app;
create policy front_door on sign_in_failures for all to plateward_door using (true) with check (true);
grant select, insert (agency_id, member_id, locks, addresses), update (failures, locks, addresses, until) on sign_in_failures to plateward_door;

-- ---------------------------------------------------------------- refusals elsewhere
-- How many refusals somebody of this agency has lately left in another agency's log, and how many were held back and are to be told by one entry.
create table refusals_sent (
  agency_id uuid not null references agencies (agency_id),
  owner_agency_id uuid not null references agencies (agency_id),
  -- Member, camera or process.
  actor_id text not null check (length(actor_id) between 1 and 64),
  -- When the present count began.
  since timestamptz not null default now(),
  told int not null default 1 check (told >= 0),
  held bigint not null default 0 check (held >= 0),
  held_since timestamptz,
  held_until timestamptz,
  primary key (agency_id, owner_agency_id, actor_id),
  check ((held > 0) = (held_since is not null) and (held > 0) = (held_until is not null))
);
alter table refusals_sent enable row level security;
alter table refusals_sent force row level security;
create policy own on refusals_sent for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, delete, insert (agency_id, owner_agency_id, actor_id), update (since, told, held, held_since, held_until) on refusals_sent to plateward_app;

create or replace function entry_may_cross(body jsonb, opened jsonb) returns boolean language sql immutable begin atomic
  select body ->> 'kind' in ('read.search', 'read.picture', 'refusal.count', 'read.export', 'grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire',
      'opening.ask', 'opening.confirm', 'opening.end', 'opening.review')
    and (body ->> 'outcome' = 'done'
      or body ->> 'outcome' = 'refused'
        and opened - 'member' = '{}'::jsonb
        and not jsonb_path_exists(body, '$.facts.asked[*].rows'));
end;

-- ---------------------------------------------------------------- both are heard
-- An account that was locked, by the agency itself; refusals that were held back, by the agency whose data was asked for.
grant insert (count) on alerts to plateward_ledger;
create function counted_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  asker uuid := (said -> 'by' ->> 'agencyId')::uuid;
  raised text;
  more bigint;
begin
  if said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'kind' is distinct from 'machine' then
    return null;
  end if;
  if said ->> 'kind' = 'session.fail' and asker = new.agency_id then
    raised := 'account_locked';
    more := (select sum((each ->> 'locks')::bigint) from jsonb_array_elements((new.opened -> 'signIns' ->> 'value')::jsonb) each);
  elsif said ->> 'kind' = 'refusal.count' and asker <> new.agency_id then
    raised := 'refused_too_often';
    more := (said -> 'facts' ->> 'refusals')::bigint;
  end if;
  if more > 0 then
    insert into public.alerts as a (agency_id, asker_agency_id, kind, rule, day, count, first_entry, last_entry, first_at, last_at)
      values (new.agency_id, asker, said ->> 'kind', raised, (new.at at time zone 'UTC')::date, more, new.entry, new.entry, new.at, new.at)
      on conflict (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null
      do update set count = a.count + excluded.count, last_entry = excluded.last_entry, last_at = excluded.last_at;
  end if;
  return null;
end $$;
create trigger counted_told after insert on log_entries for each row execute function counted_told();
revoke all on function counted_told() from public;
grant create on schema public to plateward_ledger;
alter function counted_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
