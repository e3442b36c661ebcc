-- Statements of callcenter/store/imported.py. $1 is the centre.

-- name: plan
-- What is imported, or to be imported.
select seed, from_day, until_at, contact, offer, engagement, recording from imported_history where centre = $1;

-- name: begin_plan
-- The first one counts.
insert into imported_history (centre, seed, from_day, until_at, contact, offer, engagement, recording)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing;

-- name: days
-- Which days are written.
select day, contacts from imported_day where centre = $1;

-- name: write_day
-- Before its rows and with them; no row: another has written it.
insert into imported_day (centre, day, contacts) values ($1, $2, $3)
on conflict do nothing
returning day;

-- name: analyze
-- So that the first searches after so much was written are planned for it.
analyze interaction, segment, offer, engagement, queue_visit, recording, agent_interval, personal_value;
