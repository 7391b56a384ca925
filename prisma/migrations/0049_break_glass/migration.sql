-- Break glass: a grant for emergencies. Administrators of the owner sign it in advance like any other, and by itself it opens nothing. A member of the grantee
-- asks for an opening and another one confirms it; from then on it opens what it says, for as many minutes as it says, for the purpose that was
-- named. The owner hears of both steps at once, can end it, and must review it before there can be another. What became of an opening is drawn by the
-- database from entries in the owner's log, so that there is none without them.

alter table grants
  -- How long one opening lasts; null: a standing grant, which needs none. It stands in what administrators sign.
  add column opening_minutes int check (opening_minutes between 5 and 240);
grant insert (opening_minutes) on grants to plateward_app;

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
      new.grantee_state, new.opening_minutes)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.approvals_needed, old.requested_by,
      old.requested_at, old.suspensions, old.plates, old.plates_salt, old.plates_per_day_max, old.fields, old.amends, old.grantee_class,
      old.grantee_state, old.opening_minutes) then
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

create table grant_openings (
  -- The owner of the data.
  agency_id uuid not null,
  grant_id uuid not null,
  id uuid not null,
  grantee_agency_id uuid not null,
  -- What it is for; a search for something else is not opened.
  purpose text not null,
  case_number text not null,
  reason text not null,
  asked_by uuid not null,
  asked_at timestamptz not null,
  -- The transaction in which it was asked for.
  asked_in xid8 not null default pg_current_xact_id(),
  confirmed_by uuid,
  opened_at timestamptz,
  -- Of the one side or the other; null: its time was over.
  ended_by uuid,
  ended_by_agency_id uuid,
  ended_at timestamptz,
  -- Of the owner.
  reviewed_by uuid,
  reviewed_at timestamptz,
  decision text check (decision in ('justified', 'unjustified')),
  note text,
  primary key (agency_id, id),
  foreign key (agency_id, grant_id, grantee_agency_id) references grants (agency_id, id, grantee_agency_id) on delete cascade,
  check (confirmed_by <> asked_by),
  check ((confirmed_by is null) = (opened_at is null)),
  check ((reviewed_at is null) = (decision is null))
);
create index grant_openings_by_grant on grant_openings (agency_id, grant_id, asked_at desc);
create index grant_openings_by_grantee on grant_openings (grantee_agency_id, agency_id);
alter table grant_openings enable row level security;
alter table grant_openings force row level security;
create policy either_side on grant_openings for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    or grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select on grant_openings to plateward_app;
create policy ledger on grant_openings for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at),
  update (confirmed_by, opened_at, ended_by, ended_by_agency_id, ended_at, reviewed_by, reviewed_at, decision, note) on grant_openings to plateward_ledger;
grant select (purposes, valid_from, valid_until, opening_minutes) on grants to plateward_ledger;
grant select (id) on members to plateward_ledger;

-- Which opening an entry tells of. Generated, so that no statement can say otherwise.
alter table log_entries add column tells_opening uuid generated always as (
  case when body::jsonb ->> 'kind' in ('opening.ask', 'opening.confirm', 'opening.end', 'opening.review') and body::jsonb ->> 'outcome' = 'done'
    then (body::jsonb -> 'facts' ->> 'openingId')::uuid end) stored;
create index log_entries_by_opening on log_entries (agency_id, tells_opening) where tells_opening is not null;

create or replace function entry_may_cross(body jsonb, opened jsonb) returns boolean language sql immutable begin atomic
  select body ->> 'kind' in ('read.search', 'read.picture', 'read.export', 'grant.request', 'grant.approve', 'grant.decline', 'grant.suspend', 'grant.revoke', 'grant.expire',
      'opening.ask', 'opening.confirm', 'opening.end', 'opening.review')
    and (body ->> 'outcome' = 'done'
      or body ->> 'outcome' = 'refused'
        and opened - 'member' = '{}'::jsonb
        and not jsonb_path_exists(body, '$.facts.asked[*].rows'));
end;

-- An entry of an opening in the owner's log is the opening. Only the log of the grant's owner has that grant, so the other side's entry does nothing;
-- the head of the owner's log is held by log_append, so steps of its openings come here one after the other.
create function opening_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  act constant text := said ->> 'kind';
  fact constant jsonb := said -> 'facts';
  acting uuid;
  acting_role text;
  by_agency uuid;
  g record;
