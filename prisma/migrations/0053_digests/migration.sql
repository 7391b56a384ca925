-- The owner's digest: what others did with an agency's data since the one before, counted by the database from its own rows: uses of grants, refusals, openings,
-- tests of the wall. No program writes a word of it: a process can only say that one is to be made. Of a period that the schedule names there is one,
-- however many processes make it, and between two of them no moment is left out.

alter table agencies add column digest_every text not null default 'week' check (digest_every in ('week', 'month', 'off'));
grant update (digest_every) on agencies to plateward_app;

create table digests (
  agency_id uuid not null references agencies (agency_id),
  id uuid not null,
  -- From the end of the one before, included, to its own, not included.
  period_from timestamptz not null,
  period_to timestamptz not null,
  -- JSON, as src/core/digest.ts reads it, and its SHA-256 in hex, which the entry of its making has.
  document text not null,
  sha256 text not null,
  made_at timestamptz not null,
  primary key (agency_id, id),
  check (period_from < period_to)
);
create unique index digests_by_beginning on digests (agency_id, period_from);
create unique index digests_by_end on digests (agency_id, period_to);
alter table digests enable row level security;
alter table digests force row level security;
create policy own on digests for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select, insert (agency_id, id) on digests to plateward_app;

-- While a grant is in force its owner hears of it: `off` cannot be said then, and says nothing where a grant came into force afterwards.
create function digest_kept() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
  if new.digest_every = 'off' and exists (select from public.grants g
    where g.agency_id = new.agency_id and g.state = 'approved' and g.valid_until > statement_timestamp()) then
    raise exception 'an agency hears of the use of its data while grants of it are in force' using errcode = 'PW053';
  end if;
  return new;
end $$;
create trigger digest_kept before update of digest_every on agencies for each row execute function digest_kept();

-- Since when the next one tells, until when one is due by now (null: none is), and when the next one is due. Weeks begin on Mondays, months on their
-- first day, in UTC; a minute is waited for what was under way. What is shorter than a day is told with the period after it.
create function digest_period(agency uuid) returns table (since timestamptz, due timestamptz, next_at timestamptz) language sql stable begin atomic
  select s.since,
    case when t.edge at time zone 'UTC' >= s.since + interval '24 hours' then t.edge at time zone 'UTC' end,
    (case when (t.edge + t.step) at time zone 'UTC' >= s.since + interval '24 hours' then t.edge + t.step else t.edge + 2 * t.step end) at time zone 'UTC'
  from agencies a
    cross join lateral (select case when a.digest_every <> 'off' then a.digest_every
      when exists (select 1 from grants g where g.agency_id = a.agency_id and g.state = 'approved' and g.valid_until > statement_timestamp()) then 'week' end as every) e
    cross join lateral (select date_trunc(e.every, (statement_timestamp() - interval '1 minute') at time zone 'UTC') as edge, ('1 ' || e.every)::interval as step) t
    cross join lateral (select coalesce((select max(d.period_to) from digests d where d.agency_id = a.agency_id),
      greatest(a.created_at, (t.edge - t.step) at time zone 'UTC')) as since) s
  where a.agency_id = agency and not a.synthetic;
end;

create function digest_time(at timestamptz) returns text language sql stable begin atomic
  select to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"');
end;

