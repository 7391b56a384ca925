-- A refused demand is heard where the data lies: each refusal that another agency's act leaves in a log raises an alert beside it, in the
-- same transaction and by the database itself, so that no program can write the one and forget the other.

-- One row for what is refused to one agency by one rule on one day, however often: a flood is one alert with a count. It holds nothing of
-- the question; the entries from first_entry to last_entry say what the owner may know.
create table alerts (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null default gen_random_uuid(),
  -- Who asked.
  asker_agency_id uuid not null references agencies (agency_id),
  -- The action, and the rule that refused it.
  kind text not null check (kind ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  rule text not null check (rule ~ '^[a-z][a-z0-9_.-]{0,63}$'),
  -- UTC.
  day date not null,
  count bigint not null default 1 check (count > 0),
  first_entry bigint not null,
  -- Grows with every refusal, in the order of the log: what follows a number is what came after it.
  last_entry bigint not null check (last_entry >= first_entry),
  first_at timestamptz not null,
  last_at timestamptz not null,
  acknowledged_by uuid,
  acknowledged_at timestamptz,
  primary key (agency_id, id),
  foreign key (agency_id, acknowledged_by) references members (agency_id, id),
  check ((acknowledged_by is null) = (acknowledged_at is null))
);
create unique index alerts_open on alerts (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null;
create unique index alerts_by_entry on alerts (agency_id, last_entry);
alter table alerts enable row level security;
alter table alerts force row level security;
create policy own on alerts for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- Acknowledged once. Nothing else of an alert changes but by the ledger, and nobody takes one away.
create policy acknowledge on alerts for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and acknowledged_at is null)
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, update (acknowledged_by, acknowledged_at) on alerts to plateward_app;
create policy ledger on alerts for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at), update (count, last_entry, last_at)
  on alerts to plateward_ledger;

-- The head of the owner's log is held by log_append, so refusals at one owner come here one after the other.
create function alert_raise() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  told jsonb := new.body::jsonb;
  word constant text := '^[a-z][a-z0-9_.-]{0,63}$';
begin
  if told ->> 'outcome' = 'refused' and told -> 'by' ->> 'agencyId' <> new.agency_id::text then
    insert into public.alerts as a (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
      values (new.agency_id, (told -> 'by' ->> 'agencyId')::uuid,
        case when told ->> 'kind' ~ word then told ->> 'kind' else 'unknown' end,
        case when told ->> 'rule' ~ word then told ->> 'rule' else 'unknown' end,
        (new.at at time zone 'UTC')::date, new.entry, new.entry, new.at, new.at)
      on conflict (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null
      do update set count = a.count + 1, last_entry = excluded.last_entry, last_at = excluded.last_at;
  end if;
  return null;
end $$;
create trigger alert_raise after insert on log_entries for each row execute function alert_raise();
revoke all on function alert_raise() from public;
grant create on schema public to plateward_ledger;
alter function alert_raise() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
