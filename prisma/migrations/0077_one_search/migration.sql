-- The search that is asked under is looked up once, and not once for each grant: while a new house has no statistics of its searches yet, the planner may look for
-- it among all that the agency ever asked.
create or replace function open_grants() returns open_grant[] language sql stable begin atomic
  with s as materialized (select s.* from searches s
    where s.agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
      and s.id = (select nullif(current_setting('plateward.search_id', true), '')::uuid)
      and s.recorded_in = (select pg_current_xact_id_if_assigned()))
  select array_agg(row (g.agency_id, g.id, g.camera_ids, g.area is not null,
      statement_timestamp() - make_interval(days => g.data_window_days),
      statement_timestamp() - make_interval(mins => o.law_read_minutes_max), g.fields, g.plates)::open_grant)
    from s
      join grants g on g.grantee_agency_id = s.agency_id
      join agencies a on a.agency_id = g.grantee_agency_id
      join agencies o on o.agency_id = g.agency_id
    where g.agency_id = any (s.asked)
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
