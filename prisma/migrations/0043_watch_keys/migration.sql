-- An agency's key for hashing plates is there from its enrolment. It used to be made by the first search that needed it, while that search
-- held nothing or held logs already: two first searches at once could wait for each other in a ring, and one of them was thrown out.
create function watch_key_make() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.watch_keys (agency_id) values (new.agency_id) on conflict do nothing;
  return null;
end $$;
create trigger watch_key_make after insert on agencies for each row execute function watch_key_make();
revoke all on function watch_key_make() from public;
grant create on schema public to plateward_ledger;
alter function watch_key_make() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;

set local role plateward_ledger;
insert into watch_keys (agency_id) select agency_id from agencies on conflict do nothing;
set local role plateward_owner;
