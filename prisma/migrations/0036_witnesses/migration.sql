-- Witnesses that an agency names: outsiders who cosign its signed tree head. Where it requires so many of them and they are away for longer than it
-- allows, its data is not searched and it searches nothing; ingest and alerts go on. What is required changes by entries of two administrators
-- alone, and whether it is met is drawn by the database from the cosignatures that are kept.
alter table agencies
  -- What is in force, as text of JSON: {needed, seconds, witnesses: [{key, name, url}]}. Null: none is required.
  add column witness_rule text check (length(witness_rule) <= 20000),
  -- What one administrator has proposed and no other adopted: {id, by, rule}.
  add column witness_proposal jsonb,
  -- The newest cosignature of each witness, by its key: {at, size, line}.
  add column witness_cosigned jsonb not null default '{}',
  -- Drawn from these: how many are required, and until when the cosignatures that are kept meet that.
  add column witnesses_needed int not null default 0,
  add column witnessed_until timestamptz,
  -- Since when it is told that they are away; null: it is not.
  add column witnesses_away_at timestamptz;
grant update (witness_cosigned) on agencies to plateward_app;
grant update (witness_rule, witness_proposal, witnesses_away_at) on agencies to plateward_ledger;

create function agencies_witnesses() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  rule jsonb := new.witness_rule::jsonb;
begin
  if exists (select from jsonb_each(new.witness_cosigned) c where (c.value ->> 'at')::timestamptz > clock_timestamp()) then
    raise exception 'a cosignature is not of a time to come' using errcode = 'PW006';
  end if;
  new.witnesses_needed := coalesce((rule ->> 'needed')::int, 0);
  new.witnessed_until := case when new.witnesses_needed > 0 then
    (select (c.value ->> 'at')::timestamptz
      from jsonb_array_elements(rule -> 'witnesses') w join jsonb_each(new.witness_cosigned) c on c.key = w ->> 'key'
      order by 1 desc offset new.witnesses_needed - 1 limit 1) + (rule ->> 'seconds')::int * interval '1 second' end;
  return new;
end $$;
create trigger agencies_witnesses before update of witness_rule, witness_cosigned on agencies
  for each row execute function agencies_witnesses();

create function witnesses_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  acting text := nullif(current_setting('plateward.actor_id', true), '');
begin
  if said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'agencyId' is distinct from new.agency_id::text then
    return null;
  end if;
  if said ->> 'kind' = 'witnesses.propose' and said -> 'by' ->> 'kind' = 'member' then
    update public.agencies set witness_proposal = jsonb_build_object('id', said -> 'facts' ->> 'changeId', 'by', acting, 'rule', said -> 'facts' ->> 'document')
      where agency_id = new.agency_id;
  elsif said ->> 'kind' = 'witnesses.adopt' and said -> 'by' ->> 'kind' = 'member' then
    update public.agencies set witness_rule = witness_proposal ->> 'rule', witness_proposal = null
      where agency_id = new.agency_id and witness_proposal ->> 'id' = said -> 'facts' ->> 'changeId' and witness_proposal ->> 'by' <> acting;
    if not found then
      raise exception 'witnesses are adopted by another administrator than proposed them' using errcode = 'PW007';
    end if;
  elsif said ->> 'kind' = 'witnesses.away' and said -> 'by' ->> 'kind' = 'machine' then
    update public.agencies set witnesses_away_at = new.at where agency_id = new.agency_id;
    insert into public.alerts as a (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
      values (new.agency_id, new.agency_id, 'witnesses.away', 'witnesses_away', (new.at at time zone 'UTC')::date, new.entry, new.entry, new.at, new.at)
      on conflict (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null
      do update set count = a.count + 1, last_entry = excluded.last_entry, last_at = excluded.last_at;
  elsif said ->> 'kind' = 'witnesses.back' and said -> 'by' ->> 'kind' = 'machine' then
    update public.agencies set witnesses_away_at = null where agency_id = new.agency_id;
  end if;
  return null;
end $$;
create trigger witnesses_told after insert on log_entries for each row execute function witnesses_told();
revoke all on function agencies_witnesses(), witnesses_told() from public;
grant create on schema public to plateward_ledger;
alter function witnesses_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;

-- Nothing is put on record as a search while they are away, not of the own data either, and without a record there is no answer.
drop policy record on searches;
create policy record on searches for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and recorded_in = (select pg_current_xact_id())
    and exists (select from agencies w where w.agency_id = searches.agency_id
      and (w.witnesses_needed = 0 or w.witnessed_until > statement_timestamp())));

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
