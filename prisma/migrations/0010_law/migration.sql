-- The law above the grant. Each agency is under one pack; it stands in the public directory, since whoever asks for its reads may know by
-- which law they are kept. What a pack takes away is drawn from its text by the database itself into columns (law_*), and the policy on
-- other agencies' rows reads those: it trusts no program to have read the law rightly.

-- ---------------------------------------------------------------- the pack in force
alter table agencies
  -- Canonical JSON of the pack, and its SHA-256 in hex. Null: under no pack; then nothing of the agency's crosses the wall.
  add column pack text check (length(pack) <= 100000),
  add column pack_hash text,
  -- Null: the pack says nothing of it.
  add column law_grantee_classes text[],
  add column law_grantee_states text[],
  add column law_beneficiary_classes text[],
  add column law_beneficiary_states text[],
  add column law_purposes_allowed text[],
  add column law_purposes_forbidden text[],
  add column law_declaration text,
  add column law_declaration_from text,
  add column law_grant_days_max int,
  add column law_read_minutes_max int,
  add column law_case_number boolean not null default false,
  add column law_beneficiary boolean not null default false;

-- Text members of a JSON list; null when there is no list.
create function law_words(list jsonb) returns text[] language sql immutable begin atomic
  select case when jsonb_typeof(list) = 'array' then array(select jsonb_array_elements_text(list)) end;
end;

-- ---------------------------------------------------------------- changes of the pack: two different administrators
create table pack_changes (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  pack_id text not null,
  pack_version int not null,
  pack_hash text not null check (pack_hash ~ '^[0-9a-f]{64}$'),
  pack text not null check (length(pack) <= 100000),
  state text not null default 'proposed' check (state in ('proposed', 'adopted', 'withdrawn')),
  proposed_by uuid not null,
  proposed_at timestamptz not null default now(),
  decided_by uuid,
  decided_at timestamptz,
  -- Filled by the database: the transaction that decided.
  decided_in xid8,
  primary key (agency_id, id),
  foreign key (agency_id, proposed_by) references members (agency_id, id),
  foreign key (agency_id, decided_by) references members (agency_id, id),
  check ((state = 'proposed') = (decided_by is null) and (decided_by is null) = (decided_at is null))
);
create index pack_changes_by_time on pack_changes (agency_id, proposed_at desc);
alter table pack_changes enable row level security;
alter table pack_changes force row level security;
create policy own on pack_changes for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id, pack_id, pack_version, pack_hash, pack, proposed_by), update (state, decided_by, decided_at)
  on pack_changes to plateward_app;

-- A proposal is decided once, by whoever the transaction says is acting; it is adopted only by another administrator than its author.
create function pack_changes_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'INSERT' then
    if new.pack_hash is distinct from encode(sha256(convert_to(new.pack, 'UTF8')), 'hex') then
      raise exception 'the hash of a pack is that of its text' using errcode = 'PW006';
    end if;
    return new;
  end if;
  if old.state <> 'proposed' then
    raise exception 'a proposal is decided once' using errcode = 'PW005';
  end if;
  if (new.agency_id, new.id, new.pack_id, new.pack_version, new.pack_hash, new.pack, new.proposed_by, new.proposed_at)
    is distinct from (old.agency_id, old.id, old.pack_id, old.pack_version, old.pack_hash, old.pack, old.proposed_by, old.proposed_at) then
    raise exception 'what was proposed does not change' using errcode = 'PW006';
  end if;
  if new.state = 'adopted' and (new.decided_by = old.proposed_by
    or new.decided_by::text is distinct from nullif(current_setting('plateward.actor_id', true), '')
    or not exists (select 1 from public.members m
      where m.agency_id = old.agency_id and m.id = new.decided_by and m.role = 'administrator' and m.status = 'active')) then
    raise exception 'a pack is adopted by another administrator than proposed it' using errcode = 'PW007';
  end if;
  new.decided_in := pg_current_xact_id();
  return new;
end $$;
create trigger pack_changes_step before insert or update on pack_changes for each row execute function pack_changes_step();

