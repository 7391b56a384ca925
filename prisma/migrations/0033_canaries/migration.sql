-- Canaries: agencies that nobody works in, whose data a schedule tries to get at by every way there is. What came of it is an entry in the log of
-- every agency, and the entry itself does what follows from it: a wall that was crossed stops the sharing of each agency's data, at commit,
-- until the agency's own administrator says that it goes on.
alter table agencies
  -- A canary: it has no people and no streets.
  add column synthetic boolean not null default false,
  -- When the newest run ended, how many ways it tried, and how many of them led across.
  add column canary_at timestamptz,
  add column canary_tried int check (canary_tried >= 0),
  add column canary_crossed int check (canary_crossed >= 0),
  -- Since when nothing of the agency's is shared, whatever its grants say.
  add column sharing_stopped_at timestamptz;
grant insert (synthetic) on agencies to plateward_door;
grant select (slug, canary_crossed), update (canary_at, canary_tried, canary_crossed, sharing_stopped_at) on agencies to plateward_ledger;

create function canary_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  over int;
begin
  if said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'agencyId' is distinct from new.agency_id::text then
    return null;
  end if;
  if said ->> 'kind' = 'canary.run' and said -> 'by' ->> 'kind' = 'machine' and said -> 'by' ->> 'id' = 'canary' then
    over := (said -> 'facts' ->> 'crossed')::int;
    update public.agencies set canary_at = new.at, canary_tried = (said -> 'facts' ->> 'tried')::int, canary_crossed = over,
      sharing_stopped_at = case when over > 0 then coalesce(sharing_stopped_at, new.at) else sharing_stopped_at end
      where agency_id = new.agency_id;
    if over > 0 then
      insert into public.alerts as a (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
        values (new.agency_id, new.agency_id, 'canary.run', 'wall_crossed', (new.at at time zone 'UTC')::date, new.entry, new.entry, new.at, new.at)
        on conflict (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null
        do update set count = a.count + 1, last_entry = excluded.last_entry, last_at = excluded.last_at;
    end if;
  elsif said ->> 'kind' = 'sharing.resume' and said -> 'by' ->> 'kind' = 'member' then
    update public.agencies set sharing_stopped_at = null where agency_id = new.agency_id and sharing_stopped_at is not null and canary_crossed = 0;
    if not found then
      raise exception 'sharing goes on after a run of the canaries that nothing crossed' using errcode = 'PW010';
    end if;
  end if;
  return null;
end $$;
create trigger canary_told after insert on log_entries for each row execute function canary_told();
revoke all on function canary_told() from public;
grant create on schema public to plateward_ledger;
alter function canary_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;

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
