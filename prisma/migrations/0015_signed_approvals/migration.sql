-- Approvals are signed where the approver sits. A row that says "approved" is only the face of it: the vault opens nothing of another
-- agency unless enough administrators of the owner have signed exactly this grant, with keys whose private halves never come here.

-- ---------------------------------------------------------------- how many must approve
-- Fixed when the agency is enrolled; it stands in every grant that is asked for, and so under every signature.
alter table agencies add column approvals_needed int not null default 2 check (approvals_needed between 1 and 2);
grant insert (approvals_needed) on agencies to plateward_door;

-- ---------------------------------------------------------------- keys that approve
create table approver_keys (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  member_id uuid not null,
  -- Ed25519.
  public_key bytea not null check (length(public_key) = 32),
  -- Whose key it is, sealed under the agency's key-encryption key, which no database has: a key that was put here past the vault has none.
  attestation bytea not null check (length(attestation) between 32 and 2000),
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  primary key (agency_id, id),
  unique (agency_id, public_key),
  foreign key (agency_id, member_id) references members (agency_id, id)
);
alter table approver_keys enable row level security;
alter table approver_keys force row level security;
create policy own on approver_keys for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id, member_id, public_key, attestation), update (revoked_at) on approver_keys to plateward_app;

-- ---------------------------------------------------------------- approvals
create table grant_approvals (
  -- The owner of the data, whose administrator signed.
  agency_id uuid not null,
  grant_id uuid not null,
  member_id uuid not null,
  key_id uuid not null,
  public_key bytea not null,
  attestation bytea not null,
  -- Ed25519 over the grant as src/access/grant-document.ts writes it.
  signature bytea not null check (length(signature) = 64),
  approved_at timestamptz not null default now(),
  primary key (agency_id, grant_id, member_id),
  foreign key (agency_id, grant_id) references grants (agency_id, id) on delete cascade,
  foreign key (agency_id, member_id) references members (agency_id, id),
  foreign key (agency_id, key_id) references approver_keys (agency_id, id)
);
alter table grant_approvals enable row level security;
alter table grant_approvals force row level security;
-- Whoever may see the grant may see who signed it: the grantee's side needs the signatures to open what they allow.
create policy either_side on grant_approvals for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    or exists (select 1 from grants g where g.agency_id = grant_approvals.agency_id and g.id = grant_approvals.grant_id
      and g.grantee_agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)));
create policy owner_signs on grant_approvals for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and member_id::text = (select nullif(current_setting('plateward.actor_id', true), '')));
grant select, insert (agency_id, grant_id, member_id, key_id, public_key, attestation, signature) on grant_approvals to plateward_app;

-- ---------------------------------------------------------------- grants: how many signatures, and no approval without them
-- The signatures of administrators take the place of one by the house.
alter table grants drop column approval;
alter table grants add column approvals_needed int not null default 2 check (approvals_needed between 1 and 2);
create function grants_asked() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  new.approvals_needed := (select a.approvals_needed from public.agencies a where a.agency_id = new.agency_id);
  return new;
end $$;
create trigger grants_asked before insert on grants for each row execute function grants_asked();

create or replace function grants_step() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if not ((old.state = 'requested' and new.state in ('approved', 'declined'))
    or (old.state = 'approved' and new.state in ('revoked', 'expired'))) then
    raise exception 'a grant does not go from % to %', old.state, new.state using errcode = 'PW001';
  end if;
  if (new.agency_id, new.id, new.grantee_agency_id, new.purposes, new.camera_ids, new.data_window_days, new.valid_from,
      new.valid_until, new.searches_per_day_max, new.rows_per_search_max, new.terms, new.declarations, new.approvals_needed, new.requested_by,
      new.requested_at)
    is distinct from (old.agency_id, old.id, old.grantee_agency_id, old.purposes, old.camera_ids, old.data_window_days, old.valid_from,
      old.valid_until, old.searches_per_day_max, old.rows_per_search_max, old.terms, old.declarations, old.approvals_needed, old.requested_by,
      old.requested_at) then
    raise exception 'the scope of a grant does not change' using errcode = 'PW002';
  end if;
  if new.state = 'approved' and (select count(*) from public.grant_approvals p where p.agency_id = old.agency_id and p.grant_id = old.id)
    < old.approvals_needed then
    raise exception 'a grant is approved by as many signatures as its owner asks for' using errcode = 'PW009';
  end if;
  new.changed_in := pg_current_xact_id();
  return new;
end $$;

revoke all on function grants_asked() from public;
