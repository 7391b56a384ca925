// Rows in bulk, as SQL, so that PostgreSQL plans as it would over an agency's months: no test looks into them.

const emptyDigest = JSON.stringify({
  ...{ from: '2026-01-05T00:00:00Z', to: '2026-01-12T00:00:00Z', grants: [], refusals: [] },
  wall: { testedAt: null, tried: null, crossed: null, crossings: 0, stoppedAt: null },
  totals: { inForce: 0, searches: 0, rows: 0, refused: 0, openings: 0 },
});

/** Twenty thousand reads in two agencies, and the other tables to match. */
export const fill = `
  insert into agencies (agency_id, slug, name, legal_class, state, purposes) select gen_random_uuid(), 'a' || n, 'A', 'city', 'IL', '{}' from generate_series(1, 1500) n;
  insert into frames (agency_id, id, camera_id, idempotency_key, sha256, captured_at, received_at, media_type, width, height, bytes, blob_key)
    select c.agency_id, gen_random_uuid(), c.id, 'bulk-' || n, sha256('x'), date_trunc('month', now()) + n * interval '1 second', now(), 'image/jpeg', 640, 480, 1, 'k'
      from generate_series(1, 5000) n, (select agency_id, id from cameras where name in ('Main Street', 'North gate')) c;
  insert into reads (agency_id, captured_at, id, frame_id, camera_id, ordinal, received_at, plate, confidence, chars, candidates, corners, model_id, model_hash)
    select agency_id, captured_at, gen_random_uuid(), id, camera_id, 0, received_at, upper(substr(md5(id::text), 1, 7)), 1, '[]', '[]', '[]', 'm', 'h' from frames where idempotency_key like 'bulk-%';
  insert into jobs (agency_id, id, kind, frame_id, state, lease_token, lease_until)
    select agency_id, gen_random_uuid(), 'recognize', id, (array['done', 'done', 'done', 'queued', 'leased'])[1 + n % 5], gen_random_uuid(), now() + interval '1 hour'
      from (select *, row_number() over () as n from frames where idempotency_key like 'bulk-%') f;
  insert into members (agency_id, id, login, name, role, password_hash)
    select a.agency_id, gen_random_uuid(), 'bulk' || n, 'B', 'officer', 'x' from generate_series(1, 3) n, agencies a;
  insert into sessions (agency_id, id, member_id, token_hash, csrf_token, expires_at) select agency_id, gen_random_uuid(), id, uuid_send(gen_random_uuid()), 'x', now() from members;
  insert into cameras (agency_id, id, name) select agency_id, gen_random_uuid(), 'bulk' || n from agencies, generate_series(1, 2) n;
  insert into camera_settings (agency_id, camera_id, revision) select agency_id, id, 1 from cameras where name like 'bulk%';
  insert into frame_results (agency_id, frame_id, camera_id, received_at, settings_revision, confidences, plate_heights, ignored_zone, outside_regions, too_small, too_unsure)
    select agency_id, id, camera_id, received_at, 0, '{0.9}', '{30}', 0, 0, 0, 0 from frames where idempotency_key like 'bulk-%';
  insert into read_counts (agency_id, day, camera_id, frames, reads) select agency_id, current_date - n, id, 1, 1 from cameras, generate_series(1, 3) n;
  insert into usage_policies (agency_id, revision, items) select agency_id, 1, '{}' from agencies on conflict do nothing;
  insert into camera_credentials (agency_id, id, camera_id, scheme, public_key) select agency_id, gen_random_uuid(), id, 'ed25519', '\\x00' from cameras;
  insert into camera_nonces (agency_id, credential_id, nonce) select agency_id, gen_random_uuid(), 'nonce-000' || n from generate_series(1, 2500) n, (select agency_id from agencies limit 3) a;
  insert into grants (agency_id, id, grantee_agency_id, purposes, data_window_days, valid_from, valid_until, rows_per_search_max, requested_by)
    select a, gen_random_uuid(), b, '{x}', 30, now(), now() + interval '1 day', 10, gen_random_uuid() from (
      select agency_id as a, lead(agency_id) over (order by agency_id) as b from agencies, generate_series(1, 3)) pairs where b is not null and a <> b;
  insert into grant_openings (agency_id, grant_id, id, grantee_agency_id, purpose, case_number, reason, asked_by, asked_at)
    select agency_id, id, gen_random_uuid(), grantee_agency_id, 'x', 'x', 'x', gen_random_uuid(), now() - n * interval '1 day' from grants, generate_series(1, 3) n;
  insert into grant_uses (agency_id, grant_id, search_id, grantee_agency_id, rows) select agency_id, id, gen_random_uuid(), grantee_agency_id, 1 from grants, generate_series(1, 4);
  insert into searches (agency_id, id, member_id, session_id, purpose, case_number, reason, captured_from, captured_to, asked)
    select agency_id, gen_random_uuid(), id, gen_random_uuid(), 'x', 'x', 'x', now(), now(), '{}' from members, generate_series(1, 3);
  insert into alerts (agency_id, asker_agency_id, kind, rule, day, first_entry, last_entry, first_at, last_at)
    select agency_id, agency_id, 'read.search', 'grant_missing', current_date - n, n, n + 1000, now(), now() from agencies, generate_series(1, 3) n;
  insert into alert_destinations (agency_id, id, channel, address, added_by) select agency_id, gen_random_uuid(), 'email', id || '@example.org', id from members where login like 'bulk%';
  insert into alert_deliveries (agency_id, alert_id, destination_id, wanted, told, due_at, fault)
    select l.agency_id, l.id, t.id, 2, 1, case when random() < 0.02 then now() end, 'It refuses connections.'
      from alerts l join (select agency_id, (array_agg(id))[1] as id from alert_destinations group by 1) t using (agency_id) on conflict do nothing;
  set session_replication_role = replica;
  insert into digests (agency_id, id, period_from, period_to, document, sha256, made_at)
    select agency_id, gen_random_uuid(), now() - (n + 1) * interval '7 days', now() - n * interval '7 days', '${emptyDigest}', 'x', now() - interval '1 hour' from agencies, generate_series(1, 3) n;
  reset session_replication_role;
  insert into listed_plates (agency_id, id, plate_key, label, listed_by) select agency_id, gen_random_uuid(), sha256(id::text::bytea), 'x', id from members;
  insert into flags (agency_id, pattern, member_id, day, count, cases, first_search, last_search, first_at, last_at)
    select agency_id, 'burst', id, current_date - n, 1, 0, id, id, now(), now() from members, generate_series(1, 4) n;
  insert into read_reviews (agency_id, id, read_id, captured_at, verdict, corrected, reason, search_id, member_id)
    select r.agency_id, gen_random_uuid(), r.id, r.captured_at, 'correct', upper(substr(md5(r.id::text), 1, 8)), 'a test', s.id, s.member_id from reads r cross join lateral (select * from searches s where s.agency_id = r.agency_id limit 1) s;
  insert into watches (agency_id, search_id, member_id, began_at, until, ended_at)
    select agency_id, id, member_id, created_at, created_at + interval '9 minutes', created_at from searches on conflict do nothing;
  insert into search_reviews (agency_id, search_id, member_id, drawn, drawn_at) select agency_id, id, member_id, 'lot', created_at from searches on conflict do nothing;
  insert into sign_in_failures (agency_id, member_id, addresses) select agency_id, id, '{192.0.2.7}' from members where login like 'bulk%';
  insert into refusals_sent (agency_id, owner_agency_id, actor_id) select agency_id, agency_id, n::text from agencies, generate_series(1, 3) n;
  insert into blobs_going (agency_id, blob_key) select agency_id, 'frames/' || n from agencies, generate_series(1, 3) n;
  insert into log_heads (agency_id) select agency_id from agencies on conflict do nothing;
  insert into log_entries (agency_id, body) select agency_id, '{}' from agencies, generate_series(1, 4);
  analyze;`;