begin
  if act is null or act not in ('opening.ask', 'opening.confirm', 'opening.end', 'opening.review')
    or said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'kind' is distinct from 'member' then
    return null;
  end if;
  select * into g from (select agency_id, id, grantee_agency_id, state, purposes, valid_from, valid_until, opening_minutes from public.grants) t
    where t.agency_id = new.agency_id and t.id = (fact ->> 'grantId')::uuid;
  if not found then
    return null;
  end if;
  by_agency := (said -> 'by' ->> 'agencyId')::uuid;
  acting := nullif(current_setting('plateward.actor_id', true), '')::uuid;
  select m.role into acting_role from public.members m where m.agency_id = by_agency and m.id = acting and m.status = 'active';
  if act in ('opening.ask', 'opening.confirm') and (by_agency is distinct from g.grantee_agency_id or g.opening_minutes is null or g.state <> 'approved'
    or new.at < g.valid_from or new.at >= g.valid_until) then
    raise exception 'this grant is not there for that agency to be opened' using errcode = 'PW011';
  end if;
  if act = 'opening.ask' then
    if acting_role is null or acting_role not in ('officer', 'supervisor', 'administrator') or not (fact ->> 'purpose' = any (g.purposes)) then
      raise exception 'this opening is not his to ask for' using errcode = 'PW011';
    end if;
    if exists (select from public.grant_openings b where b.agency_id = new.agency_id and b.grant_id = g.id and b.reviewed_at is null
      and (b.opened_at is not null or b.ended_at is null and b.asked_at > new.at - interval '60 minutes')) then
      raise exception 'an earlier opening waits for its confirmation or its review' using errcode = 'PW011';
    end if;
    insert into public.grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at)
      values (new.agency_id, g.id, (fact ->> 'openingId')::uuid, g.grantee_agency_id, fact ->> 'purpose',
        new.opened -> 'caseNumber' ->> 'value', new.opened -> 'reason' ->> 'value', acting, new.at);
  elsif act = 'opening.confirm' then
    update public.grant_openings set confirmed_by = acting, opened_at = new.at
      where agency_id = new.agency_id and grant_id = g.id and id = (fact ->> 'openingId')::uuid and opened_at is null and ended_at is null
        and asked_at > new.at - interval '60 minutes'
        and asked_by <> acting
        and acting_role in ('supervisor', 'administrator');
    if not found then
      raise exception 'an opening is confirmed within an hour, by a supervisor or administrator who did not ask for it' using errcode = 'PW011';
    end if;
  elsif act = 'opening.end' then
    update public.grant_openings set ended_by = acting, ended_by_agency_id = by_agency, ended_at = new.at
      where agency_id = new.agency_id and grant_id = g.id and id = (fact ->> 'openingId')::uuid and ended_at is null and reviewed_at is null
        and (by_agency = g.grantee_agency_id and acting_role is not null
          or by_agency = new.agency_id and acting_role in ('administrator', 'auditor'));
    if not found then
      raise exception 'this opening does not run, or is not his to end' using errcode = 'PW011';
    end if;
  elsif act = 'opening.review' then
    update public.grant_openings set reviewed_by = acting, reviewed_at = new.at, decision = fact ->> 'decision', note = new.opened -> 'note' ->> 'value'
      where agency_id = new.agency_id and grant_id = g.id and id = (fact ->> 'openingId')::uuid and reviewed_at is null
        and by_agency = new.agency_id
        and acting_role in ('administrator', 'auditor')
        and (ended_at is not null or opened_at + make_interval(mins => g.opening_minutes) <= new.at) and opened_at is not null;
    if not found then
      raise exception 'an opening is reviewed once it is over, by an administrator or auditor of the owner' using errcode = 'PW011';
    end if;
  end if;
  if act in ('opening.ask', 'opening.confirm') then
    insert into public.alerts as a (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
      values (new.agency_id, by_agency, act, case act when 'opening.ask' then 'opening_asked' else 'opening_begun' end,
        (new.at at time zone 'UTC')::date, new.entry, new.entry, new.at, new.at)
      on conflict (agency_id, asker_agency_id, kind, rule, day) where acknowledged_at is null
      do update set count = a.count + 1, last_entry = excluded.last_entry, last_at = excluded.last_at;
  end if;
  return null;
end $$;
create trigger opening_told after insert on log_entries for each row execute function opening_told();
revoke all on function opening_told() from public;
grant create on schema public to plateward_ledger;
alter function opening_told() owner to plateward_ledger;
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
      and (s.parent_id is null or s.as_file or 'picture' = any (g.fields))
      and (g.plates is null or s.plate = any (g.plates))
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
