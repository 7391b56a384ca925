-- Entries are chained one by one and put into the tree together. Each entry of a batch left another version of its log's head, which the next one had to
-- pass by, so that 256 entries in one transaction took longer than in 256. Now a trigger before each row numbers, times and links it as before, and one
-- after the statement grows the tree by all that it wrote and moves each head once. Without that second one nothing more is written: the
-- next entry would have a number that is taken.
grant select (xmin, at, prev_hash) on log_entries to plateward_ledger;
grant create on schema public to plateward_ledger;
set local role plateward_ledger;

create or replace function log_append() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head record;
  newest record;
begin
  -- Who wrote the newest entry in this very transaction holds the head already. An entry whose opened values it changed is another version, with the
  -- time that it had.
  select e.entry + 1 as size, e.hash, e.at, e.xmin = pg_current_xact_id()::xid and e.at >= transaction_timestamp() as ours into newest
    from public.log_entries e where e.agency_id = new.agency_id order by e.entry desc limit 1;
  head := newest;
  if newest.ours is distinct from true then
    select h.size, h.hash into head from public.log_heads h where h.agency_id = new.agency_id for update;
    if not found then
      raise exception 'this agency has no log' using errcode = 'PW003';
    end if;
    -- In a savepoint it has another number: what this statement wrote is past the head.
    if newest.size > head.size and newest.at >= statement_timestamp() then
      head := newest;
    end if;
  end if;
  new.entry := head.size;
  new.at := clock_timestamp();
  new.prev_hash := head.hash;
  new.hash := sha256('\x00'::bytea || uuid_send(new.agency_id) || int8send(new.entry)
    || int8send((extract(epoch from new.at) * 1000000)::bigint) || head.hash || sha256(convert_to(new.body, 'UTF8')));
  return new;
end $$;

-- Grows a tree of `size` leaves by these: the new right edge, the newest leaf's inclusion proof and the new root; writes each tile that is
-- full now. Runs with the rights of the ledger, which alone may write tiles.
create function log_grow(agency uuid, size bigint, leaves bytea[], inout frontier bytea, out path bytea, out root bytea)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  leaf bytea;
  node bytea;
  rest bigint;
  height int;
  filled bigint;
  hashes bytea;
  missing int := cardinality(leaves);
begin
  foreach leaf in array leaves loop
    missing := missing - 1;
    if missing = 0 then
      path := ''::bytea;
      for each_peak in reverse length(frontier) / 32 .. 1 loop
        path := path || substr(frontier, each_peak * 32 - 31, 32);
      end loop;
    end if;
    node := leaf;
    rest := size;
    height := 0;
    while rest & 1 = 1 loop
      node := sha256('\x01'::bytea || substr(frontier, length(frontier) - 31) || node);
      frontier := substr(frontier, 1, length(frontier) - 32);
      height := height + 1;
      rest := rest >> 1;
      if height & 7 = 0 then
        filled := size >> height;
        if height = 8 then
          select string_agg(e.hash, ''::bytea order by e.entry) || leaf into hashes from public.log_entries e
            where e.agency_id = agency and e.entry >= filled << 8 and e.entry < size;
        else
          select string_agg(t.root, ''::bytea order by t.tile) into hashes from public.log_tiles t
            where t.agency_id = agency and t.level = height / 8 - 2 and t.tile >= filled << 8 and t.tile < (filled + 1) << 8;
        end if;
        insert into public.log_tiles (agency_id, level, tile, hashes, root) values (agency, height / 8 - 1, filled, hashes, node);
      end if;
    end loop;
    frontier := frontier || node;
    size := size + 1;
  end loop;
  root := substr(frontier, length(frontier) - 31);
  for each_peak in reverse length(frontier) / 32 - 1 .. 1 loop
    root := sha256('\x01'::bytea || substr(frontier, each_peak * 32 - 31, 32) || root);
  end loop;
end $$;

