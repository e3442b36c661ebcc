-- name: append
-- One batch of entries in one statement, so one commit. Raises unique_violation of journal_pkey when another
-- owner was faster, of journal_source when an input was here before.
insert into journal (centre, seq, at, source, input, decisions)
select $1, unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]);

-- name: append_with_values
-- The same with the personal values that the entries refer to, in the same commit.
with kept as (
    insert into personal_value (centre, ref, kind, text)
    select $1, unnest($7::text[]), unnest($8::text[]), unnest($9::text[])
    on conflict do nothing
)
insert into journal (centre, seq, at, source, input, decisions)
select $1, unnest($2::bigint[]), unnest($3::bigint[]), unnest($4::text[]), unnest($5::text[]), unnest($6::text[]);

-- name: last
-- The highest entry: after an unknown commit it tells whether the batch is there.
select seq, at, source from journal where centre = $1 order by seq desc limit 1;

-- name: beat
-- The owner who has written up to this entry is alive at this moment. One who wrote less is no owner any more:
-- no row changes, by which it knows. Of one who wrote more than whoever beat last the moment counts as it is: a beat
-- of an owner that others had followed before they could beat may lie ahead of it, and says nothing.
insert into centre_alive (centre, at, seq) values ($1, $2, $3)
on conflict (centre) do update set seq = excluded.seq, at = case
    when centre_alive.seq < excluded.seq then excluded.at else greatest(centre_alive.at, excluded.at) end
where centre_alive.seq <= excluded.seq;

-- name: alive_at
-- When the owner was last seen alive.
select at, seq from centre_alive where centre = $1;

-- name: source_of
-- Whose entry stands at a sequence number.
select source from journal where centre = $1 and seq = $2;

-- name: entries
-- A stretch of the journal, for recovery, the projection and replays.
select seq, at, source, input, decisions from journal
where centre = $1 and seq > $2 and seq <= $3 order by seq;

-- name: recent_sources
-- What the owner must recognise as doubled without asking the database.
select source from journal where centre = $1 and seq > $2 order by seq;

-- name: known_sources
-- Which of these inputs were here before: asked only when memory had forgotten one.
select source from journal where centre = $1 and source = any($2::text[]);

-- name: at_of
-- When an entry was written.
select at from journal where centre = $1 and seq = $2;

-- name: snapshot
-- The newest state to begin from.
select seq, state from centre_snapshot where centre = $1 and seq <= $2 and format = $3 order by seq desc limit 1;

-- name: keep_snapshot
-- Stores a state.
insert into centre_snapshot (centre, seq, taken_at, format, state) values ($1, $2, $3, $4, $5)
on conflict do nothing;

-- name: prune_snapshots
-- Leaves the newest few.
delete from centre_snapshot where centre = $1 and seq not in
    (select seq from centre_snapshot where centre = $1 order by seq desc limit $2);

-- name: forget_snapshots_after
-- States of entries that are not in the journal: other entries will get their numbers.
delete from centre_snapshot where centre = $1 and seq > $2;

-- name: forget_beats_after
-- Of who wrote such entries: else nobody who writes less would ever count as alive.
update centre_alive set seq = $2 where centre = $1 and seq > $2;

-- name: values_of
-- Personal values by reference.
select ref, text from personal_value where centre = $1 and ref = any($2::text[]);

-- name: import_setup
-- Puts a version of the setup down for the owner to take up. Returns its number.
insert into centre_import (centre, version, actor, setup)
select $1, coalesce(max(version), 0) + 1, $2, $3 from centre_import where centre = $1
returning version;

-- name: next_import
-- The newest setup that the owner has not taken up yet.
select version, actor, setup from centre_import where centre = $1 and version > $2 order by version desc limit 1;
