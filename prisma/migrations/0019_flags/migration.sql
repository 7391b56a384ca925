-- Patterns of misuse are seen where searches are put on record, by the database itself: no setting turns that off, no login role may write
-- or take away what it keeps, and a search that is not counted cannot be made. What is flagged goes to the auditor.

-- With which an agency's plates are hashed, so that whoever sees a flag, or a copy of these tables, cannot try plates. No login role reads it.
create table watch_keys (
  agency_id uuid not null references agencies (agency_id),
  key bytea not null default uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) check (length(key) = 32),
  primary key (agency_id)
);
alter table watch_keys enable row level security;
alter table watch_keys force row level security;
create policy ledger on watch_keys for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id) on watch_keys to plateward_ledger;

-- What is usual for a member: searches by the hour of the day (UTC), and the newest refusal.
create table watch_members (
  agency_id uuid not null references agencies (agency_id),
  member_id uuid not null,
  hours int[] not null default array_fill(0, array[24]) check (cardinality(hours) = 24),
  -- The newest search of his that was refused for what he had typed as its reason, and the keyed hash of the plate in it.
  refused_at timestamptz,
  refused_key bytea,
  primary key (agency_id, member_id),
  foreign key (agency_id, member_id) references members (agency_id, id)
);
alter table watch_members enable row level security;
alter table watch_members force row level security;
create policy ledger on watch_members for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id, member_id, hours, refused_at, refused_key), update (hours, refused_at, refused_key) on watch_members to plateward_ledger;

-- Plates of the households and colleagues of members, as an auditor has listed them: hashed, never in the clear.
create table listed_plates (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  plate_key bytea not null check (length(plate_key) = 32),
  -- Whose: a word that the auditor chose, such as a file number. Not the plate.
  label text not null check (length(label) between 1 and 120),
  listed_by uuid not null,
  listed_at timestamptz not null default now(),
  primary key (agency_id, id),
  unique (agency_id, plate_key),
  foreign key (agency_id, listed_by) references members (agency_id, id)
);
alter table listed_plates enable row level security;
alter table listed_plates force row level security;
create policy own on listed_plates for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id, plate_key, label, listed_by), delete on listed_plates to plateward_app;
create policy ledger on listed_plates for select to plateward_ledger using (true);
grant select (agency_id, plate_key) on listed_plates to plateward_ledger;

-- One row for one pattern of one member (and one plate, where it is about one) on one day, until it is decided on.
create table flags (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null default gen_random_uuid(),
  pattern text not null check (pattern in ('plate_repeated', 'burst', 'unusual_hour', 'after_refusal', 'listed_plate')),
  member_id uuid not null,
  -- UTC.
  day date not null,
  -- Keyed hash of the plate; empty where the pattern is not about one.
  plate_key bytea not null default '' check (length(plate_key) in (0, 32)),
  -- Searches that show the pattern, the earlier ones that made it one included.
  count bigint not null check (count > 0),
  -- Different case numbers among them.
  cases int not null check (cases >= 0),
  first_search uuid not null,
  last_search uuid not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  decision text check (decision in ('explained', 'misuse')),
  note text check (length(note) between 1 and 2000),
  decided_by uuid,
  decided_at timestamptz,
  primary key (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  foreign key (agency_id, decided_by) references members (agency_id, id),
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (note is null))
);
create unique index flags_open on flags (agency_id, member_id, pattern, plate_key, day) where decided_at is null;
create index flags_by_time on flags (agency_id, last_at desc, id desc);
alter table flags enable row level security;
alter table flags force row level security;
create policy own on flags for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- Decided once, and by somebody else than the member whom it is about.
create policy decide on flags for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and decided_at is null)
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and decided_by <> member_id);
grant select, update (decision, note, decided_by, decided_at) on flags to plateward_app;
create policy ledger on flags for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id, pattern, member_id, day, plate_key, count, cases, first_search, last_search, first_at, last_at),
  update (count, cases, last_search, last_at) on flags to plateward_ledger;

