-- Ways to an agency's reads by part of a plate, and by a plate that was misread. Row-level security lets only leakproof operators
-- reach an index: not LIKE, not trigrams, not distances. `=` and ranges are, so what a search looks for is written out beforehand: the
-- suffixes of each plate (a text anywhere in a plate is the beginning of a suffix of it) and its neighbours, which are its text
-- without one character (two texts that differ in one character have a neighbour in common).
--
-- All of it is kept a distinct plate, not a read, and by the database itself, in the statement that stores or removes the reads.

-- A plate at a camera and its newest read there. The newest is within a grant's window exactly when some read is: so a row is seen by
-- whoever sees a read that it stands for, and by nobody else.
create table plate_sightings (
  agency_id uuid not null references agencies (agency_id),
  plate text collate "C" not null,
  camera_id uuid not null,
  captured_at timestamptz not null,
  -- Months since the year 0, UTC, as reads are partitioned: changes once a month, so that a newer read changes no index.
  captured_month int not null generated always as
    ((extract(year from captured_at at time zone 'UTC') * 12 + extract(month from captured_at at time zone 'UTC'))::int) stored,
  primary key (agency_id, plate, camera_id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
) with (fillfactor = 85);
create index plate_sightings_by_month on plate_sightings (agency_id, captured_month);

create table plate_suffixes (
  agency_id uuid not null references agencies (agency_id),
  suffix text collate "C" not null,
  plate text collate "C" not null,
  primary key (agency_id, suffix, plate)
);

-- The key is the text with the characters that cannot be told apart in many fonts made one (src/core/confusable.ts), whole and
-- without one character.
create table plate_neighbours (
  agency_id uuid not null references agencies (agency_id),
  key text collate "C" not null,
  plate text collate "C" not null,
  primary key (agency_id, key, plate)
);

-- ---------------------------------------------------------------- what the tables hold of a plate
create function plate_suffixes_of(plate text) returns setof text language sql immutable begin atomic
  select substr(plate, place) from generate_series(1, length(plate)) as place;
end;
create function plate_neighbours_of(plate text) returns setof text language sql immutable begin atomic
  select translate(plate, 'OQDILZSGB', '000112568')
  union
  select overlay(translate(plate, 'OQDILZSGB', '000112568') placing '' from place for 1) from generate_series(1, length(plate)) as place;
end;

-- ---------------------------------------------------------------- rows of before
-- The owner is filtered by row-level security like anyone else: the wall is lifted from `reads` inside this transaction, which holds it
-- exclusively.
alter table reads no force row level security;
insert into plate_sightings (agency_id, plate, camera_id, captured_at)
  select agency_id, plate, camera_id, max(captured_at) from reads group by agency_id, plate, camera_id;
alter table reads force row level security;
insert into plate_suffixes (agency_id, suffix, plate)
  select distinct agency_id, plate_suffixes_of(plate) collate "C", plate from (select distinct agency_id, plate from plate_sightings) p;
insert into plate_neighbours (agency_id, key, plate)
  select distinct agency_id, plate_neighbours_of(plate) collate "C", plate from (select distinct agency_id, plate from plate_sightings) p;

-- ---------------------------------------------------------------- the wall: the same as that of reads
alter table plate_sightings enable row level security;
alter table plate_sightings force row level security;
create policy a_own on plate_sightings for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on plate_sightings for select to plateward_app using (granted(agency_id, camera_id, captured_at));

-- True when the caller may see a sighting of this plate: what the function reads of sightings is what the caller may see of them.
create function plate_granted(owner uuid, wanted text) returns boolean language sql stable begin atomic
  select exists (select 1 from plate_sightings p where p.agency_id = owner and p.plate = wanted);
end;

alter table plate_suffixes enable row level security;
alter table plate_suffixes force row level security;
create policy a_own on plate_suffixes for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on plate_suffixes for select to plateward_app using (plate_granted(agency_id, plate));

alter table plate_neighbours enable row level security;
alter table plate_neighbours force row level security;
create policy a_own on plate_neighbours for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy b_granted on plate_neighbours for select to plateward_app using (plate_granted(agency_id, plate));

-- A read that is kept stays findable: what stands for it cannot be removed.
create policy kept on plate_sightings as restrictive for delete to plateward_app
  using (not exists (select from reads r where r.agency_id = plate_sightings.agency_id and r.plate = plate_sightings.plate and r.camera_id = plate_sightings.camera_id));
create policy kept on plate_suffixes as restrictive for delete to plateward_app
  using (not exists (select from plate_sightings p where p.agency_id = plate_suffixes.agency_id and p.plate = plate_suffixes.plate));
create policy kept on plate_neighbours as restrictive for delete to plateward_app
  using (not exists (select from plate_sightings p where p.agency_id = plate_neighbours.agency_id and p.plate = plate_neighbours.plate));

grant select, insert (agency_id, plate, camera_id, captured_at), update (captured_at), delete on plate_sightings to plateward_app;
grant select, insert (agency_id, suffix, plate), delete on plate_suffixes to plateward_app;
grant select, insert (agency_id, key, plate), delete on plate_neighbours to plateward_app;

-- ---------------------------------------------------------------- kept in step with the reads, with the rights of who changes them
-- Whoever writes keys of an agency shares a lock with the others who do, and whoever removes some holds it alone: else a plate that is
-- read again while its last sighting goes could lose its keys.
create function reads_keep_plates() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  -- Agency and plate, in step: plates that were not known at their camera.
  agencies uuid[];
  plates text[];
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('plateward.plates ' || agency_id, 0))
    from (select distinct agency_id from stored order by 1) a;
  -- In one order, so that two who store the same plates wait for and do not block each other. A row that an insert made has no xmax.
  with kept as (
    insert into public.plate_sightings as p (agency_id, plate, camera_id, captured_at)
      select agency_id, plate, camera_id, max(captured_at) from stored group by agency_id, plate, camera_id order by agency_id, plate, camera_id
      on conflict (agency_id, plate, camera_id) do update set captured_at = greatest(p.captured_at, excluded.captured_at)
      returning p.agency_id, p.plate, xmax = 0 as is_new)
  select array_agg(agency_id), array_agg(plate) into agencies, plates
    from (select distinct agency_id, plate from kept where is_new) k;
  if plates is not null then
    insert into public.plate_suffixes (agency_id, suffix, plate)
      select distinct a, public.plate_suffixes_of(p) collate "C" as key, p from unnest(agencies, plates) as n (a, p) order by 1, 2, 3
      on conflict do nothing;
    insert into public.plate_neighbours (agency_id, key, plate)
      select distinct a, public.plate_neighbours_of(p) collate "C" as key, p from unnest(agencies, plates) as n (a, p) order by 1, 2, 3
      on conflict do nothing;
  end if;
  return null;
