-- A grant for an area opens what a camera read there, and nothing that it read elsewhere. Until now a camera that was moved into an area brought its
-- earlier reads with it, by one administrator and without a signature under the grant.
alter table cameras
  -- Since when it stands where it stands. In milliseconds, so that the client compares it as the database does.
  add column placed_at timestamptz(3);

-- ---------------------------------------------------------------- cameras of before
-- A place changed by `camera.move` alone, which is an entry: the last one that was done counts, and for a camera without any, when it was added. So nothing is
-- closed that was read where the camera stands, and what was read before a move is. An entry that told whereto a camera looks, and left it where it
-- was, is taken for a move: nothing tells the two apart. The owner is filtered by row-level security like anyone else: the wall is lifted inside this
-- transaction, which holds both tables exclusively.
alter table cameras no force row level security;
alter table log_entries no force row level security;
with moved as (
  select e.agency_id, e.body::jsonb -> 'facts' ->> 'cameraId' as camera_id, max(e.at) as at
    from log_entries e
    where e.body like '%"camera.move"%' and e.body::jsonb ->> 'kind' = 'camera.move' and e.body::jsonb ->> 'outcome' = 'done'
    group by 1, 2)
update cameras c set placed_at = date_trunc('milliseconds', greatest(c.created_at,
    (select m.at from moved m where m.agency_id = c.agency_id and m.camera_id = c.id::text))) + interval '1 millisecond';
alter table log_entries force row level security;
alter table cameras force row level security;
alter table cameras alter column placed_at set not null;

-- ---------------------------------------------------------------- by no path is it forgotten, and by none said
create function cameras_placed() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and row(new.agency_id, new.id, new.latitude, new.longitude) is not distinct from row(old.agency_id, old.id, old.latitude, old.longitude) then
    new.placed_at := old.placed_at;
    return new;
  end if;
  -- What was sent before is of before, also where the camera's clock ran ahead.
  new.placed_at := date_trunc('milliseconds', greatest(clock_timestamp(), (select max(f.captured_at) from public.frames f
    where f.agency_id = new.agency_id and f.camera_id = new.id and f.captured_at > clock_timestamp()))) + interval '1 millisecond';
  return new;
end $$;
create trigger cameras_placed before insert or update on cameras for each row execute function cameras_placed();
revoke all on function cameras_placed() from public;

-- ---------------------------------------------------------------- both walls are told
grant select (placed_at) on cameras to plateward_ledger;

-- For the decision: which cameras of the owner stand in the area of a grant, and since when.
drop function grant_area_cameras(uuid, uuid);
create function grant_area_cameras(owner uuid, grant_id uuid) returns jsonb language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(jsonb_agg(jsonb_build_object('cameraId', c.id, 'placedAt', c.placed_at) order by c.id), '[]')
    from public.grants g join public.cameras c on c.agency_id = g.agency_id
    where g.agency_id = owner and g.id = grant_id and g.state = 'approved'
      and g.grantee_agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid
      and c.latitude <= (g.area ->> 'north')::float8 and c.latitude >= (g.area ->> 'south')::float8
      and case when (g.area ->> 'west')::float8 <= (g.area ->> 'east')::float8
        then c.longitude between (g.area ->> 'west')::float8 and (g.area ->> 'east')::float8
        else c.longitude >= (g.area ->> 'west')::float8 or c.longitude <= (g.area ->> 'east')::float8 end;
end;

-- For the policies: whether a camera stands in it, and stood there when this was captured; without a time, whether it stands there.
create function camera_in_grant_area(owner uuid, grant_id uuid, camera uuid, captured timestamptz) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  box jsonb := (select g.area from public.grants g where g.agency_id = owner and g.id = grant_id and g.state = 'approved'
    and g.grantee_agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid);
  place record;
  west float8 := (box ->> 'west')::float8;
  east float8 := (box ->> 'east')::float8;
begin
  select c.latitude as north, c.longitude as east, c.placed_at as since into place from public.cameras c where c.agency_id = owner and c.id = camera;
  -- A camera without a place, or a grant without an area, compares as unknown, which opens nothing.
  return coalesce(place.north <= (box ->> 'north')::float8 and place.north >= (box ->> 'south')::float8
    and (place.east >= west and place.east <= east or west > east and (place.east >= west or place.east <= east))
    and (captured is null or captured >= place.since), false);
end $$;

create or replace function granted(owner uuid, camera uuid, captured timestamptz, field text, seen text, open open_grant[]) returns boolean language sql stable begin atomic
  select exists (select 1 from unnest(open) as g
    where g.owner = granted.owner
      and (g.camera_ids is null or camera = any (g.camera_ids))
      and (not g.in_area or camera_in_grant_area(g.owner, g.grant_id, camera, captured))
      and (captured is null or captured >= g.since)
      and (field is null or field = any (g.fields))
      and (g.plates is null or seen is null or seen = any (g.plates))
      and (g.lawful_since is null or captured is null or captured >= g.lawful_since));
end;
drop function camera_in_grant_area(uuid, uuid, uuid);

revoke all on function grant_area_cameras(uuid, uuid), camera_in_grant_area(uuid, uuid, uuid, timestamptz) from public;
grant execute on function grant_area_cameras(uuid, uuid), camera_in_grant_area(uuid, uuid, uuid, timestamptz) to plateward_app;
grant create on schema public to plateward_ledger;
alter function grant_area_cameras(uuid, uuid) owner to plateward_ledger;
alter function camera_in_grant_area(uuid, uuid, uuid, timestamptz) owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