drop function log_grow(uuid, bigint, bytea, bytea);

-- Moves the head of a log past entries that go on where it stands, each linked to the one before: their hashes, their links, and the number of the newest.
create function log_move(agency uuid, leaves bytea[], links bytea[], last bigint) returns void language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  head record;
  grown record;
  before bigint;
begin
  -- The head is ours since the first of them was written.
  select h.size, h.hash, h.frontier into head from public.log_heads h where h.agency_id = agency;
  before := head.size - (last + 1 - cardinality(leaves));
  -- A trigger that looks at the head moved it before.
  if before = cardinality(leaves) then
    return;
  elsif before > 0 then
    leaves := leaves[before + 1:];
    links := links[before + 1:];
  end if;
  if before is null or before < 0 or links <> head.hash || trim_array(leaves, 1) then
    raise exception 'these entries do not go on where their log ends' using errcode = 'PW003';
  end if;
  grown := public.log_grow(agency, head.size, leaves, head.frontier);
  update public.log_heads set size = last + 1, hash = leaves[cardinality(leaves)], root = grown.root, frontier = grown.frontier, path = grown.path
    where agency_id = agency;
end $$;

create function log_integrate() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  log record;
begin
  for log in select w.agency_id, array_agg(w.hash order by w.entry) as leaves, array_agg(w.prev_hash order by w.entry) as links, max(w.entry) as last
      from written w group by w.agency_id loop
    perform public.log_move(log.agency_id, log.leaves, log.links, log.last);
  end loop;
  return null;
end $$;
revoke all on function log_grow(uuid, bigint, bytea[], bytea), log_move(uuid, bytea[], bytea[], bigint) from public;
grant execute on function log_integrate() to plateward_owner;
set local role plateward_owner;
create trigger log_integrate after insert on log_entries referencing new table as written for each statement execute function log_integrate();
set local role plateward_ledger;
revoke all on function log_integrate() from public, plateward_owner;
-- As before; the head that it looks at ends with its own entry, also where others come after it in the same statement.
set local role plateward_ledger;
create or replace function log_key_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := new.body::jsonb;
  fact jsonb := said -> 'facts';
  acting text := nullif(current_setting('plateward.actor_id', true), '');
  head record;
begin
  if said ->> 'outcome' is distinct from 'done' or said -> 'by' ->> 'agencyId' is distinct from new.agency_id::text
      or said -> 'by' ->> 'kind' is distinct from 'member' then
    return null;
  end if;
  if said ->> 'kind' is null or said ->> 'kind' not in ('logkey.propose', 'logkey.rotate') then
    return null;
  end if;
  if not exists (select from public.members m where m.agency_id = new.agency_id and m.id::text = acting and m.role = 'administrator' and m.status = 'active') then
    raise exception 'the key of a log is for administrators to replace' using errcode = 'PW056';
  end if;
  if said ->> 'kind' = 'logkey.propose' then
    update public.agencies set log_key_proposal = jsonb_build_object('id', fact ->> 'changeId', 'by', acting, 'cause', fact ->> 'cause', 'at', new.at)
      where agency_id = new.agency_id;
    return null;
  end if;
  if not exists (select from public.members p join public.agencies a on a.agency_id = p.agency_id
      where p.agency_id = new.agency_id and p.id::text = a.log_key_proposal ->> 'by' and p.role = 'administrator' and p.status = 'active') then
    raise exception 'the key of a log is replaced while who proposed it is an administrator' using errcode = 'PW056';
  end if;
  update public.agencies set log_key_proposal = null
    where agency_id = new.agency_id and log_key_proposal ->> 'id' = fact ->> 'changeId' and log_key_proposal ->> 'by' <> acting;
  if not found then
    raise exception 'the key of a log is replaced by another administrator than proposed it' using errcode = 'PW056';
  end if;
  perform public.log_move(new.agency_id, array_agg(e.hash order by e.entry), array_agg(e.prev_hash order by e.entry), new.entry)
    from public.log_entries e where e.agency_id = new.agency_id and e.entry <= new.entry
      and e.entry >= (select h.size from public.log_heads h where h.agency_id = new.agency_id);
  select size, root, path, key_number into head from public.log_heads where agency_id = new.agency_id;
  update public.log_keys k set entry = new.entry, root = head.root, path = head.path
    from public.log_keys b
    where k.agency_id = new.agency_id and k.number = head.key_number + 1 and k.entry is null
      and b.agency_id = k.agency_id and b.number = head.key_number and (b.number = 0 or b.handover is not null)
      and fact ->> 'number' = k.number::text
      and split_part(fact ->> 'key', '+', 1) = 'plateward/log/' || k.agency_id and split_part(fact ->> 'before', '+', 1) = 'plateward/log/' || k.agency_id
      and decode(substr(fact ->> 'key', length(split_part(fact ->> 'key', '+', 1)) + 11), 'base64') = '\x01'::bytea || k.public_key
      and decode(substr(fact ->> 'before', length(split_part(fact ->> 'before', '+', 1)) + 11), 'base64') = '\x01'::bytea || b.public_key;
  if not found then
    raise exception 'this key does not take the place of the one that signs' using errcode = 'PW056';
  end if;
  update public.log_heads set key_number = key_number + 1 where agency_id = new.agency_id;
  return null;
