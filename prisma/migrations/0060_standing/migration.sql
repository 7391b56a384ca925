-- Two persons stand behind what opens data, and both must still stand when it opens: what somebody signed, proposed or asked for counts no more once his
-- standing has ended, and what was signed with a key no more once that key was revoked. What was opened before stays until it is ended.
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

create or replace function pack_changes_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
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
  if new.state = 'adopted' and not exists (select 1 from public.members p
      where p.agency_id = old.agency_id and p.id = old.proposed_by and p.role = 'administrator' and p.status = 'active') then
    raise exception 'a pack is adopted while who proposed it is an administrator' using errcode = 'PW012';
  end if;
  new.decided_in := pg_current_xact_id();
  return new;
end $$;

-- Both are the ledger's.
grant create on schema public to plateward_ledger;
set local role plateward_ledger;
create or replace function witnesses_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
      where agency_id = new.agency_id and witness_proposal ->> 'id' = said -> 'facts' ->> 'changeId' and witness_proposal ->> 'by' <> acting
        and exists (select from public.members m where m.agency_id = new.agency_id and m.id::text = witness_proposal ->> 'by'
          and m.role = 'administrator' and m.status = 'active');
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

create or replace function opening_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
        and exists (select from public.members a where a.agency_id = by_agency and a.id = asked_by and a.status = 'active')
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
set local role plateward_owner;
revoke create on schema public from plateward_ledger;
