-- PostgreSQL puts permissive policies together with `or` in the reverse order of their names, and asks them in that order. The one's own rows
-- need no look at grants, so their policy is asked first: `own` before `granted`, where `b_granted` came before `a_own`.
alter policy a_own on cameras rename to own;
alter policy b_granted on cameras rename to granted;
alter policy a_own on frames rename to own;
alter policy b_granted on frames rename to granted;
alter policy a_own on reads rename to own;
alter policy b_granted on reads rename to granted;
alter policy a_own on plate_sightings rename to own;
alter policy b_granted on plate_sightings rename to granted;
alter policy a_own on plate_suffixes rename to own;
alter policy b_granted on plate_suffixes rename to granted;
alter policy a_own on plate_neighbours rename to own;
alter policy b_granted on plate_neighbours rename to granted;
