-- A log's key can be replaced. What puts another in its place is an entry, by another administrator than proposed it; the key before signs one last
-- head, the one that ends with that entry, and its private half is taken away. The database draws all of it from the entry, in its transaction.
alter table agencies
  -- What one administrator has proposed and no other carried out: {id, by, cause, at}.
  add column log_key_proposal jsonb;
alter table log_heads
  -- Which of the log's keys signs the head as it stands.
  add column key_number int not null default 0 check (key_number >= 0);
alter table log_keys
  -- Null once the key was replaced and has signed its last head.
  alter column sealed_key drop not null,
  -- Of a key that replaced another: the entry that did it, the tree that ends with it, and the entry's inclusion proof in that tree.
  add column entry bigint check (entry >= 0),
  add column root bytea check (length(root) = 32),
  add column path bytea check (length(path) % 32 = 0),
  -- The last head that the key before signed: of that tree. Null until it has.
  add column handover text check (length(handover) <= 2000),
  add check (number > 0 or (entry is null and handover is null)),
  add check ((entry is null) = (root is null) and (entry is null) = (path is null) and (entry is not null or handover is null)),
  add unique (agency_id, entry);
grant update (log_key_proposal) on agencies to plateward_ledger;
grant update (key_number) on log_heads to plateward_ledger;
grant select, update (entry, root, path) on log_keys to plateward_ledger;
grant update (sealed_key, handover) on log_keys to plateward_app;

-- A further key is made only while its replacing the other is proposed.
drop policy make on log_keys;
create policy make on log_keys for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and sealed_key is not null
    and (number = 0 or exists (select from agencies a where a.agency_id = log_keys.agency_id and a.log_key_proposal is not null)));
create policy turn on log_keys for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy ledger on log_keys for all to plateward_ledger using (true) with check (true);

-- Three changes of a key, each once: its entry is told, the key before signs its last head, and what was replaced is taken away.
create function log_keys_turn() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  same boolean := row(new.agency_id, new.number, new.public_key, new.created_at) is not distinct from row(old.agency_id, old.number, old.public_key, old.created_at);
  told boolean := row(new.entry, new.root, new.path) is distinct from row(old.entry, old.root, old.path);
  handed boolean := new.handover is distinct from old.handover;
  destroyed boolean := new.sealed_key is distinct from old.sealed_key;
begin
  if same and told and not handed and not destroyed and old.entry is null and current_user = 'plateward_ledger' then
    return new;
  end if;
  if same and handed and not told and not destroyed and old.handover is null and old.entry is not null then
    return new;
  end if;
  if same and destroyed and not told and not handed and new.sealed_key is null and exists (select from public.log_keys n
      where n.agency_id = old.agency_id and n.number = old.number + 1 and n.handover is not null) then
    return new;
  end if;
  raise exception 'the keys of a log stay as they are until they are replaced' using errcode = 'PW004';
end $$;
drop trigger log_keep_keys on log_keys;
create trigger log_keep_keys before update on log_keys for each row execute function log_keys_turn();
create trigger log_keep_every_key before delete on log_keys for each row execute function log_is_append_only();

-- A key of which no entry tells is none: its transaction does not commit.
create function log_keys_told() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not exists (select from public.log_keys k where k.agency_id = new.agency_id and k.number = new.number and k.entry is not null) then
    raise exception 'no entry tells of this key' using errcode = 'PW056';
  end if;
  return null;
end $$;
create constraint trigger log_keys_told after insert on log_keys deferrable initially deferred
  for each row when (new.number > 0) execute function log_keys_told();

create function log_key_told() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
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
create trigger log_key_told after insert on log_entries for each row
  when (position('logkey.' in new.body) > 0 or position('\' in new.body) > 0) execute function log_key_told();
revoke all on function log_keys_turn(), log_keys_told(), log_key_told() from public;
grant create on schema public to plateward_ledger;
alter function log_key_told() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
