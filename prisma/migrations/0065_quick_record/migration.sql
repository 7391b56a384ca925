-- Putting a search on record asks the one agency that searches whether its policy is published. As `exists` PostgreSQL asked all agencies of the house and kept the
-- answers for the one row; a scalar sub-select looks up the one by its key.
drop policy live on searches;
create policy live on searches as restrictive for insert to plateward_app
  with check ((select true from agencies w where w.agency_id = searches.agency_id and coalesce(w.law_policy_items, '{}') <@ w.policy_items limit 1));

-- The key that plates are hashed with is there from an agency's beginning (0043_watch_keys); it is made only where it is missing.
grant create on schema public to plateward_ledger;
set local role plateward_ledger;
create or replace function plate_key_of(plate text) returns bytea language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  agency uuid := nullif(current_setting('plateward.agency_id', true), '')::uuid;
  typed text := regexp_replace(upper(plate), '[^A-Z0-9?*]', '', 'g');
  secret bytea;
begin
  if agency is null or coalesce(typed, '') = '' then
    return null;
  end if;
  secret := (select k.key from public.watch_keys k where k.agency_id = agency);
  if secret is null then
    insert into public.watch_keys (agency_id) values (agency) on conflict do nothing;
    secret := (select k.key from public.watch_keys k where k.agency_id = agency);
  end if;
  return sha256(secret || sha256(secret || convert_to(typed, 'UTF8')));
end $$;
set local role plateward_owner;
revoke create on schema public from plateward_ledger;
