-- A grant can be for an area: a box on the map that is signed, and which cameras stand in it is looked up at each search. A camera that was moved out of it is
-- out at the commit of that; one that was moved in is in.
alter table grants
  -- {north, south, east, west} in degrees; it goes over the date line where west is greater than east. Null: as camera_ids says.
  add column area jsonb check (area ?& '{north,south,east,west}' and (area ->> 'north')::float8 between -90 and 90 and (area ->> 'south')::float8 between -90 and (area ->> 'north')::float8
    and (area ->> 'east')::float8 between -180 and 180 and (area ->> 'west')::float8 between -180 and 180),
  add check (area is null or camera_ids is null);
grant insert (area) on grants to plateward_app;

-- ---------------------------------------------------------------- where the owner's cameras stand
-- Another agency's cameras are not shown. These two tell a grantee which of them stand in an area that it was granted, and nothing of any other; each says it in its
-- own words, because the one is for the decision and the other for the second wall.
create policy ledger on cameras for select to plateward_ledger using (true);
grant select (agency_id, id, latitude, longitude) on cameras to plateward_ledger;
grant select (area) on grants to plateward_ledger;

create function grant_area_cameras(owner uuid, grant_id uuid) returns uuid[] language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
  select coalesce(array_agg(c.id order by c.id), '{}')
    from public.grants g join public.cameras c on c.agency_id = g.agency_id
    where g.agency_id = owner and g.id = grant_id and g.state = 'approved'
      and g.grantee_agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid
      and c.latitude <= (g.area ->> 'north')::float8 and c.latitude >= (g.area ->> 'south')::float8
      and case when (g.area ->> 'west')::float8 <= (g.area ->> 'east')::float8
        then c.longitude between (g.area ->> 'west')::float8 and (g.area ->> 'east')::float8
        else c.longitude >= (g.area ->> 'west')::float8 or c.longitude <= (g.area ->> 'east')::float8 end;
end;

create function camera_in_grant_area(owner uuid, grant_id uuid, camera uuid) returns boolean language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  box jsonb := (select g.area from public.grants g where g.agency_id = owner and g.id = grant_id and g.state = 'approved'
    and g.grantee_agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid);
  place record;
  west float8 := (box ->> 'west')::float8;
  east float8 := (box ->> 'east')::float8;
begin
  select c.latitude as north, c.longitude as east into place from public.cameras c where c.agency_id = owner and c.id = camera;
  -- A camera without a place, or a grant without an area, compares as unknown, which opens nothing.
  return coalesce(place.north <= (box ->> 'north')::float8 and place.north >= (box ->> 'south')::float8
    and (place.east >= west and place.east <= east or west > east and (place.east >= west or place.east <= east)), false);
end $$;
revoke all on function grant_area_cameras(uuid, uuid), camera_in_grant_area(uuid, uuid, uuid) from public;
grant execute on function grant_area_cameras(uuid, uuid), camera_in_grant_area(uuid, uuid, uuid) to plateward_app;
grant create on schema public to plateward_ledger;
alter function grant_area_cameras(uuid, uuid) owner to plateward_ledger;
alter function camera_in_grant_area(uuid, uuid, uuid) owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
