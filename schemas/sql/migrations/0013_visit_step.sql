-- How far what a contact asked for had been relaxed when it left its queue. What was before this release has 0;
-- `callcenter history rebuild` tells it from the journal.
alter table queue_visit add column step integer not null default 0;
