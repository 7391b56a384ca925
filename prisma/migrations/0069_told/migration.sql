-- What a camera tells with its frame beside the time: which way the vehicle goes, and what vehicle it is. It is told and not read by us, so it stands apart from
-- the read, and each part under the wall of what it is: a vehicle is what a picture shows, a direction is of the place.

-- As it came, until the frame is read; then what is of one read stands with it, and the rest is forgotten.
alter table jobs add column told jsonb check (octet_length(told::text) <= 1000);
grant update (told) on jobs to plateward_app;

create table read_vehicles (
  agency_id uuid not null references agencies (agency_id),
  frame_id uuid not null,
  read_id uuid not null,
  captured_at timestamptz not null,
  camera_id uuid not null,
  plate text collate "C" not null,
  type text check (type ~ '^[a-z]{1,20}$'),
  color text check (color ~ '^[a-z]{1,20}$'),
  make text check (make ~ '^[A-Za-z0-9][A-Za-z0-9 .&+-]{0,29}$'),
  model text check (model ~ '^[A-Za-z0-9][A-Za-z0-9 .&+-]{0,29}$'),
  -- It is of the one read of its frame, goes with the frame as its read does, and is removed in no other way.
  primary key (agency_id, frame_id),
  foreign key (agency_id, frame_id) references frames (agency_id, id) on delete cascade,
  check (num_nonnulls(type, color, make, model) > 0)
);
create table read_directions (
  agency_id uuid not null references agencies (agency_id),
  frame_id uuid not null,
  read_id uuid not null,
  captured_at timestamptz not null,
  camera_id uuid not null,
  plate text collate "C" not null,
  -- Of travel, clockwise from north in whole degrees.
  bearing int check (bearing between 0 and 359),
  -- As seen from the camera.
  way text check (way in ('approaching', 'receding')),
  primary key (agency_id, frame_id),
  foreign key (agency_id, frame_id) references frames (agency_id, id) on delete cascade,
  check (num_nonnulls(bearing, way) > 0)
);

alter table read_vehicles enable row level security;
alter table read_vehicles force row level security;
create policy own on read_vehicles for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy granted on read_vehicles for select to plateward_app using (granted(agency_id, camera_id, captured_at, 'picture', plate));
grant select, insert on read_vehicles to plateward_app;

alter table read_directions enable row level security;
alter table read_directions force row level security;
create policy own on read_directions for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
create policy granted on read_directions for select to plateward_app using (granted(agency_id, camera_id, captured_at, 'place', plate));
grant select, insert on read_directions to plateward_app;
