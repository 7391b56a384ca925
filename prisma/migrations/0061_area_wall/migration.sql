-- The area of a grant (0051) is part of its scope, which does not change; and the second wall looks up at each search which cameras stand in it.
create or replace function grants_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ((old.state = 'requested' and new.state in ('approved', 'declined'))
    or (old.state = 'approved' and new.state in ('suspended', 'revoked', 'expired'))
    or (old.state = 'suspended' and new.state in ('approved', 'revoked', 'expired'))) then
    raise exception 'a grant does not go from % to %', old.state, new.state using errcode = 'PW001';
  end if;
  if (new.agency_id, new.id, new.grantee_agency_id, new.purposes, new.camera_ids, new.data_window_days, new.valid_from,
      new.valid_until, new.searches_per_day_max, new.rows_per_search_max, new.terms, new.declarations, new.approvals_needed, new.requested_by,
      new.requested_at, new.suspensions, new.plates, new.plates_salt, new.plates_per_day_max, new.fields, new.amends, new.grantee_class,
      new.grantee_state, new.opening_minutes, new.area)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.approvals_needed, old.requested_by,
      old.requested_at, old.suspensions, old.plates, old.plates_salt, old.plates_per_day_max, old.fields, old.amends, old.grantee_class,
      old.grantee_state, old.opening_minutes, old.area) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  if new.state = 'approved' and (select count(*) from public.grant_approvals p
      join public.members m on m.agency_id = p.agency_id and m.id = p.member_id and m.role = 'administrator' and m.status = 'active'
      join public.approver_keys k on k.agency_id = p.agency_id and k.id = p.key_id and k.revoked_at is null
    where p.agency_id = old.agency_id and p.grant_id = old.id and p.suspensions = old.suspensions) < old.approvals_needed then
    raise exception 'a grant is approved by as many signatures as its owner asks for' using errcode = 'PW009';
  end if;
  if new.state = 'suspended' then
    new.suspensions := old.suspensions + 1;
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

create or replace function granted(owner uuid, camera uuid, captured timestamptz, field text, seen text) returns boolean language sql stable begin atomic
  select exists (select 1
    from searches s
      join grants g on g.grantee_agency_id = s.agency_id
      join agencies a on a.agency_id = g.grantee_agency_id
      join agencies o on o.agency_id = g.agency_id
    where s.agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
      and s.id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
      and s.recorded_in = (select pg_current_xact_id_if_assigned())
      and owner = any (s.asked)
      and g.agency_id = owner
      and g.state = 'approved'
      and statement_timestamp() >= g.valid_from and statement_timestamp() < g.valid_until
      and s.purpose = any (g.purposes)
      and (g.camera_ids is null or camera = any (g.camera_ids))
      and (g.area is null or camera_in_grant_area(g.agency_id, g.id, camera))
      and (captured is null or captured >= statement_timestamp() - make_interval(days => g.data_window_days))
      and (field is null or field = any (g.fields))
      and (s.parent_id is null or s.as_file or 'picture' = any (g.fields))
      and (g.plates is null or s.plate = any (g.plates))
      and (g.plates is null or seen is null or seen = any (g.plates))
      and (g.plates is null or s.fuzzy is null)
      and (g.grantee_class is null or g.grantee_class = a.legal_class)
      and (g.grantee_state is null or g.grantee_state = a.state)
      and not exists (select 1 from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined'))
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
      and (o.law_grant_days_max is null or g.valid_until <= g.valid_from + o.law_grant_days_max * interval '24 hours')
      and (o.law_read_minutes_max is null or captured is null or captured >= statement_timestamp() - make_interval(mins => o.law_read_minutes_max)));
end;
