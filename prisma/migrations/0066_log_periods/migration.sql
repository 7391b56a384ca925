-- The opened values of the log are kept sealed, under a key of their agency and their month (UTC). Nothing reads them in clear once their entry is in the
-- log, so a sweep seals them soon after, and the clear form is gone. A month's key can be destroyed, by two administrators and by an entry of the log;
-- leaves, commitments and facts stay as they are.
create table log_periods (
  agency_id uuid not null references agencies (agency_id),
  -- A calendar month in UTC: 2026-11.
  period text not null check (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  -- 256 bits, sealed under the agency's key-encryption key, which is in no database. Null once it was destroyed.
  sealed_key bytea check (length(sealed_key) between 60 and 1000),
  -- How many entries it seals, and the last entry of this month that was gone through.
  entries bigint not null default 0 check (entries >= 0),
  through bigint not null default -1,
  -- Of a destroyed one: from which entry on sealed values are still to be taken away.
  clear_from bigint not null default 0,
  -- What one administrator has proposed and no other carried out: {id, by, reason, at}.
  proposal jsonb,
  destroyed_entry bigint check (destroyed_entry >= 0),
  -- Who proposed it, and who did it.
  destroyed_by uuid[] check (cardinality(destroyed_by) = 2),
  primary key (agency_id, period),
  check ((sealed_key is null) = (destroyed_entry is not null) and (sealed_key is null) = (destroyed_by is not null)),
  check (sealed_key is not null or proposal is null)
);
alter table log_periods enable row level security;
alter table log_periods force row level security;
create policy own on log_periods for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy make on log_periods for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and sealed_key is not null);
create policy ledger on log_periods for all to plateward_ledger using (true) with check (true);
grant select, insert (agency_id, period, sealed_key) on log_periods to plateward_app;
grant select, update (sealed_key, entries, through, clear_from, proposal, destroyed_entry, destroyed_by) on log_periods to plateward_ledger;

-- A month's key is never another one: it is there or it is destroyed, which is told by an entry.
create function log_periods_keep() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and row(new.agency_id, new.period) is not distinct from row(old.agency_id, old.period)
      and (old.sealed_key is not null and new.sealed_key is null
        or row(new.sealed_key, new.destroyed_entry, new.destroyed_by) is not distinct from row(old.sealed_key, old.destroyed_entry, old.destroyed_by)) then
    return new;
  end if;
  raise exception 'the key of a period stays as it is until it is destroyed' using errcode = 'PW004';
end $$;
create trigger log_keep_periods before update or delete on log_periods for each row execute function log_periods_keep();
create trigger log_keep_all_periods before truncate on log_periods for each statement execute function log_is_append_only();

alter table log_entries
  -- The opened values, sealed; then none stand in `opened`.
  add column sealed bytea check (length(sealed) between 33 and 1000000);
alter table log_entries add constraint log_entries_sealed_or_clear check (sealed is null or opened = '{}');
grant select (at, body, opened, sealed), update (opened, sealed) on log_entries to plateward_ledger;
create policy ledger_seals on log_entries for update to plateward_ledger using (true) with check (true);

-- An entry stays as it is but for this: the ledger puts the sealed form of its opened values in their place, once, and takes that away when the
-- month's key is destroyed.
create function log_entries_keep() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if tg_op = 'UPDATE' and current_user = 'plateward_ledger' and new.opened = '{}'
      and row(new.agency_id, new.entry, new.at, new.body, new.prev_hash, new.hash)
        is not distinct from row(old.agency_id, old.entry, old.at, old.body, old.prev_hash, old.hash)
      and (new.sealed is not null and old.sealed is null and old.opened <> '{}'
        or new.sealed is null and exists (select from public.log_periods p
          where p.agency_id = old.agency_id and p.period = to_char(old.at at time zone 'UTC', 'YYYY-MM') and p.sealed_key is null)) then
    return new;
  end if;
  raise exception 'the log is append-only' using errcode = 'PW004';