alter table searches add column plate_key bytea;
create index searches_by_plate_key on searches (agency_id, member_id, plate_key, created_at) where parent_id is null;
create index searches_by_member on searches (agency_id, member_id, created_at) where parent_id is null;
create policy ledger on searches for select to plateward_ledger using (true);
grant select (agency_id, id, member_id, parent_id, plate_key, case_number, captured_from, captured_to, created_at) on searches to plateward_ledger;

-- The keyed hash of a plate, as it is typed, of the agency that the transaction says is asking; null where nothing is left of it.
create function plate_key_of(plate text) returns bytea language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  agency uuid := nullif(current_setting('plateward.agency_id', true), '')::uuid;
  typed text := regexp_replace(upper(plate), '[^A-Z0-9?*]', '', 'g');
  secret bytea;
begin
  if agency is null or coalesce(typed, '') = '' then
    return null;
  end if;
  insert into public.watch_keys (agency_id) values (agency) on conflict do nothing;
  select k.key into secret from public.watch_keys k where k.agency_id = agency;
  return sha256(secret || sha256(secret || convert_to(typed, 'UTF8')));
end $$;

-- Raises a flag or counts it up.
create function flag_raise(agency uuid, kind text, member uuid, key bytea, seen bigint, seen_cases int, first_id uuid, this_id uuid, first_time timestamptz)
returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
begin
  insert into public.flags as f (agency_id, pattern, member_id, day, plate_key, count, cases, first_search, last_search, first_at, last_at)
    values (agency, kind, member, (at at time zone 'UTC')::date, key, seen, seen_cases, first_id, this_id, first_time, at)
    on conflict (agency_id, member_id, pattern, plate_key, day) where decided_at is null
    do update set count = case when f.pattern = 'plate_repeated' then excluded.count else f.count + 1 end,
      cases = greatest(f.cases, excluded.cases), last_search = excluded.last_search, last_at = excluded.last_at;
end $$;

-- Looks at each search as it is put on record. The numbers are the house's, the same for every agency:
-- a plate asked for the fifth time by one member in 30 days, whatever case numbers he typed (how many different ones is told); what
-- looks only into the past of a search that he made within a day, from the same beginning and for the same case, is a page of it and no repeat;
-- the thirtieth search in ten minutes; an hour of the day (UTC) in which, with the hours beside it, the member made fewer than one in fifty of
-- at least fifty searches; the same plate within ten minutes of a search that was refused for its purpose, case or beneficiary; a plate
-- that the agency has listed.
create function search_watch() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
  hour int := extract(hour from at at time zone 'UTC')::int;
  known record;
  found record;
  total bigint;
  near bigint;