end $$;
create trigger reads_keep_plates after insert on reads referencing new table as stored
  for each statement execute function reads_keep_plates();

create function reads_drop_plates() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('plateward.plates ' || agency_id, 0))
    from (select distinct agency_id from removed order by 1) a;
  update public.plate_sightings p set captured_at = r.newest
    from (select d.agency_id, d.plate, d.camera_id, (select max(r.captured_at) from public.reads r
        where r.agency_id = d.agency_id and r.plate = d.plate and r.camera_id = d.camera_id) as newest
      from (select distinct agency_id, plate, camera_id from removed) d) r
    where p.agency_id = r.agency_id and p.plate = r.plate and p.camera_id = r.camera_id and r.newest is not null;
  delete from public.plate_sightings p using (select distinct agency_id, plate, camera_id from removed) d
    where p.agency_id = d.agency_id and p.plate = d.plate and p.camera_id = d.camera_id
      and not exists (select from public.reads r where r.agency_id = d.agency_id and r.plate = d.plate and r.camera_id = d.camera_id);
  return null;
end $$;
create trigger reads_drop_plates after delete on reads referencing old table as removed
  for each statement execute function reads_drop_plates();

-- A plate that is sighted nowhere any longer has no keys.
create function plates_drop_keys() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('plateward.plates ' || agency_id, 0))
    from (select distinct agency_id from removed order by 1) a;
  delete from public.plate_suffixes s using (select distinct agency_id, plate, public.plate_suffixes_of(plate) collate "C" as key from removed) d
    where s.agency_id = d.agency_id and s.suffix = d.key and s.plate = d.plate
      and not exists (select from public.plate_sightings p where p.agency_id = d.agency_id and p.plate = d.plate);
  delete from public.plate_neighbours n using (select distinct agency_id, plate, public.plate_neighbours_of(plate) collate "C" as key from removed) d
    where n.agency_id = d.agency_id and n.key = d.key and n.plate = d.plate
      and not exists (select from public.plate_sightings p where p.agency_id = d.agency_id and p.plate = d.plate);
  return null;
end $$;
create trigger plates_drop_keys after delete on plate_sightings referencing old table as removed
  for each statement execute function plates_drop_keys();

revoke all on function plate_suffixes_of(text), plate_neighbours_of(text), plate_granted(uuid, text),
  reads_keep_plates(), reads_drop_plates(), plates_drop_keys() from public;
grant execute on function plate_suffixes_of(text), plate_neighbours_of(text), plate_granted(uuid, text) to plateward_app;
