-- What is open to whoever asks is looked up once a statement and not once a row. `granted` asked searches, grants, agencies and openings for every row of another
-- agency; now `open_grants` asks all of it that does not hang on the row, under the same policies and with the caller's rights, in a scalar sub-select that
-- PostgreSQL evaluates once and only where a row of another agency is met; and `granted` holds each row against that.
create type open_grant as (owner uuid, grant_id uuid, camera_ids uuid[], in_area boolean, since timestamptz, lawful_since timestamptz, fields text[], plates text[]);

-- The live grants of the owners that were asked, under the search that this transaction put on record.
create function open_grants() returns open_grant[] language sql stable begin atomic
  select array_agg(row (g.agency_id, g.id, g.camera_ids, g.area is not null,
      statement_timestamp() - make_interval(days => g.data_window_days),
      statement_timestamp() - make_interval(mins => o.law_read_minutes_max), g.fields, g.plates)::open_grant)
    from searches s
      join grants g on g.grantee_agency_id = s.agency_id
      join agencies a on a.agency_id = g.grantee_agency_id
      join agencies o on o.agency_id = g.agency_id
    where s.agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
      and s.id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
      and s.recorded_in = (select pg_current_xact_id_if_assigned())
      and g.agency_id = any (s.asked)
      and g.state = 'approved'
      and statement_timestamp() >= g.valid_from and statement_timestamp() < g.valid_until
      and s.purpose = any (g.purposes)
      and (s.parent_id is null or s.as_file or 'picture' = any (g.fields))
      and (g.plates is null or s.plate = any (g.plates))
      and (g.plates is null or s.fuzzy is null)
      and (g.grantee_class is null or g.grantee_class = a.legal_class)
      and (g.grantee_state is null or g.grantee_state = a.state)
      and (select 1 from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined') limit 1) is null
      and (g.opening_minutes is null or exists (select 1 from grant_openings b
        where b.agency_id = g.agency_id and b.grant_id = g.id and b.ended_at is null and b.purpose = s.purpose
          and statement_timestamp() >= b.opened_at and statement_timestamp() < b.opened_at + make_interval(mins => g.opening_minutes)))
      and o.sharing_stopped_at is null
      and coalesce(o.law_policy_items, '{}') <@ o.policy_items
      and (o.witnesses_needed = 0 or o.witnessed_until > statement_timestamp())
      and o.pack_hash is not null
      and (o.law_grantee_classes is null or a.legal_class = any (o.law_grantee_classes))
      and (o.law_grantee_states is null or a.state = any (o.law_grantee_states) or ('own' = any (o.law_grantee_states) and a.state = o.state))
      and (o.law_beneficiary_classes is null or coalesce(s.beneficiary_class, a.legal_class) = any (o.law_beneficiary_classes))
      and (o.law_beneficiary_states is null or coalesce(s.beneficiary_state, a.state) = any (o.law_beneficiary_states) or ('own' = any (o.law_beneficiary_states) and coalesce(s.beneficiary_state, a.state) = o.state))
      and (not o.law_beneficiary or s.beneficiary_class is not null)
      and (not o.law_case_number or s.case_number ~ '[0-9]')
      and (o.law_purposes_allowed is null or s.purpose = any (o.law_purposes_allowed))
      and (o.law_purposes_forbidden is null or s.purpose <> all (o.law_purposes_forbidden))
      and (o.law_declaration is null or o.law_declaration = any (g.declarations) or (o.law_declaration_from = 'other-states' and a.state = o.state))
      and (o.law_grant_days_max is null or g.valid_until <= g.valid_from + o.law_grant_days_max * interval '24 hours');
end;

-- Whether one of these grants opens a row: of this owner, camera and time; of a frame its picture, of a camera its place; of a read, its plate.
create function granted(owner uuid, camera uuid, captured timestamptz, field text, seen text, open open_grant[]) returns boolean language sql stable begin atomic
  select exists (select 1 from unnest(open) as g
    where g.owner = granted.owner
      and (g.camera_ids is null or camera = any (g.camera_ids))
      and (not g.in_area or camera_in_grant_area(g.owner, g.grant_id, camera))
      and (captured is null or captured >= g.since)
      and (field is null or field = any (g.fields))
      and (g.plates is null or seen is null or seen = any (g.plates))
      and (g.lawful_since is null or captured is null or captured >= g.lawful_since));
end;
revoke all on function open_grants(), granted(uuid, uuid, timestamptz, text, text, open_grant[]) from public;
grant execute on function open_grants(), granted(uuid, uuid, timestamptz, text, text, open_grant[]) to plateward_app;

alter policy granted on reads using (granted(agency_id, camera_id, captured_at, null, plate, (select open_grants())));
alter policy granted on plate_sightings using (granted(agency_id, camera_id, captured_at, null, plate, (select open_grants())));
alter policy granted on frames using (granted(agency_id, camera_id, captured_at, 'picture', null, (select open_grants())));
alter policy granted on cameras using (granted(agency_id, id, null, 'place', null, (select open_grants())));
alter policy granted on read_vehicles using (granted(agency_id, camera_id, captured_at, 'picture', plate, (select open_grants())));
alter policy granted on read_directions using (granted(agency_id, camera_id, captured_at, 'place', plate, (select open_grants())));
drop function granted(uuid, uuid, timestamptz, text, text);

-- A suffix and a neighbour are seen by whoever sees a sighting of their plate. Asked in the policy itself, not in a function of its own, so that what is open is looked
-- up once for all of them.
alter policy granted on plate_suffixes using (exists (select 1 from plate_sightings p where p.agency_id = plate_suffixes.agency_id and p.plate = plate_suffixes.plate));
alter policy granted on plate_neighbours using (exists (select 1 from plate_sightings p where p.agency_id = plate_neighbours.agency_id and p.plate = plate_neighbours.plate));
drop function plate_granted(uuid, text);
