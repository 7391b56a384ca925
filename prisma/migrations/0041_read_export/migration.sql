-- What a search showed leaves as a file: on record under that search, as the opening of a picture is, and in every log that it concerns.

-- Whether what is recorded under another search is a file of what that one showed, and not one picture of it. Its reads need no grant that gives
-- pictures; the pictures in it do, by the policy of frames and by the same function asked for each crop.
alter table searches add column as_file boolean not null default false check (not as_file or parent_id is not null);
grant insert (as_file) on searches to plateward_app;

create or replace function granted(owner uuid, camera uuid, captured timestamptz, field text) returns boolean language sql stable begin atomic
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
      and (captured is null or captured >= statement_timestamp() - make_interval(days => g.data_window_days))
      and (field is null or field = any (g.fields))
      and (s.parent_id is null or s.as_file or 'picture' = any (g.fields))
      and (g.plates is null or s.plate = any (g.plates))
      and (g.plates is null or s.fuzzy is null)
      and (g.grantee_class is null or g.grantee_class = a.legal_class)
      and (g.grantee_state is null or g.grantee_state = a.state)
      and not exists (select 1 from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined'))
      and o.sharing_stopped_at is null
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

create or replace function entry_may_cross(body jsonb, opened jsonb) returns boolean language sql immutable begin atomic
  select body ->> 'kind' in ('read.search', 'read.picture', 'read.export', 'grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire')
    and (body ->> 'outcome' = 'done'
      or body ->> 'outcome' = 'refused'
        and opened - 'member' = '{}'::jsonb
        and not jsonb_path_exists(body, '$.facts.asked[*].rows'));
end;
