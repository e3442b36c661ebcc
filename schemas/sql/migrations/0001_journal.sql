-- The journal: every input of a centre with the decisions that followed, in the order of its one owner.
-- Nothing is ever changed here; state, history and statistics are functions of it.
create table journal (
    centre integer not null,
    seq bigint not null check (seq > 0),        -- dense; two owners can't both write the next one
    at bigint not null,                         -- milliseconds since 1970 UTC, stamped by the owner
    source text not null,                       -- the input's own id: the same input never counts twice
    input text not null,                        -- JSON, kind and version in "type"
    decisions text not null,                    -- JSON array, in the order in which they were applied
    primary key (centre, seq),
    constraint journal_source unique (centre, source)
);

-- Names, numbers, notes and keyed values, which facts only refer to. Erasing a row here erases a person from
-- the journal without touching it.
create table personal_value (
    centre integer not null,
    ref text not null,
    kind text not null,                         -- ani, keys, note, balance…
    text text not null,
    primary key (centre, ref)
);

create index personal_value_number on personal_value (centre, text) where kind = 'ani';

-- The state after an entry, so that a start need not read the journal from its beginning.
create table centre_snapshot (
    centre integer not null,
    seq bigint not null,
    taken_at bigint not null,
    format integer not null,                    -- of the bytes; a snapshot of another format is passed over
    state bytea not null,
    primary key (centre, seq)
);

-- When the owner was last seen alive: what passes between that and the next owner is our downtime, while a quiet
-- night without an entry is not.
create table centre_alive (
    centre integer primary key,
    at bigint not null
);

-- Versions of the centre's setup as they were imported; the owner takes up each as an input, by its number.
create table centre_import (
    centre integer not null,
    version integer not null,
    actor text not null,
    setup text not null,                        -- JSON
    imported_at timestamptz not null default now(),
    primary key (centre, version)
);