end $$;
grant execute on function alert_raise(), refusal_watch(), agency_attested(), canary_told(), counted_told(), log_key_told(), opening_told(), policy_told(), retention_told(), witnesses_told() to plateward_owner;
set local role plateward_owner;
revoke create on schema public from plateward_ledger;

-- Most entries concern none of the triggers that look on. Whether one of them may have something to do is a column now, made of the body as
-- the others are: ten triggers that searched the text each for itself (0052) took longer to make ready than the entry to write. The letters are looked for
-- first, since reading the body as JSON takes longest; an escape may stand for any of them.
create function entry_heard(body text) returns boolean language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb;
begin
  if position('refused' in body) = 0 and position('agency.attest' in body) = 0 and position('canary.' in body) = 0 and position('sharing.' in body) = 0
    and position('witnesses.' in body) = 0 and position('policy.' in body) = 0 and position('opening.' in body) = 0 and position('logkey.' in body) = 0
    and position('session.fail' in body) = 0 and position('refusal.count' in body) = 0 and position('retention.' in body) = 0 and position('\' in body) = 0 then
    return false;
  end if;
  said := body::jsonb;
  return coalesce(said ->> 'outcome' = 'refused' or said ->> 'kind' ~ '^((canary|sharing|witnesses|policy|opening|logkey|retention)[.]|(agency.attest|session.fail|refusal.count)$)', false);
end $$;
-- The id that an entry names, where it tells of something done of one of these kinds.
create function entry_names(body text, fact text, kinds text[]) returns uuid language plpgsql immutable set search_path = pg_catalog, pg_temp as $$
declare
  said jsonb := body::jsonb;
begin
  return case when said ->> 'kind' = any (kinds) and said ->> 'outcome' = 'done' then (said -> 'facts' ->> fact)::uuid end;
end $$;
revoke all on function entry_heard(text), entry_names(text, text, text[]) from public;
grant execute on function entry_heard(text), entry_names(text, text, text[]) to plateward_app, plateward_door, plateward_ledger;
alter table log_entries add column heard boolean not null generated always as (entry_heard(body)) stored;
drop trigger alert_raise on log_entries;
create trigger alert_raise after insert on log_entries for each row when (new.heard) execute function alert_raise();
drop trigger refusal_watch on log_entries;
create trigger refusal_watch after insert on log_entries for each row when (new.heard) execute function refusal_watch();
drop trigger agency_attested on log_entries;
create trigger agency_attested after insert on log_entries for each row when (new.heard) execute function agency_attested();
drop trigger canary_told on log_entries;
create trigger canary_told after insert on log_entries for each row when (new.heard) execute function canary_told();
drop trigger counted_told on log_entries;
create trigger counted_told after insert on log_entries for each row when (new.heard) execute function counted_told();
drop trigger log_key_told on log_entries;
create trigger log_key_told after insert on log_entries for each row when (new.heard) execute function log_key_told();
drop trigger opening_told on log_entries;
create trigger opening_told after insert on log_entries for each row when (new.heard) execute function opening_told();
drop trigger policy_told on log_entries;
create trigger policy_told after insert on log_entries for each row when (new.heard) execute function policy_told();
drop trigger retention_told on log_entries;
create trigger retention_told after insert on log_entries for each row when (new.heard) execute function retention_told();
drop trigger witnesses_told on log_entries;
create trigger witnesses_told after insert on log_entries for each row when (new.heard) execute function witnesses_told();
set local role plateward_ledger;
revoke execute on function alert_raise(), refusal_watch(), agency_attested(), canary_told(), counted_told(), log_key_told(), opening_told(), policy_told(), retention_told(), witnesses_told() from plateward_owner;
set local role plateward_owner;

-- Likewise which grant or opening an entry names. PostgreSQL 15 and 16 cannot change how a column is made: there it stays as it was, and reads every
-- body.
do $do$ begin
  if current_setting('server_version_num')::int >= 170000 then
    alter table log_entries
      alter column ends_grant set expression as (case when position('grant.' in body) > 0 or position('\' in body) > 0
        then entry_names(body, 'grantId', array['grant.revoke', 'grant.expire']) end),
      alter column suspends_grant set expression as (case when position('grant.' in body) > 0 or position('\' in body) > 0
        then entry_names(body, 'grantId', array['grant.suspend']) end),
      alter column tells_opening set expression as (case when position('opening.' in body) > 0 or position('\' in body) > 0
        then entry_names(body, 'openingId', array['opening.ask', 'opening.confirm', 'opening.end', 'opening.review']) end);
  end if;
end $do$;

-- Who may say what in whose log, as before (0009), in one look at the body: it was read as JSON for each condition.
create function entry_by_actor(body jsonb, opened jsonb, actor text) returns boolean language sql stable begin atomic
  select (case when body -> 'by' ->> 'kind' = 'member'
    then body -> 'by' -> 'id' is null
      and opened -> 'member' ->> 'value' = actor
      and body -> 'committed' ->> 'member' = encode(sha256(decode(opened -> 'member' ->> 'salt', 'hex') || 'member'::bytea || '\x00'::bytea
        || convert_to(opened -> 'member' ->> 'value', 'UTF8')), 'hex')
    else body -> 'by' ->> 'id' = actor end);
end;
revoke all on function entry_by_actor(jsonb, jsonb, text) from public;
grant execute on function entry_by_actor(jsonb, jsonb, text) to plateward_app;

drop policy append_own on log_entries;
create policy append_own on log_entries for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and (select said ->> 'agencyId' = agency_id::text
        and said -> 'by' ->> 'agencyId' = asks
        and entry_by_actor(said, opened, acts)
      from (select body::jsonb as said, (select nullif(current_setting('plateward.agency_id', true), '')) as asks,
        (select nullif(current_setting('plateward.actor_id', true), '')) as acts offset 0) entry));
drop policy append_touched on log_entries;
create policy append_touched on log_entries for insert to plateward_app
  with check ((select said ->> 'agencyId' = agency_id::text
        and said -> 'by' ->> 'agencyId' = asks
        and entry_by_actor(said, opened, acts)
        and entry_may_cross(said, opened)
      from (select body::jsonb as said, (select nullif(current_setting('plateward.agency_id', true), '')) as asks,
        (select nullif(current_setting('plateward.actor_id', true), '')) as acts offset 0) entry));
drop function entry_by_actor(jsonb, jsonb);