end $$;
drop trigger log_keep on log_entries;
create trigger log_keep before update or delete on log_entries for each row execute function log_entries_keep();

-- Puts sealed values in the place of clear ones, in the log of the agency that this transaction works for, and remembers up to which entry the log was
-- gone through. A null is for an entry of a month whose key is destroyed already: the clock of the server had gone back.
create function log_values_seal(which bigint[], forms bytea[], upto bigint) returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  home uuid := nullif(current_setting('plateward.agency_id', true), '')::uuid;
  known bigint := (select coalesce(max(p.through), -1) from public.log_periods p where p.agency_id = home);
  done bigint;
begin
  update public.log_entries e set opened = '{}', sealed = each.form from unnest(which, forms) as each (entry, form)
    where e.agency_id = home and e.entry = each.entry and e.entry > known and e.entry <= upto;
  get diagnostics done = row_count;
  if done <> cardinality(which) or exists (select from public.log_entries e
      where e.agency_id = home and e.entry > known and e.entry <= upto and e.opened <> '{}') then
    raise exception 'opened values are sealed in the order of the log, all of them' using errcode = 'PW066';
  end if;
  update public.log_periods p set entries = p.entries + each.sealed, through = each.last
    from (select to_char(e.at at time zone 'UTC', 'YYYY-MM') as period, count(e.sealed) as sealed, max(e.entry) as last
      from public.log_entries e where e.agency_id = home and e.entry > known and e.entry <= upto group by 1) each
    where p.agency_id = home and p.period = each.period;
end $$;

-- Takes away what was sealed under a key that is destroyed, going through so many entries at a time. Returns whether there may be more.
create function log_values_clear(most int) returns boolean language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  home uuid := nullif(current_setting('plateward.agency_id', true), '')::uuid;
  gone record;
  upto bigint;
begin
  select p.period, p.clear_from, p.through into gone from public.log_periods p
    where p.agency_id = home and p.sealed_key is null and p.clear_from <= p.through order by p.period limit 1 for update;
  if not found then
    return false;
  end if;
  upto := least(gone.clear_from + most - 1, gone.through);
  update public.log_entries e set sealed = null
    where e.agency_id = home and e.entry >= gone.clear_from and e.entry <= upto and e.sealed is not null
      and to_char(e.at at time zone 'UTC', 'YYYY-MM') = gone.period;
  update public.log_periods p set clear_from = upto + 1 where p.agency_id = home and p.period = gone.period;
  return true;
end $$;

-- Why the key of a month is not destroyed now; null: nothing stands against it.
create function log_period_hindered(agency uuid, month text) returns text language sql stable set search_path = pg_catalog, pg_temp as $$
  with span as (select (month || '-01')::date::timestamp at time zone 'UTC' as since, ((month || '-01')::date + interval '1 month') at time zone 'UTC' as until)
  select case
    when span.until >= date_trunc('month', statement_timestamp() at time zone 'UTC') at time zone 'UTC' then 'recent'
    when exists (select from public.log_entries e where e.agency_id = agency and e.opened <> '{}' and e.at >= span.since and e.at < span.until
      and e.entry > (select coalesce(max(p.through), -1) from public.log_periods p where p.agency_id = agency)) then 'unsealed'
    when exists (select from public.flags f where f.agency_id = agency and f.decided_at is null and f.first_at < span.until and f.last_at >= span.since) then 'flag'
    when exists (select from public.search_reviews r join public.searches s on s.agency_id = r.agency_id and s.id = r.search_id
      where r.agency_id = agency and r.decided_at is null and s.created_at >= span.since and s.created_at < span.until) then 'review'
    when exists (select from public.grant_openings o where o.agency_id = agency and o.opened_at is not null and o.reviewed_at is null
      and o.asked_at >= span.since and o.asked_at < span.until) then 'opening'
  end from span
$$;

