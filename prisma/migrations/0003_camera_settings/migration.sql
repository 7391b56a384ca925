-- What a camera is set to leave out, and what became of each of its frames, as numbers without a plate.
--
-- Settings have a table of their own: a row of `cameras` may be seen by an agency that holds a grant, and where a camera does not
-- look is its owner's alone. Neither table has a policy for anybody but the owner.

create table camera_settings (
  agency_id uuid not null references agencies (agency_id),
  camera_id uuid not null,
  -- Counts the changes; each is an entry in the log.
  revision int not null check (revision > 0),
  changed_at timestamptz not null default now(),
  -- [[[x, y], ...], ...] in shares of the picture.
  ignore_zones jsonb not null default '[]' check (jsonb_typeof(ignore_zones) = 'array' and jsonb_array_length(ignore_zones) <= 32),
  regions_of_interest jsonb not null default '[]'
    check (jsonb_typeof(regions_of_interest) = 'array' and jsonb_array_length(regions_of_interest) <= 32),
  -- In pixels of the frame; 0: any.
  plate_width_min int not null default 0 check (plate_width_min between 0 and 4096),
  plate_height_min int not null default 0 check (plate_height_min between 0 and 4096),
  confidence_min double precision not null default 0 check (confidence_min between 0 and 1),
  primary key (agency_id, camera_id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
);
alter table camera_settings enable row level security;
alter table camera_settings force row level security;
create policy own on camera_settings for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select,
  insert (agency_id, camera_id, revision, ignore_zones, regions_of_interest, plate_width_min, plate_height_min, confidence_min),
  update (revision, changed_at, ignore_zones, regions_of_interest, plate_width_min, plate_height_min, confidence_min)
  on camera_settings to plateward_app;

-- One row a frame that was recognised, written with its reads. Confidences and heights of its plates stand here as bare numbers, so
-- that a camera's quality can be told to who may see no plate, and after the reads themselves are gone.
create table frame_results (
  agency_id uuid not null references agencies (agency_id),
  frame_id uuid not null,
  camera_id uuid not null,
  received_at timestamptz not null,
  recognised_at timestamptz not null default now(),
  -- From capture, by the camera's clock, to the read; null where that clock is not believed.
  latency_seconds real,
  -- The change of the camera's settings that was in force; 0: none.
  settings_revision int not null check (settings_revision >= 0),
  -- One a read that was kept, in the order of the reads; heights in pixels of the frame.
  confidences real[] not null,
  plate_heights real[] not null check (cardinality(plate_heights) = cardinality(confidences)),
  -- Plates that the settings left out, each counted once.
  ignored_zone int not null check (ignored_zone >= 0),
  outside_regions int not null check (outside_regions >= 0),
  too_small int not null check (too_small >= 0),
  too_unsure int not null check (too_unsure >= 0),
  primary key (agency_id, frame_id),
  foreign key (agency_id, frame_id) references frames (agency_id, id),
  foreign key (agency_id, camera_id) references cameras (agency_id, id)
);
create index frame_results_by_camera on frame_results (agency_id, camera_id, received_at);
alter table frame_results enable row level security;
alter table frame_results force row level security;
create policy own on frame_results for all to plateward_app
  using (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid))
  with check (agency_id = (select nullif(current_setting('plateward.agency_id', true), '')::uuid));
grant select,
  insert (agency_id, frame_id, camera_id, received_at, latency_seconds, settings_revision, confidences, plate_heights,
    ignored_zone, outside_regions, too_small, too_unsure)
  on frame_results to plateward_app;

-- Quality is asked for by camera and time of receipt.
create index frames_by_camera on frames (agency_id, camera_id, received_at);
create index jobs_quarantined on jobs (agency_id, finished_at) where state = 'quarantined';
