-- How far a grant reaches, further: for which plates, how many of them a day, with or without pictures and places, in whose stead of an earlier
-- grant, and to a grantee of which legal class and state. All of it stands in what administrators sign. And what became of it: each use tells
-- its purpose and member, so that both sides can see for what a grant is used and by how many.

-- ---------------------------------------------------------------- who attested what an agency is
-- Its class and state decide which laws let it be given anything. Who looked at its papers is told to everybody who is asked to approve.
alter table agencies add column attested_by text check (length(attested_by) between 3 and 200);
grant insert (attested_by) on agencies to plateward_door;

-- It changes by an entry of the front door and in no other way: the entry is what changes it.
create function agency_attested() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
begin
  if said ->> 'kind' = 'agency.attest' and said -> 'by' ->> 'kind' = 'operator' then
    update public.agencies set legal_class = said -> 'facts' ->> 'legalClass', state = said -> 'facts' ->> 'state',
      attested_by = said -> 'facts' ->> 'attestedBy' where agency_id = new.agency_id;
  end if;
  return null;
end $$;
create trigger agency_attested after insert on log_entries for each row execute function agency_attested();
revoke all on function agency_attested() from public;
create policy ledger on agencies for all to plateward_ledger using (true) with check (true);
grant select, update (legal_class, state, attested_by) on agencies to plateward_ledger;
grant create on schema public to plateward_ledger;
alter function agency_attested() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
alter policy front on log_entries
  with check (body::jsonb ->> 'agencyId' = agency_id::text
    and body::jsonb -> 'by' = jsonb_build_object('agencyId', agency_id, 'kind', 'operator', 'id', 'front-door')
    and (body::jsonb ->> 'kind' = 'log.schema' and entry = 0
      or body::jsonb ->> 'kind' = 'agency.enrol' and entry = 1
      or body::jsonb ->> 'kind' in ('member.bootstrap', 'agency.attest') and entry > 1));

-- ---------------------------------------------------------------- the scope
alter table grants
  -- Only searches for one of these, as typed and without misreads. Null: any plate. They are personal: the log and what is signed hold a salted commitment.
  add column plates text[] check (cardinality(plates) between 1 and 200),
  add column plates_salt text check (plates_salt ~ '^[0-9a-f]{32}$'),
  -- Different plates or patterns a day (UTC); null: no budget.
  add column plates_per_day_max int check (plates_per_day_max > 0),
  -- What is given beside the text and the time.
  add column fields text[] not null default '{picture,place}' check (fields <@ '{picture,place}'),
  -- The grant in whose stead it is asked for.
  add column amends uuid,
  -- What the grantee was when it asked; null in grants of before. A grantee that is something else since is given nothing.
  add column grantee_class text,
  add column grantee_state text,
  add check ((plates is null) = (plates_salt is null)),
  add foreign key (agency_id, amends, grantee_agency_id) references grants (agency_id, id, grantee_agency_id);
create index grants_by_amended on grants (agency_id, amends) where amends is not null;
grant insert (plates, plates_salt, plates_per_day_max, fields, amends) on grants to plateward_app;

-- Which searches look for misreads too: a grant for some plates alone does not open them.
alter table searches add column fuzzy int check (fuzzy between 0 and 2);
grant insert (fuzzy) on searches to plateward_app;

alter table grant_uses
  add column purpose text,
  -- Of the grantee; the owner's log has his name beside it.
  add column member_id uuid;
grant insert (purpose, member_id) on grant_uses to plateward_app;

create or replace function grants_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.approvals_needed := (select a.approvals_needed from public.agencies a where a.agency_id = new.agency_id);
  select a.legal_class, a.state into new.grantee_class, new.grantee_state from public.agencies a where a.agency_id = new.grantee_agency_id;
  return new;
end $$;

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
      new.grantee_state)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.approvals_needed, old.requested_by,
      old.requested_at, old.suspensions, old.plates, old.plates_salt, old.plates_per_day_max, old.fields, old.amends, old.grantee_class,
      old.grantee_state) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  if new.state = 'approved' and (select count(*) from public.grant_approvals p where p.agency_id = old.agency_id and p.grant_id = old.id
    and p.suspensions = old.suspensions) < old.approvals_needed then
    raise exception 'a grant is approved by as many signatures as its owner asks for' using errcode = 'PW009';
  end if;
  if new.state = 'suspended' then
    new.suspensions := old.suspensions + 1;
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

-- ---------------------------------------------------------------- the second wall, with all of that
-- `field`: what of a row is opened beside text and time; null: nothing. Under the record of a picture only grants that give pictures count.
create function granted(owner uuid, camera uuid, captured timestamptz, field text) returns boolean language sql stable begin atomic
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
revoke all on function granted(uuid, uuid, timestamptz, text) from public;
grant execute on function granted(uuid, uuid, timestamptz, text) to plateward_app;
alter policy granted on reads using (granted(agency_id, camera_id, captured_at, null));
alter policy granted on frames using (granted(agency_id, camera_id, captured_at, 'picture'));
alter policy granted on cameras using (granted(agency_id, id, null, 'place'));
alter policy granted on plate_sightings using (granted(agency_id, camera_id, captured_at, null));
drop function granted(uuid, uuid, timestamptz);
