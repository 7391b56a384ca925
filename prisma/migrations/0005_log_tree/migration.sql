-- The log as a Merkle tree (RFC 6962, C2SP tlog-tiles) behind the chain that stands. A chained entry's hash always was
-- SHA-256(0x00 || 96 bytes), which is RFC 6962's hash of a leaf of those 96 bytes; so every entry that exists is a leaf of the tree as
-- it is, in the chain's order, and no receipt that was handed out loses its meaning.
--
-- An append costs O(log n): the head keeps the roots of the full subtrees at the tree's right edge, and tiles are written when they
-- are full. Nothing is ever hashed twice.

alter table log_heads
  -- Root of the tree over `size` entries.
  add column root bytea not null default sha256(''::bytea) check (length(root) = 32),
  -- Roots of the full subtrees that the tree consists of, the largest first, 32 bytes each.
  add column frontier bytea not null default ''::bytea check (length(frontier) % 32 = 0),
  -- Inclusion proof of the newest entry, from the leaf upward, 32 bytes each.
  add column path bytea not null default ''::bytea check (length(path) % 32 = 0),
  -- SHA-256, in hex, of the schema of entries that the log declared last; null before the first.
  add column schema text check (schema ~ '^[0-9a-f]{64}$');

-- One line a body, when bodies are handed out; canonical JSON writes a line break as \n.
alter table log_entries add constraint log_entries_body_one_line check (position(chr(10) in body) = 0);

create table log_tiles (
  agency_id uuid not null references agencies (agency_id),
  level int not null check (level between 0 and 7),
  tile bigint not null,
  -- 256 hashes of the level, the oldest first.
  hashes bytea not null check (length(hashes) = 8192),
  -- The root over them: one hash of the level above.
  root bytea not null check (length(root) = 32),
  primary key (agency_id, level, tile)
);
create table log_keys (
  agency_id uuid not null references agencies (agency_id),
  number int not null check (number >= 0),
  -- Ed25519, 32 bytes.
  public_key bytea not null check (length(public_key) = 32),
  -- The private half, sealed under the agency's key-encryption key, which is not in the database (docs/keys.md).
  sealed_key bytea not null,
  created_at timestamptz not null default now(),
  primary key (agency_id, number)
);
alter table log_tiles enable row level security;
alter table log_tiles force row level security;
alter table log_keys enable row level security;
alter table log_keys force row level security;

create policy ledger on log_tiles for all to plateward_ledger using (true) with check (true);
create policy own on log_tiles for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select on log_tiles to plateward_app;
grant select, insert on log_tiles to plateward_ledger;

create policy own on log_keys for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy make on log_keys for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, number, public_key, sealed_key) on log_keys to plateward_app;

-- The ledger fills tiles from the entries, and writes entries about the log itself while the database is migrated.
create policy ledger on log_entries for select to plateward_ledger using (true);
create policy ledger_declares on log_entries for insert to plateward_ledger with check (true);
grant select (agency_id, entry, hash), insert (agency_id, body) on log_entries to plateward_ledger;
grant update (root, frontier, path, schema) on log_heads to plateward_ledger;
grant insert (schema) on log_heads to plateward_door;

create trigger log_keep_tiles before update or delete on log_tiles for each row execute function log_is_append_only();
create trigger log_keep_all_tiles before truncate on log_tiles for each statement execute function log_is_append_only();
create trigger log_keep_keys before update or delete on log_keys for each row execute function log_is_append_only();
create trigger log_keep_all_keys before truncate on log_keys for each statement execute function log_is_append_only();

grant create on schema public to plateward_ledger;
set local role plateward_ledger;

-- Grows a tree of `size` leaves by one: the new right edge, the new leaf's inclusion proof and the new root; writes each tile that
-- is full now. Runs with the rights of the ledger, which alone may write tiles.
create function log_grow(agency uuid, size bigint, leaf bytea, inout frontier bytea, out path bytea, out root bytea)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  node bytea := leaf;
  rest bigint := size;
  height int := 0;
  filled bigint;
  hashes bytea;
begin
  path := ''::bytea;
  for each_peak in reverse length(frontier) / 32 .. 1 loop
    path := path || substr(frontier, each_peak * 32 - 31, 32);
  end loop;
  while rest & 1 = 1 loop
    node := sha256('\x01'::bytea || substr(frontier, length(frontier) - 31, 32) || node);
    frontier := substr(frontier, 1, length(frontier) - 32);
    height := height + 1;
    rest := rest >> 1;
    if height % 8 = 0 then
      filled := (size >> height);
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
  root := node;
  for each_peak in reverse length(frontier) / 32 - 1 .. 1 loop
    root := sha256('\x01'::bytea || substr(frontier, each_peak * 32 - 31, 32) || root);
  end loop;
end $$;
revoke all on function log_grow(uuid, bigint, bytea, bytea) from public;

-- As before, and the tree grows with the chain: number, time, link and tree are the database's, under the head's lock, in the
-- transaction of the act. What is rolled back was never in the tree.
create or replace function log_append() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  head record;
  grown record;
begin
  select size, hash, frontier into head from public.log_heads where agency_id = new.agency_id for update;
  if not found then
    raise exception 'this agency has no log' using errcode = 'PW003';
  end if;
  new.entry := head.size;
  new.at := clock_timestamp();
  new.prev_hash := head.hash;
  new.hash := sha256('\x00'::bytea || uuid_send(new.agency_id) || int8send(new.entry)
    || int8send((extract(epoch from new.at) * 1000000)::bigint) || head.hash || sha256(convert_to(new.body, 'UTF8')));
  grown := public.log_grow(new.agency_id, head.size, new.hash, head.frontier);
  update public.log_heads set size = head.size + 1, hash = new.hash, root = grown.root, frontier = grown.frontier, path = grown.path
    where agency_id = new.agency_id;
  return new;
end $$;

-- The entries that exist, as leaves in the order of their chain.
do $$
declare
  head record;
  entry record;
  grown record;
begin
  for head in select * from public.log_heads for update loop
    for entry in select e.entry, e.hash from public.log_entries e where e.agency_id = head.agency_id order by e.entry loop
      grown := public.log_grow(head.agency_id, entry.entry, entry.hash, head.frontier);
      head.frontier := grown.frontier;
      head.path := grown.path;
      head.root := grown.root;
    end loop;
    update public.log_heads set root = head.root, frontier = head.frontier, path = head.path where agency_id = head.agency_id;
  end loop;
end $$;

set local role plateward_owner;
revoke create on schema public from plateward_ledger;