-- What is told of [since, until). Grants stand in it as they are now: those in force or suspended, and those that ended in that time.
create function digest_of(agency uuid, since timestamptz, until timestamptz) returns jsonb language sql stable begin atomic
  with given as (
      select g.id, g.state, g.valid_until, g.opening_minutes, a.agency_id as grantee, a.slug, a.name, u.searches, u.rows, u.members, p.purposes, l.last_at,
        greatest(g.decided_at, l.last_at) as idle_since, b.asked, b.opened, b.unreviewed,
        g.state in ('approved', 'suspended') and g.valid_until < until + interval '30 days' as expires,
        case when g.state = 'approved' then greatest(g.decided_at, l.last_at) + (o.pack::jsonb -> 'grants' ->> 'unusedDaysMax')::int * interval '24 hours' end as suspends_at
      from agencies o join grants g on g.agency_id = o.agency_id join agencies a on a.agency_id = g.grantee_agency_id
        cross join lateral (select count(*)::int as searches, coalesce(sum(x.rows), 0)::bigint as rows, count(distinct x.member_id)::int as members
          from grant_uses x where x.agency_id = g.agency_id and x.grant_id = g.id and x.used_at >= since and x.used_at < until) u
        cross join lateral (select coalesce(jsonb_agg(jsonb_build_object('purpose', y.purpose, 'searches', y.searches, 'rows', y.rows) order by y.searches desc, y.purpose), '[]') as purposes
          from (select x.purpose, count(*)::int as searches, sum(x.rows)::bigint as rows from grant_uses x
            where x.agency_id = g.agency_id and x.grant_id = g.id and x.used_at >= since and x.used_at < until group by x.purpose) y) p
        cross join lateral (select max(x.used_at) as last_at from grant_uses x where x.agency_id = g.agency_id and x.grant_id = g.id and x.used_at < until) l
        cross join lateral (select count(*) filter (where z.asked_at >= since and z.asked_at < until)::int as asked,
            count(*) filter (where z.opened_at >= since and z.opened_at < until)::int as opened,
            count(*) filter (where z.opened_at is not null and z.reviewed_at is null)::int as unreviewed
          from grant_openings z where z.agency_id = g.agency_id and z.grant_id = g.id) b
      where o.agency_id = agency and (g.state in ('approved', 'suspended') or g.ended_at >= since)),
    refused as (
      select l.asker_agency_id as asker, l.kind, l.rule, sum(case when l.first_at >= since and l.last_at < until then l.count
          -- Counted one by one where only a part of it is of this time.
          else (select coalesce(sum(case l.kind when 'refusal.count' then (e.said -> 'facts' ->> 'refusals')::bigint else 1 end), 0)
            from (select b.body::jsonb as said from log_entries b where b.agency_id = l.agency_id and b.entry between l.first_entry and l.last_entry
              and b.at >= since and b.at < until) e
            where e.said ->> 'kind' = l.kind and e.said -> 'by' ->> 'agencyId' = l.asker_agency_id::text
              and (l.kind = 'refusal.count' or e.said ->> 'outcome' = 'refused' and e.said ->> 'rule' = l.rule)) end)::bigint as count
      from alerts l where l.agency_id = agency and l.asker_agency_id <> agency and l.rule not in ('opening_asked', 'opening_begun')
        and l.last_at >= since and l.first_at < until group by 1, 2, 3)
  select jsonb_build_object(
    'from', digest_time(since), 'to', digest_time(until),
    'grants', (select coalesce(jsonb_agg(jsonb_build_object(
        'grantId', g.id, 'grantee', jsonb_build_object('agencyId', g.grantee, 'slug', g.slug, 'name', g.name), 'state', g.state,
        'emergency', g.opening_minutes is not null, 'validUntil', digest_time(g.valid_until),
        'searches', g.searches, 'rows', g.rows, 'members', g.members, 'purposes', g.purposes,
        'lastUsedAt', digest_time(g.last_at), 'idleSince', digest_time(g.idle_since), 'expiresSoon', g.expires,
        'suspendsAt', case when g.suspends_at < until + interval '30 days' then digest_time(g.suspends_at) end,
        'openings', jsonb_build_object('asked', g.asked, 'opened', g.opened, 'unreviewed', g.unreviewed))
      order by g.searches desc, g.name, g.id), '[]') from given g),
    'refusals', (select coalesce(jsonb_agg(jsonb_build_object(
        'asker', jsonb_build_object('agencyId', k.agency_id, 'slug', k.slug, 'name', k.name), 'action', r.kind, 'rule', r.rule, 'count', r.count)
      order by r.count desc, k.name, r.kind, r.rule), '[]') from refused r join agencies k on k.agency_id = r.asker where r.count > 0),
    'wall', (select jsonb_build_object('testedAt', digest_time(o.canary_at), 'tried', o.canary_tried, 'crossed', o.canary_crossed,
        'crossings', (select coalesce(sum(l.count), 0)::int from alerts l where l.agency_id = agency and l.rule = 'wall_crossed' and l.last_at >= since and l.first_at < until),
        'stoppedAt', digest_time(o.sharing_stopped_at)) from agencies o where o.agency_id = agency),
    'totals', (select jsonb_build_object('inForce', count(*) filter (where g.state = 'approved' and g.valid_until > until)::int,
        'searches', coalesce(sum(g.searches), 0)::bigint, 'rows', coalesce(sum(g.rows), 0)::bigint, 'openings', coalesce(sum(g.opened), 0)::int,
        'refused', (select coalesce(sum(r.count), 0)::bigint from refused r)) from given g));
end;

-- What is made by the sweep is of the period that is due, and is none where none is. What a member asks for is until now, but for the half minute that
-- searches which are still under way may need.
create function digest_make() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
  known record;
begin
  select p.since, p.due into known from public.digest_period(new.agency_id) p;
  if known.since is null or current_setting('plateward.actor_id', true) = 'sweep' and known.due is null then
    return null;
  end if;
  new.period_from := known.since;
  new.period_to := case when current_setting('plateward.actor_id', true) = 'sweep' then known.due
    else greatest(known.since + interval '1 millisecond', statement_timestamp() - interval '30 seconds') end;
  new.document := public.digest_of(new.agency_id, new.period_from, new.period_to)::text;
  new.sha256 := encode(sha256(convert_to(new.document, 'UTF8')), 'hex');
  new.made_at := statement_timestamp();
  return new;
end $$;
create trigger digest_make before insert on digests for each row execute function digest_make();

-- ---------------------------------------------------------------- told as alerts are
alter table alert_deliveries
  add column digest_id uuid,
  add foreign key (agency_id, digest_id) references digests (agency_id, id),
  add unique (agency_id, digest_id, destination_id),
  add check (num_nonnulls(alert_id, digest_id) <= 1);
grant select (digest_id), insert (digest_id) on alert_deliveries to plateward_ledger;

create function digest_tell() returns trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.alert_deliveries (agency_id, digest_id, destination_id, wanted, due_at)
    select new.agency_id, new.id, t.id, 1, clock_timestamp() from public.alert_destinations t
      where t.agency_id = new.agency_id and t.removed_at is null order by t.id;
  return null;
end $$;
create trigger digest_tell after insert on digests for each row execute function digest_tell();

revoke all on function digest_kept(), digest_period(uuid), digest_time(timestamptz), digest_of(uuid, timestamptz, timestamptz), digest_make(), digest_tell() from public;
grant execute on function digest_period(uuid), digest_time(timestamptz), digest_of(uuid, timestamptz, timestamptz) to plateward_app;
grant create on schema public to plateward_ledger;
alter function digest_tell() owner to plateward_ledger;
revoke create on schema public from plateward_ledger;
