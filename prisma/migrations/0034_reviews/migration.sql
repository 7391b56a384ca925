-- Searches that an auditor looks over, whether anything about them is odd or not: drawn by the database's own lot as each is put on record, so that neither who
-- searches nor any program chooses. No word is forbidden in a reason; how many say nothing is counted, and they are drawn more often.
create table search_reviews (
  agency_id uuid not null references agencies (agency_id),
  search_id uuid not null,
  member_id uuid not null,
  -- Why it was drawn: the law's share of all searches, or the house's of those that say nothing.
  drawn text not null check (drawn in ('lot', 'vague')),
  drawn_at timestamptz not null,
  decision text check (decision in ('in_order', 'concern')),
  note text check (length(note) between 1 and 2000),
  decided_by uuid,
  decided_at timestamptz,
  primary key (agency_id, search_id),
  foreign key (agency_id, search_id) references searches (agency_id, id),
  foreign key (agency_id, member_id) references members (agency_id, id),
  foreign key (agency_id, decided_by) references members (agency_id, id),
  check ((decision is null) = (decided_at is null) and (decision is null) = (decided_by is null) and (decision is null) = (note is null))
);
create index search_reviews_by_time on search_reviews (agency_id, drawn_at desc, search_id desc);
alter table search_reviews enable row level security;
alter table search_reviews force row level security;
create policy own on search_reviews for select to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
-- Decided once, and by somebody else than who searched.
create policy decide on search_reviews for update to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and decided_at is null)
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid) and decided_by <> member_id);
grant select, update (decision, note, decided_by, decided_at) on search_reviews to plateward_app;
create policy ledger on search_reviews for all to plateward_ledger using (true) with check (true);
grant insert (agency_id, search_id, member_id, drawn, drawn_at) on search_reviews to plateward_ledger;
grant select (pack) on agencies to plateward_ledger;

-- A case number without a digit names no case; a reason of one word says nothing. The same in src/core/vague.ts.
create function says_nothing(case_number text, reason text) returns boolean language sql immutable begin atomic
  select case_number !~ '[0-9]' or array_length(regexp_split_to_array(btrim(reason, E' \t\r\n'), '[ \t\r\n]+'), 1) < 2;
end;

-- One in five of those that say nothing; of all, the share that the agency's law asks for.
create function search_draw() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  share float8 := coalesce((select (a.pack::jsonb -> 'review' ->> 'percent')::float8 from public.agencies a where a.agency_id = new.agency_id), 0);
  why text;
begin
  if new.parent_id is not null then
    return null;
  end if;
  if random() * 100 < share then
    why := 'lot';
  elsif public.says_nothing(new.case_number, new.reason) and random() < 0.2 then
    why := 'vague';
  end if;
  if why is not null then
    insert into public.search_reviews (agency_id, search_id, member_id, drawn, drawn_at) values (new.agency_id, new.id, new.member_id, why, clock_timestamp());
  end if;
  return null;
end $$;
create trigger search_draw after insert on searches for each row execute function search_draw();
revoke all on function search_draw(), says_nothing(text, text) from public;
grant execute on function says_nothing(text, text) to plateward_app, plateward_ledger;
grant create on schema public to plateward_ledger;
alter function search_draw() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
