-- How many members of the grantee could search under a grant: one number, told to the agency whose reads they would be, while the grant
-- is asked for, in force or suspended, and to nobody else. Who they are is not told.
create policy ledger on members for select to plateward_ledger using (true);
grant select (agency_id, role, status) on members to plateward_ledger;
create policy ledger on grants for select to plateward_ledger using (true);
grant select (agency_id, id, grantee_agency_id, state) on grants to plateward_ledger;

create function grant_searchers(wanted uuid) returns integer language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return (select count(m.agency_id)::int
    from public.grants g left join public.members m
      on m.agency_id = g.grantee_agency_id and m.status = 'active' and m.role in ('officer', 'supervisor')
    where g.agency_id = nullif(current_setting('plateward.agency_id', true), '')::uuid and g.id = wanted
      and g.state in ('requested', 'approved', 'suspended')
    group by g.id);
end $$;
revoke all on function grant_searchers(uuid) from public;
grant execute on function grant_searchers(uuid) to plateward_app;
grant create on schema public to plateward_ledger;
alter function grant_searchers(uuid) owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