-- Draws the columns from the pack's text. An agency is enrolled under a pack; after that one comes into force only with its adoption in the
-- same transaction, and none is ever left for no pack at all.
create function agencies_law() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  law jsonb;
begin
  if tg_op = 'UPDATE' then
    if new.pack is not distinct from old.pack then
      if (new.pack_hash, new.law_grantee_classes, new.law_grantee_states, new.law_beneficiary_classes,
          new.law_beneficiary_states, new.law_purposes_allowed, new.law_purposes_forbidden, new.law_declaration, new.law_declaration_from,
          new.law_grant_days_max, new.law_read_minutes_max, new.law_case_number, new.law_beneficiary)
        is distinct from (old.pack_hash, old.law_grantee_classes, old.law_grantee_states, old.law_beneficiary_classes,
          old.law_beneficiary_states, old.law_purposes_allowed, old.law_purposes_forbidden, old.law_declaration, old.law_declaration_from,
          old.law_grant_days_max, old.law_read_minutes_max, old.law_case_number, old.law_beneficiary) then
        raise exception 'the law is drawn from the pack alone' using errcode = 'PW006';
      end if;
      return new;
    end if;
    if not exists (select 1 from public.pack_changes c
      where c.agency_id = new.agency_id and c.state = 'adopted' and c.pack = new.pack and c.decided_in = pg_current_xact_id()) then
      raise exception 'a pack comes into force by its adoption' using errcode = 'PW008';
    end if;
  end if;
  law := new.pack::jsonb;
  if law is null then
    return new;
  end if;
  new.pack_hash := encode(sha256(convert_to(new.pack, 'UTF8')), 'hex');
  new.law_grantee_classes := public.law_words(law -> 'grantees' -> 'classes');
  new.law_grantee_states := public.law_words(law -> 'grantees' -> 'states');
  new.law_beneficiary_classes := public.law_words(law -> 'beneficiaries' -> 'classes');
  new.law_beneficiary_states := public.law_words(law -> 'beneficiaries' -> 'states');
  new.law_purposes_allowed := public.law_words(law -> 'purposes' -> 'allowed');
  new.law_purposes_forbidden := public.law_words(law -> 'purposes' -> 'forbidden');
  new.law_declaration := law -> 'declaration' ->> 'id';
  new.law_declaration_from := law -> 'declaration' ->> 'from';
  new.law_grant_days_max := (law -> 'grants' ->> 'daysMax')::int;
  new.law_read_minutes_max := (law -> 'retention' ->> 'readMinutesMax')::int;
  new.law_case_number := coalesce((law -> 'required' ->> 'caseNumber')::boolean, false);
  new.law_beneficiary := coalesce((law -> 'required' ->> 'beneficiary')::boolean, false);
  return new;
end $$;
create trigger agencies_law before insert or update on agencies for each row execute function agencies_law();
grant update (pack) on agencies to plateward_app;

-- ---------------------------------------------------------------- what the law asks of a grant and of a search
alter table grants add column declarations text[] not null default '{}' check (cardinality(declarations) <= 20);
grant insert (declarations) on grants to plateward_app;
-- On whose behalf, where it was said. The agency's own class and state when it asks for itself.
alter table searches
  add column beneficiary_class text check (beneficiary_class in ('city', 'county', 'state', 'federal', 'university', 'tribal', 'special_district')),
  add column beneficiary_state text check (beneficiary_state ~ '^[A-Z]{2}$'),
  add check ((beneficiary_class is null) = (beneficiary_state is null));
grant insert (beneficiary_class, beneficiary_state) on searches to plateward_app;

create or replace function grants_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ((old.state = 'requested' and new.state in ('approved', 'declined'))
    or (old.state = 'approved' and new.state in ('revoked', 'expired'))) then
    raise exception 'a grant does not go from % to %', old.state, new.state using errcode = 'PW001';
  end if;
  if (new.agency_id, new.id, new.grantee_agency_id, new.purposes, new.camera_ids, new.data_window_days, new.valid_from,
      new.valid_until, new.searches_per_day_max, new.rows_per_search_max, new.terms, new.declarations, new.requested_by, new.requested_at)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.requested_by, old.requested_at) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

-- ---------------------------------------------------------------- the second wall, with the owner's law
create or replace function granted(owner uuid, camera uuid, captured timestamptz) returns boolean language sql stable begin atomic
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

revoke all on function law_words(jsonb), pack_changes_step(), agencies_law() from public;
grant execute on function law_words(jsonb) to plateward_app, plateward_door;
