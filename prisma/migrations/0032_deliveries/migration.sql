-- Alerts are told outside the console: an agency's destinations, and what is to be told to each of them. What is to be told is written by the
-- database beside the alert, in the transaction of the refusal, so that no program can raise the one and forget the other.

create table alert_destinations (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  channel text not null check (channel in ('webhook', 'email')),
  -- An https address, or one of e-mail.
  address text not null check (length(address) between 3 and 500),
  -- With which a webhook's messages are signed, sealed under the agency's key.
  sealed_secret bytea,
  added_by uuid not null,
  added_at timestamptz not null default now(),
  removed_by uuid,
  removed_at timestamptz,
  primary key (agency_id, id),
  foreign key (agency_id, added_by) references members (agency_id, id),
  foreign key (agency_id, removed_by) references members (agency_id, id),
  check ((removed_by is null) = (removed_at is null)),
  -- Nothing can be signed for a destination that was removed.
  check ((channel = 'webhook' and removed_at is null) = (sealed_secret is not null))
);
create unique index alert_destinations_live on alert_destinations (agency_id, channel, address) where removed_at is null;
alter table alert_destinations enable row level security;
alter table alert_destinations force row level security;
create policy own on alert_destinations for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id, channel, address, sealed_secret, added_by), update (sealed_secret, removed_by, removed_at)
  on alert_destinations to plateward_app;
create policy ledger on alert_destinations for select to plateward_ledger using (true);
grant select (agency_id, id, removed_at) on alert_destinations to plateward_ledger;

-- One row for one alert and one destination, however often the alert grows: what was told, and what is to be told next.
create table alert_deliveries (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null default gen_random_uuid(),
  -- null: a test that an administrator asked for.
  alert_id uuid,
  destination_id uuid not null,
  -- Refusals that there are to tell of, and of how many the newest message that arrived told.
  wanted bigint not null check (wanted > 0),
  told bigint not null default 0 check (told between 0 and wanted),
  told_at timestamptz,
  -- Number of the message that is being sent, or was sent last; with the id it names the message for whoever receives it twice.
  message int not null default 0,
  -- What that message says, the same at every attempt; null: none is being sent.
  telling bigint check (telling between 1 and wanted),
  began_at timestamptz,
  attempts int not null default 0,
  -- When to send, or, while one is being sent, when to give it up for lost; null: there is nothing to send.
  due_at timestamptz,
  lease_token uuid,
  -- Why the newest attempt failed; null after one that did not.
  fault text check (length(fault) between 1 and 300),
  added_at timestamptz not null default now(),
  primary key (agency_id, id),
  unique (agency_id, alert_id, destination_id),
  foreign key (agency_id, alert_id) references alerts (agency_id, id),
  foreign key (agency_id, destination_id) references alert_destinations (agency_id, id)
);
create index alert_deliveries_due on alert_deliveries (agency_id, due_at) where due_at is not null;
create index alert_deliveries_by_time on alert_deliveries (agency_id, added_at desc, id desc);
create index alert_deliveries_by_destination on alert_deliveries (agency_id, destination_id, added_at desc);
alter table alert_deliveries enable row level security;
alter table alert_deliveries force row level security;
-- A process may order a test and say what came of a message; of which alert a row is, and how many refusals there are, it cannot write.
create policy own on alert_deliveries for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id, destination_id, wanted, due_at),
  update (told, told_at, message, telling, began_at, attempts, due_at, lease_token, fault) on alert_deliveries to plateward_app;
create policy ledger on alert_deliveries for all to plateward_ledger using (true) with check (true);
grant select (agency_id, alert_id, destination_id, wanted, due_at, began_at), insert (agency_id, alert_id, destination_id, wanted, due_at), update (wanted, due_at)
  on alert_deliveries to plateward_ledger;
-- Which agencies have something to send: housekeeping goes from door to door.
create policy front_door on alert_deliveries for select to plateward_door using (true);
grant select (agency_id, due_at) on alert_deliveries to plateward_door;

-- The first refusal is told at once; while an alert grows, a message begins at the earliest five minutes after the one before.
create function alert_tell() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.alert_deliveries as d (agency_id, alert_id, destination_id, wanted, due_at)
    select new.agency_id, new.id, t.id, new.count, clock_timestamp() from public.alert_destinations t
      where t.agency_id = new.agency_id and t.removed_at is null order by t.id
    on conflict (agency_id, alert_id, destination_id)
    do update set wanted = excluded.wanted,
      due_at = coalesce(d.due_at, greatest(excluded.due_at, d.began_at + interval '5 minutes'));
  return null;
end $$;
create trigger alert_tell after insert or update of count on alerts for each row execute function alert_tell();
revoke all on function alert_tell() from public;
grant create on schema public to plateward_ledger;
alter function alert_tell() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
