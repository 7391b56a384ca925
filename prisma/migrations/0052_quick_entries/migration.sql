-- Most entries concern none of the triggers that look on, and each of them read the whole body to find that out. Now they are called only where
-- the letters that they look for are in the body at all. That leaves nothing out: a text of JSON whose value is such a word has the word's
-- letters in it, unless a letter is written as an escape, and a body with an escape is read by all of them as before.
set local role plateward_ledger;
grant execute on function alert_raise(), refusal_watch(), agency_attested(), canary_told(), witnesses_told(), opening_told() to plateward_owner;
set local role plateward_owner;
drop trigger alert_raise on log_entries;
create trigger alert_raise after insert on log_entries for each row
  when (position('refused' in new.body) > 0 or position('\' in new.body) > 0) execute function alert_raise();
drop trigger refusal_watch on log_entries;
create trigger refusal_watch after insert on log_entries for each row
  when (position('refused' in new.body) > 0 or position('\' in new.body) > 0) execute function refusal_watch();
drop trigger agency_attested on log_entries;
create trigger agency_attested after insert on log_entries for each row
  when (position('agency.attest' in new.body) > 0 or position('\' in new.body) > 0) execute function agency_attested();
drop trigger canary_told on log_entries;
create trigger canary_told after insert on log_entries for each row
  when (position('canary.run' in new.body) > 0 or position('sharing.resume' in new.body) > 0 or position('\' in new.body) > 0) execute function canary_told();
drop trigger witnesses_told on log_entries;
create trigger witnesses_told after insert on log_entries for each row
  when (position('witnesses.' in new.body) > 0 or position('\' in new.body) > 0) execute function witnesses_told();
drop trigger opening_told on log_entries;
create trigger opening_told after insert on log_entries for each row
  when (position('opening.' in new.body) > 0 or position('\' in new.body) > 0) execute function opening_told();
set local role plateward_ledger;
revoke execute on function alert_raise(), refusal_watch(), agency_attested(), canary_told(), witnesses_told(), opening_told() from plateward_owner;
set local role plateward_owner;

-- Looks at each search as it is put on record, as before, in half as many statements. The numbers are the house's, the same for every agency:
-- a plate asked for the fifth time by one member in 30 days, whatever case numbers he typed (how many different ones is told); what
-- looks only into the past of a search that he made within a day, from the same beginning and for the same case, is a page of it and no repeat;
-- the thirtieth search in ten minutes; an hour of the day (UTC) in which, with the hours beside it, the member made fewer than one in fifty of
-- at least fifty searches; the same plate within ten minutes of a search that was refused for its purpose, case or beneficiary; a plate
-- that the agency has listed.
grant create on schema public to plateward_ledger;
set local role plateward_ledger;
create or replace function search_watch() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  at timestamptz := clock_timestamp();
  hour int := extract(hour from at at time zone 'UTC')::int;
  known record;
  earlier record;
  total bigint;
  near bigint;
begin
  if new.parent_id is not null then
    return new;
  end if;
  new.plate_key := public.plate_key_of(new.plate);
  select m.hours, m.refused_at, m.refused_key,
      exists (select from public.listed_plates l where l.agency_id = new.agency_id and l.plate_key = new.plate_key) as listed into known
    from (select) one left join public.watch_members m on m.agency_id = new.agency_id and m.member_id = new.member_id;
  if new.plate_key is not null then
    -- A page of an earlier search ends before that one was made, so it tells nothing that happened since.
    select count(*) + 1 as seen, count(distinct s.case_number) filter (where s.case_number <> new.case_number) + 1 as cases,
        coalesce((array_agg(s.id order by s.created_at))[1], new.id) as first_id, coalesce(min(s.created_at), at) as first_time,
        coalesce(bool_or(s.case_number = new.case_number and s.captured_from = new.captured_from and s.captured_to > new.captured_to
          and s.created_at >= new.captured_to and s.created_at > at - interval '1 day'), false) as page
      into earlier from public.searches s
      where s.agency_id = new.agency_id and s.member_id = new.member_id and s.plate_key = new.plate_key and s.parent_id is null
        and s.created_at > at - interval '30 days';
    if earlier.page then
      new.plate_key := null;
    end if;
  end if;
  if new.plate_key is not null then
    if earlier.seen >= 5 then
      perform public.flag_raise(new.agency_id, 'plate_repeated', new.member_id, new.plate_key, earlier.seen, earlier.cases::int,
        earlier.first_id, new.id, earlier.first_time);
    end if;
    if known.listed then
      perform public.flag_raise(new.agency_id, 'listed_plate', new.member_id, new.plate_key, 1, 0, new.id, new.id, at);
    end if;
    if known.refused_key = new.plate_key and known.refused_at > at - interval '10 minutes' then
      perform public.flag_raise(new.agency_id, 'after_refusal', new.member_id, new.plate_key, 1, 0, new.id, new.id, at);
    end if;
  end if;
  perform from public.searches s
    where s.agency_id = new.agency_id and s.member_id = new.member_id and s.parent_id is null and s.created_at > at - interval '10 minutes'
    order by s.created_at desc offset 28 limit 1;
  if found then
    select count(*) + 1 as seen, coalesce((array_agg(s.id order by s.created_at))[1], new.id) as first_id, coalesce(min(s.created_at), at) as first_time
      into earlier from public.searches s
      where s.agency_id = new.agency_id and s.member_id = new.member_id and s.parent_id is null and s.created_at > at - interval '10 minutes';
    perform public.flag_raise(new.agency_id, 'burst', new.member_id, '', earlier.seen, 0, earlier.first_id, new.id, earlier.first_time);
  end if;
  if known.hours is not null then
    select coalesce(sum(h), 0), coalesce(sum(h) filter (where (i - 1 - hour + 24) % 24 in (0, 1, 23)), 0) into total, near
      from unnest(known.hours) with ordinality as each (h, i);
    if total >= 50 and near * 50 < total then
      perform public.flag_raise(new.agency_id, 'unusual_hour', new.member_id, '', 1, 0, new.id, new.id, at);
    end if;
  end if;
  insert into public.watch_members as m (agency_id, member_id, hours)
    values (new.agency_id, new.member_id, array_fill(0, array[hour]) || 1 || array_fill(0, array[23 - hour]))
    on conflict (agency_id, member_id) do update set hours = m.hours[1:hour] || (m.hours[hour + 1] + 1) || m.hours[hour + 2:24];
  return new;
end $$;
set local role plateward_owner;
revoke create on schema public from plateward_ledger;