-- What of a month's searches and openings was typed in stands in rows of their own, too; with the key it goes. Which member searched, and when, stays.
grant select (agency_id, search_id, decided_at) on search_reviews to plateward_ledger;
grant update (case_number, reason, plate, plate_key) on searches to plateward_ledger;
create policy ledger_forgets on searches for update to plateward_ledger using (true) with check (true);
grant update (case_number, reason) on grant_openings to plateward_ledger;

create function log_period_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  fact jsonb := said -> 'facts';
  month text := fact ->> 'period';
  acting text := nullif(current_setting('plateward.actor_id', true), '');
  since timestamptz;
  until timestamptz;
begin
  if said ->> 'kind' is null or said ->> 'kind' not in ('period.propose', 'period.withdraw', 'period.destroy')
    or said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'agencyId' is distinct from new.agency_id::text then
    return null;
  end if;
  if not exists (select from public.members m where m.agency_id = new.agency_id and m.id::text = acting and m.role = 'administrator' and m.status = 'active') then
    raise exception 'the keys of periods are for administrators' using errcode = 'PW011';
  end if;
  if said ->> 'kind' = 'period.withdraw' then
    update public.log_periods set proposal = null where agency_id = new.agency_id and period = month and proposal ->> 'id' = fact ->> 'changeId';
  elsif public.log_period_hindered(new.agency_id, month) is not null then
    raise exception 'the key of this period is not destroyed yet' using errcode = 'PW011';
  elsif said ->> 'kind' = 'period.propose' then
    update public.log_periods set proposal = jsonb_build_object('id', fact ->> 'changeId', 'by', acting, 'reason', new.opened -> 'reason' ->> 'value', 'at', new.at)
      where agency_id = new.agency_id and period = month and sealed_key is not null;
  else
    update public.log_periods p set sealed_key = null, destroyed_entry = new.entry, destroyed_by = array[(p.proposal ->> 'by')::uuid, acting::uuid], proposal = null,
        clear_from = (select coalesce(max(b.through), -1) + 1 from public.log_periods b where b.agency_id = p.agency_id and b.period < p.period)
      where p.agency_id = new.agency_id and p.period = month and p.sealed_key is not null and p.entries::text = fact ->> 'entries'
        and p.proposal ->> 'id' = fact ->> 'changeId' and p.proposal ->> 'by' <> acting
        and exists (select from public.members m where m.agency_id = p.agency_id and m.id::text = p.proposal ->> 'by' and m.role = 'administrator' and m.status = 'active');
  end if;
  if not found then
    raise exception 'this is not what another administrator proposed' using errcode = 'PW011';
  end if;
  if said ->> 'kind' = 'period.destroy' then
    since := (month || '-01')::date::timestamp at time zone 'UTC';
    until := ((month || '-01')::date + interval '1 month') at time zone 'UTC';
    update public.searches set case_number = 'destroyed', reason = 'destroyed', plate = null, plate_key = null
      where agency_id = new.agency_id and created_at >= since and created_at < until;
    update public.grant_openings set case_number = 'destroyed', reason = 'destroyed', note = case when note is not null then 'destroyed' end
      where agency_id = new.agency_id and asked_at >= since and asked_at < until;
  end if;
  return null;
end $$;
create trigger log_period_told after insert on log_entries for each row
  when (position('period.' in new.body) > 0 or position('\' in new.body) > 0) execute function log_period_told();

revoke all on function log_periods_keep(), log_entries_keep(), log_values_seal(bigint[], bytea[], bigint), log_values_clear(int),
  log_period_hindered(uuid, text), log_period_told() from public;
grant execute on function log_period_hindered(uuid, text) to plateward_app, plateward_ledger;
grant execute on function log_values_seal(bigint[], bytea[], bigint), log_values_clear(int) to plateward_app;
grant create on schema public to plateward_ledger;
alter function log_values_seal(bigint[], bytea[], bigint) owner to plateward_ledger;
alter function log_values_clear(int) owner to plateward_ledger;
alter function log_period_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
