-- The owner's digest tells what was taken out under its grants, too: pictures that were opened and files that were made, counted from its log. A digest that
-- was made before says nothing of them, and stays as its hash in the log has it.

-- What is told of [since, until). Grants stand in it as they are now: those in force or suspended, and those that ended in that time.
create or replace function digest_of(agency uuid, since timestamptz, until timestamptz) returns jsonb language sql stable begin atomic
  with opened as (
      -- The owner's log tells each with the grants that it stands under. The text is looked at first, since reading it as JSON takes longest.
      select e.said ->> 'kind' as kind, e.verdict -> 'grants' as grants, coalesce((e.verdict ->> 'rows')::bigint, 0) as rows
      from (select b.body::jsonb as said, b.body::jsonb -> 'facts' -> 'asked' -> 0 as verdict from log_entries b
        where b.agency_id = agency and b.at >= since and b.at < until
          and (position('"read.picture"' in b.body) > 0 or position('"read.export"' in b.body) > 0)) e
      where e.said ->> 'kind' in ('read.picture', 'read.export') and e.said ->> 'outcome' = 'done'
        and e.said -> 'by' ->> 'agencyId' <> agency::text),
    given as (
      select g.id, g.state, g.valid_until, g.opening_minutes, a.agency_id as grantee, a.slug, a.name, u.searches, u.rows, u.members, v.pictures, v.files, v.file_rows, p.purposes, l.last_at,
        greatest(g.decided_at, l.last_at) as idle_since, b.asked, b.opened, b.unreviewed,
        g.state in ('approved', 'suspended') and g.valid_until < until + interval '30 days' as expires,
        case when g.state = 'approved' then greatest(g.decided_at, l.last_at) + (o.pack::jsonb -> 'grants' ->> 'unusedDaysMax')::int * interval '24 hours' end as suspends_at
      from agencies o join grants g on g.agency_id = o.agency_id join agencies a on a.agency_id = g.grantee_agency_id
        cross join lateral (select count(*)::int as searches, coalesce(sum(x.rows), 0)::bigint as rows, count(distinct x.member_id)::int as members
          from grant_uses x where x.agency_id = g.agency_id and x.grant_id = g.id and x.used_at >= since and x.used_at < until) u
        cross join lateral (select count(*) filter (where x.kind = 'read.picture')::int as pictures, count(*) filter (where x.kind = 'read.export')::int as files,
            coalesce(sum(x.rows) filter (where x.kind = 'read.export'), 0)::bigint as file_rows
          from opened x where x.grants ? g.id::text) v
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
        'searches', g.searches, 'rows', g.rows, 'members', g.members, 'pictures', g.pictures, 'files', g.files, 'fileRows', g.file_rows, 'purposes', g.purposes,
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
        'pictures', (select count(*)::int from opened x where x.kind = 'read.picture'),
        'files', (select count(*)::int from opened x where x.kind = 'read.export'),
        'fileRows', (select coalesce(sum(x.rows), 0)::bigint from opened x where x.kind = 'read.export'),
        'refused', (select coalesce(sum(r.count), 0)::bigint from refused r)) from given g));
end;
