-- Who may say what in whose log. An entry names the log in which it stands, and who acts in its transaction: the agency and the actor
-- that Postgres was told of, the actor also where he is committed to. Into another agency's log go only kinds of acts that touch
-- another agency, and a refused one brings nothing of the question. The front door says what it does itself, and nothing else.

-- True when the entry names, or commits to, the actor of this transaction. A member stands in no body: his commitment is opened beside
-- it (SHA-256 of salt, field, 0x00 and value), and must be his.
create function entry_by_actor(body jsonb, opened jsonb) returns boolean language sql stable begin atomic
  select (case when body -> 'by' ->> 'kind' = 'member'
    then body -> 'by' -> 'id' is null
      and opened -> 'member' ->> 'value' = (select nullif(current_setting('plateward.actor_id', true), ''))
      and body -> 'committed' ->> 'member' = encode(sha256(decode(opened -> 'member' ->> 'salt', 'hex') || 'member'::bytea || '\x00'::bytea
        || convert_to(opened -> 'member' ->> 'value', 'UTF8')), 'hex')
    else body -> 'by' ->> 'id' = (select nullif(current_setting('plateward.actor_id', true), '')) end);
end;

-- True when an act of this kind and outcome may be told in another agency's log: something done, whole; something refused, by whom and
-- why, but no row and no opened value except who asked.
create function entry_may_cross(body jsonb, opened jsonb) returns boolean language sql immutable begin atomic
  select body ->> 'kind' in ('read.search', 'read.picture', 'grant.request', 'grant.approve', 'grant.decline', 'grant.revoke', 'grant.expire')
    and (body ->> 'outcome' = 'done'
      or body ->> 'outcome' = 'refused'
        and opened - 'member' = '{}'::jsonb
        and not jsonb_path_exists(body, '$.facts.asked[*].rows'));
end;

revoke all on function entry_by_actor(jsonb, jsonb), entry_may_cross(jsonb, jsonb) from public;
grant execute on function entry_by_actor(jsonb, jsonb), entry_may_cross(jsonb, jsonb) to plateward_app;

drop policy append_own on log_entries;
create policy append_own on log_entries for insert to plateward_app
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid)
    and body::jsonb ->> 'agencyId' = agency_id::text
    and body::jsonb -> 'by' ->> 'agencyId' = (select nullif(current_setting('plateward.agency_id', true), ''))
    and entry_by_actor(body::jsonb, opened));

drop policy append_touched on log_entries;
create policy append_touched on log_entries for insert to plateward_app
  with check (body::jsonb ->> 'agencyId' = agency_id::text
    and body::jsonb -> 'by' ->> 'agencyId' = (select nullif(current_setting('plateward.agency_id', true), ''))
    and entry_by_actor(body::jsonb, opened)
    and entry_may_cross(body::jsonb, opened));

-- A log begins with its schema of entries and with the enrolment of its agency; afterwards the front door only lets first members in.
drop policy front on log_entries;
create policy front on log_entries for insert to plateward_door
  with check (body::jsonb ->> 'agencyId' = agency_id::text
    and body::jsonb -> 'by' = jsonb_build_object('agencyId', agency_id, 'kind', 'operator', 'id', 'front-door')
    and (body::jsonb ->> 'kind' = 'log.schema' and entry = 0
      or body::jsonb ->> 'kind' = 'agency.enrol' and entry = 1
      or body::jsonb ->> 'kind' = 'member.bootstrap' and entry > 1));
