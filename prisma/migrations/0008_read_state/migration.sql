-- The state that issued a plate, where the reader tells it, beside the region: its own answer with its own confidence. Reads of before
-- have none. Partitions follow the table, and so do its walls.
alter table reads add column state text check (state ~ '^[A-Z]{2}$');
alter table reads add column state_confidence real check (state_confidence between 0 and 1);
alter table reads add constraint reads_state_told_with_confidence check ((state is null) = (state_confidence is null));
