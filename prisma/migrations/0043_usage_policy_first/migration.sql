-- An agency goes live with its usage and privacy policy. Where its law asks for items of one and they are not published, nothing of it is put on
-- record as a search, it searches nothing, and no grant of or to it is asked for or approved; cameras, frames and reads go on. What the law asks
-- for is drawn from the pack's text; what is published, from the entries of the log that publish it, and from nothing else.
alter table agencies
  -- Items that the pack in force asks for; null: it asks for none.
  add column law_policy_items text[],
  -- Items that the newest entry policy.set of the agency's log has.
  add column policy_items text[] not null default '{}';
grant update (policy_items) on agencies to plateward_ledger;

create function agencies_policy() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.law_policy_items := public.law_words(new.pack::jsonb -> 'policy' -> 'items');
  return new;
end $$;
create trigger agencies_policy before insert or update of pack, law_policy_items on agencies
  for each row execute function agencies_policy();

create function policy_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
begin
  if said ->> 'kind' = 'policy.set' and said ->> 'outcome' = 'done'
    and said -> 'by' ->> 'agencyId' = new.agency_id::text and said -> 'by' ->> 'kind' = 'member' then
    update public.agencies set policy_items = array(select f.key from jsonb_each(said -> 'facts') f
        where jsonb_typeof(f.value) = 'string' and btrim(f.value #>> '{}') <> '' order by f.key)
      where agency_id = new.agency_id;
  end if;
  return null;
end $$;
-- Without an escape, what says policy.set has these letters in it; with one, the function looks.
create trigger policy_told after insert on log_entries for each row
  when (position('policy.set' in new.body) > 0 or position('\' in new.body) > 0) execute function policy_told();
revoke all on function agencies_policy(), policy_told() from public;
grant create on schema public to plateward_ledger;
alter function policy_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;

-- What stands already was published by such entries.
update agencies a set policy_items = array(select i.key from jsonb_each_text(p.items) i where btrim(i.value) <> '' order by i.key)
  from usage_policies p where p.agency_id = a.agency_id;

create policy live on searches as restrictive for insert to plateward_app
  with check (exists (select from agencies w where w.agency_id = searches.agency_id and coalesce(w.law_policy_items, '{}') <@ w.policy_items));
create policy live_request on grants as restrictive for insert to plateward_app
  with check (exists (select from agencies w where w.agency_id = grants.agency_id and coalesce(w.law_policy_items, '{}') <@ w.policy_items)
    and exists (select from agencies w where w.agency_id = grants.grantee_agency_id and coalesce(w.law_policy_items, '{}') <@ w.policy_items));
create policy live_approval on grants as restrictive for update to plateward_app
  using (true)
  with check (state <> 'approved'
    or exists (select from agencies w where w.agency_id = grants.agency_id and coalesce(w.law_policy_items, '{}') <@ w.policy_items));

-- ---------------------------------------------------------------- the second wall, with that
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
      and (s.parent_id is null or 'picture' = any (g.fields))
      and (g.plates is null or s.plate = any (g.plates))
      and (g.plates is null or s.fuzzy is null)
      and (g.grantee_class is null or g.grantee_class = a.legal_class)
      and (g.grantee_state is null or g.grantee_state = a.state)
      and not exists (select 1 from grants n where n.agency_id = g.agency_id and n.amends = g.id and n.state not in ('requested', 'declined'))
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