begin
  if new.parent_id is not null then
    return new;
  end if;
  new.plate_key := public.plate_key_of(new.plate);
  -- It ends before that search was made, so it tells nothing that happened since.
  if exists (select from public.searches s
    where s.agency_id = new.agency_id and s.member_id = new.member_id and s.plate_key = new.plate_key and s.parent_id is null
      and s.case_number = new.case_number and s.captured_from = new.captured_from and s.captured_to > new.captured_to
      and s.created_at >= new.captured_to and s.created_at > at - interval '1 day') then
    new.plate_key := null;
  end if;
  select m.hours, m.refused_at, m.refused_key into known
    from public.watch_members m where m.agency_id = new.agency_id and m.member_id = new.member_id;
  if new.plate_key is not null then
    select count(*) + 1 as seen, count(distinct s.case_number) filter (where s.case_number <> new.case_number) + 1 as cases,
        coalesce((array_agg(s.id order by s.created_at))[1], new.id) as first_id, coalesce(min(s.created_at), at) as first_time
      into found from public.searches s
      where s.agency_id = new.agency_id and s.member_id = new.member_id and s.plate_key = new.plate_key and s.parent_id is null
        and s.created_at > at - interval '30 days';
    if found.seen >= 5 then
      perform public.flag_raise(new.agency_id, 'plate_repeated', new.member_id, new.plate_key, found.seen, found.cases::int,
        found.first_id, new.id, found.first_time);
    end if;
    if exists (select from public.listed_plates l where l.agency_id = new.agency_id and l.plate_key = new.plate_key) then
      perform public.flag_raise(new.agency_id, 'listed_plate', new.member_id, new.plate_key, 1, 0, new.id, new.id, at);
    end if;
    if known.refused_key = new.plate_key and known.refused_at > at - interval '10 minutes' then
      perform public.flag_raise(new.agency_id, 'after_refusal', new.member_id, new.plate_key, 1, 0, new.id, new.id, at);
    end if;
  end if;
  select count(*) + 1 as seen, coalesce((array_agg(s.id order by s.created_at))[1], new.id) as first_id, coalesce(min(s.created_at), at) as first_time
    into found from public.searches s
    where s.agency_id = new.agency_id and s.member_id = new.member_id and s.parent_id is null and s.created_at > at - interval '10 minutes';
  if found.seen >= 30 then
    perform public.flag_raise(new.agency_id, 'burst', new.member_id, '', found.seen, 0, found.first_id, new.id, found.first_time);
  end if;
  if known.hours is not null then
    select coalesce(sum(h), 0), coalesce(sum(h) filter (where (i - 1 - hour + 24) % 24 in (0, 1, 23)), 0) into total, near
      from unnest(known.hours) with ordinality as each (h, i);
    if total >= 50 and near * 50 < total then
      perform public.flag_raise(new.agency_id, 'unusual_hour', new.member_id, '', 1, 0, new.id, new.id, at);
    end if;
  end if;
  insert into public.watch_members as m (agency_id, member_id, hours)
    values (new.agency_id, new.member_id, array_fill(0, array[hour]) || 1 || array_fill(0, array[23 - hour]))
    on conflict (agency_id, member_id) do update set hours = m.hours[1:hour] || (m.hours[hour + 1] + 1) || m.hours[hour + 2:24];
  return new;
end $$;
create trigger search_watch before insert on searches for each row execute function search_watch();

-- Remembers a member's search that was refused for what he had typed as its reason: the entry of the refusal in his own log says so.
create function refusal_watch() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  told jsonb := new.body::jsonb;
  member uuid;
begin
  if told ->> 'outcome' = 'refused' and told ->> 'kind' = 'read.search' and told -> 'by' ->> 'agencyId' = new.agency_id::text
    and told -> 'by' ->> 'kind' = 'member'
    and told ->> 'rule' in ('purpose_unknown', 'grant_purpose', 'law_purpose', 'law_case_number', 'law_beneficiary_class', 'law_beneficiary_state') then
    member := (new.opened -> 'member' ->> 'value')::uuid;
    insert into public.watch_members as m (agency_id, member_id, refused_at, refused_key)
      select new.agency_id, member, new.at, public.plate_key_of(new.opened -> 'plate' ->> 'value') where member is not null
      on conflict (agency_id, member_id) do update set refused_at = excluded.refused_at, refused_key = excluded.refused_key;
  end if;
  return null;
end $$;
create trigger refusal_watch after insert on log_entries for each row execute function refusal_watch();

revoke all on function plate_key_of(text), flag_raise(uuid, text, uuid, bytea, bigint, int, uuid, uuid, timestamptz), search_watch(), refusal_watch() from public;
grant execute on function plate_key_of(text) to plateward_app;
grant create on schema public to plateward_ledger;
alter function plate_key_of(text) owner to plateward_ledger;
alter function flag_raise(uuid, text, uuid, bytea, bigint, int, uuid, uuid, timestamptz) owner to plateward_ledger;
alter function search_watch() owner to plateward_ledger;
alter function refusal_watch() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
