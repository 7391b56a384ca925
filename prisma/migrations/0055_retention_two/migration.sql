-- Keeping reads for a shorter time destroys what is kept, and takes two different administrators: one proposes it, another adopts it, and their entries do it. What
-- removes nothing that the law would not remove in any case, one sets alone.

alter table agencies
  -- What one administrator has proposed and no other adopted: {id, by, days, at}.
  add column retention_proposal jsonb;
grant update (retention_days, retention_proposal) on agencies to plateward_ledger;

-- The shorter of what the law lets an agency keep and what it has set itself; null: no end.
create function retention_two() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  law interval := new.law_read_minutes_max * interval '1 minute';
  kept interval := least(law, old.retention_days * interval '24 hours');
  wanted interval := least(law, new.retention_days * interval '24 hours');
begin
  if current_user <> 'plateward_ledger' and wanted is not null and (kept is null or wanted < kept) then
    raise exception 'what is kept is shortened by two administrators' using errcode = 'PW055';
  end if;
  return new;
end $$;
create trigger retention_two before update of retention_days on agencies for each row execute function retention_two();

create function retention_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  fact jsonb := said -> 'facts';
  acting text := nullif(current_setting('plateward.actor_id', true), '');
begin
  if said ->> 'kind' is null or said ->> 'kind' not in ('retention.propose', 'retention.adopt', 'retention.withdraw')
    or said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'agencyId' is distinct from new.agency_id::text then
    return null;
  end if;
  if not exists (select from public.members m where m.agency_id = new.agency_id and m.id::text = acting and m.role = 'administrator' and m.status = 'active') then
    raise exception 'how long reads are kept is for administrators to say' using errcode = 'PW011';
  end if;
  if said ->> 'kind' = 'retention.propose' then
    update public.agencies
      set retention_proposal = jsonb_build_object('id', fact ->> 'changeId', 'by', acting, 'days', (fact ->> 'days')::int, 'at', new.at)
      where agency_id = new.agency_id;
  elsif said ->> 'kind' = 'retention.withdraw' then
    update public.agencies set retention_proposal = null where agency_id = new.agency_id and retention_proposal ->> 'id' = fact ->> 'changeId';
  else
    if exists (select from public.agencies a where a.agency_id = new.agency_id and a.retention_proposal ->> 'by' = acting) then
      raise exception 'what is kept is shortened by another administrator than proposed it' using errcode = 'PW007';
    end if;
    update public.agencies set retention_days = (retention_proposal ->> 'days')::int, retention_proposal = null
      where agency_id = new.agency_id and retention_proposal ->> 'id' = fact ->> 'changeId';
  end if;
  if not found then
    raise exception 'this is not what is proposed now' using errcode = 'PW011';
  end if;
  return null;
end $$;
create trigger retention_told after insert on log_entries for each row execute function retention_told();
revoke all on function retention_two(), retention_told() from public;
grant create on schema public to plateward_ledger;
alter function retention_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
