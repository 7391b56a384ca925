-- Which way a vehicle went, as we reckon it ourselves from the size of its plate in two frames of a camera; and whereto a camera looks, by which approaching and
-- receding are a bearing.

alter table cameras add column bearing int check (bearing between 0 and 359);
grant insert (bearing), update (bearing) on cameras to plateward_app;

-- Who says it: the camera, or the sizes of the plate. One frame may show several plates that grow or shrink.
alter table read_directions
  add column said_by text not null default 'camera' check (said_by in ('camera', 'size')),
  drop constraint read_directions_pkey,
  add primary key (agency_id, frame_id, read_id);
