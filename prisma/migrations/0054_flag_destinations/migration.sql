-- Flags reach the auditor outside the console, at destinations that are his: nobody else sees, changes or ends one, an administrator no more than an officer, in
-- the decision and here. What an administrator can do to him, taking his role or giving him another password, is told there, too.

alter table alert_destinations
  -- Whose it is; null: the agency's, which is told of alerts and digests.
  add column owned_by uuid,
  add foreign key (agency_id, owned_by) references members (agency_id, id),
  add check (owned_by = added_by);
grant insert (owned_by) on alert_destinations to plateward_app;
grant select (owned_by) on alert_destinations to plateward_ledger;
drop index alert_destinations_live;
create unique index alert_destinations_live on alert_destinations (agency_id, owned_by, channel, address) nulls not distinct where removed_at is null;
create policy whose on alert_destinations as restrictive for all to plateward_app
  using (owned_by is null or owned_by::text = (select current_setting('plateward.actor_id', true)) or (select current_setting('plateward.actor_id', true)) = 'deliver')
  with check (owned_by is null or owned_by::text = (select current_setting('plateward.actor_id', true)));
-- What goes there is seen by whoever sees the destination.
create policy whose on alert_deliveries as restrictive for all to plateward_app
  using (exists (select from alert_destinations t where t.agency_id = alert_deliveries.agency_id and t.id = alert_deliveries.destination_id))
  with check (exists (select from alert_destinations t where t.agency_id = alert_deliveries.agency_id and t.id = alert_deliveries.destination_id));

-- So many and no more, also of two that are added at once: each waits here for the other's end, and counts it.
create function destinations_few() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('alert_destinations ' || new.agency_id || coalesce(new.owned_by::text, ''), 0));
  if (select count(*) from public.alert_destinations t
      where t.agency_id = new.agency_id and t.owned_by is not distinct from new.owned_by and t.removed_at is null) >= 10 then
    raise exception 'ten destinations are the most that an agency or an auditor has' using errcode = 'PW054';
  end if;
  return new;
end $$;
create trigger destinations_few before insert on alert_destinations for each row execute function destinations_few();

-- ---------------------------------------------------------------- what is told there
do $$
declare
  found text;
begin
  select conname into strict found from pg_constraint where conrelid = 'alert_deliveries'::regclass and contype = 'c' and pg_get_constraintdef(oid) like '%num_nonnulls%';
  execute format('alter table alert_deliveries drop constraint %I', found);
end $$;
alter table alert_deliveries
  add column flag_id uuid,
  -- What was done to the account of whoever is told: his role was ended, or another password was given to him.
  add column notice text check (notice in ('role', 'password')),
  add foreign key (agency_id, flag_id) references flags (agency_id, id),
  add unique (agency_id, flag_id, destination_id),
  add check (num_nonnulls(alert_id, digest_id, flag_id, notice) <= 1);
grant select (flag_id), insert (flag_id, notice) on alert_deliveries to plateward_ledger;

-- A flag goes to each auditor but the one whom it is about.
create function flag_tell() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.alert_deliveries as d (agency_id, flag_id, destination_id, wanted, due_at)
    select new.agency_id, new.id, t.id, new.count, clock_timestamp()
      from public.alert_destinations t join public.members m on m.agency_id = t.agency_id and m.id = t.owned_by
      where t.agency_id = new.agency_id and t.removed_at is null and m.role = 'auditor' and m.status = 'active' and m.id <> new.member_id order by t.id
    on conflict (agency_id, flag_id, destination_id)
    do update set wanted = greatest(d.wanted, excluded.wanted),
      due_at = coalesce(d.due_at, greatest(excluded.due_at, d.began_at + interval '5 minutes'));
  return null;
end $$;
create trigger flag_tell after insert or update of count on flags for each row execute function flag_tell();

create function auditor_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  done text := case when new.role <> 'auditor' or new.status <> 'active' then 'role' when new.password_hash <> old.password_hash then 'password' end;
begin
  if old.role = 'auditor' and old.status = 'active' and done is not null
    and nullif(current_setting('plateward.actor_id', true), '') is distinct from new.id::text then
    insert into public.alert_deliveries (agency_id, notice, destination_id, wanted, due_at)
      select new.agency_id, done, t.id, 1, clock_timestamp() from public.alert_destinations t
        where t.agency_id = new.agency_id and t.owned_by = new.id and t.removed_at is null order by t.id;
  end if;
  return null;
end $$;
create trigger auditor_told after update of role, status, password_hash on members for each row execute function auditor_told();
grant select (role, status) on members to plateward_ledger;

-- ---------------------------------------------------------------- and what is not
grant create on schema public to plateward_ledger;
set local role plateward_ledger;
create or replace function alert_tell() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.alert_deliveries as d (agency_id, alert_id, destination_id, wanted, due_at)
    select new.agency_id, new.id, t.id, new.count, clock_timestamp() from public.alert_destinations t
      where t.agency_id = new.agency_id and t.owned_by is null and t.removed_at is null order by t.id
    on conflict (agency_id, alert_id, destination_id)
    do update set wanted = excluded.wanted,
      due_at = coalesce(d.due_at, greatest(excluded.due_at, d.began_at + interval '5 minutes'));
  return null;
end $$;
create or replace function digest_tell() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.alert_deliveries (agency_id, digest_id, destination_id, wanted, due_at)
    select new.agency_id, new.id, t.id, 1, clock_timestamp() from public.alert_destinations t
      where t.agency_id = new.agency_id and t.owned_by is null and t.removed_at is null order by t.id;
  return null;
end $$;
set local role plateward_owner;

revoke all on function destinations_few(), flag_tell(), auditor_told() from public;
alter function flag_tell() owner to plateward_ledger;
alter function auditor_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
