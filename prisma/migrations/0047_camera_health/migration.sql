-- Whether a camera's credential works, as far as the front door can tell: when it was last let in, how far its clock was off, and when and why it was last turned away.
-- Who turns up with a credential's id and a signature that does not fit may be anybody; so this says that somebody was turned away, and opens nothing.
alter table camera_credentials
  add column seen_at timestamptz,
  add column clock_seconds real,
  add column refused_at timestamptz,
  add column refused_by text check (refused_by ~ '^[a-z_]{1,40}$');
create policy seen on camera_credentials for update to plateward_door using (true) with check (true);
grant update (seen_at, clock_seconds, refused_at, refused_by) on camera_credentials to plateward_door;
grant select (seen_at, clock_seconds, refused_at, refused_by) on camera_credentials to plateward_app;
