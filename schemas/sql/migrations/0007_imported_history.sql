-- A history that was imported and that no journal tells of: the month that a demonstration looks back on. It lies in
-- the history's tables under numbers of its own; a rebuild folds the journal again and leaves it alone.
create table imported_history (
    centre integer primary key,
    seed integer not null,
    from_day date not null,     -- of the centre's zone
    until_at bigint not null,   -- milliseconds since 1970 UTC: from here on the journal tells
    contact bigint not null,    -- numbers up to these are taken, whether or not they were all used
    offer bigint not null,
    engagement bigint not null,
    recording bigint not null
);

-- The days of it that are written, each in one transaction with its rows.
create table imported_day (
    centre integer not null,
    day date not null,
    contacts integer not null,
    primary key (centre, day)
);
