-- People who sign in, and customers who call.
-- Times are integer milliseconds since 1970 UTC, as in the journal.

create table person (
    centre integer not null,
    login text not null,
    name text not null,
    role text not null check (role in ('agent', 'supervisor', 'admin')),
    agent integer,
    password text,              -- argon2id; null: can't sign in
    business_lines text[] not null default '{}',
    active boolean not null default true,
    primary key (centre, login),
    unique (centre, agent) deferrable initially deferred  -- two agents may swap numbers
);

create table session (
    token_hash bytea primary key,   -- SHA-256: a stolen table opens no door
    centre integer not null,
    login text not null,
    created_at bigint not null,
    seen_at bigint not null,
    foreign key (centre, login) references person on delete cascade
);
create index session_of_person on session (centre, login);

-- Failed sign-ins by login, by address, and by both; keys are hashes, so that no address is kept.
create table sign_in_attempt (
    centre integer not null,
    key bytea not null,
    failures integer not null,
    last_at bigint not null,
    blocked_until bigint not null,
    primary key (centre, key)
);
create index sign_in_attempt_by_age on sign_in_attempt (last_at);

-- Pairs of login and address from which that person has signed in before: strangers who guess at a login
-- make its owner wait on strange machines only.
create table sign_in_known (
    centre integer not null,
    key bytea not null,
    last_at bigint not null,
    primary key (centre, key)
);

create table customer (
    centre integer not null,
    customer integer not null,
    name text not null,
    grade text not null,
    language text not null,
    since_year integer,
    primary key (centre, customer)
);

create table customer_number (
    centre integer not null,
    number text not null,           -- E.164; a family or a firm may share one
    customer integer not null,
    position integer not null,
    primary key (centre, number, customer),
    foreign key (centre, customer) references customer on delete cascade
);
create index customer_number_of_customer on customer_number (centre, customer);

create table account (
    centre integer not null,
    account text not null,          -- digits, as keyed
    customer integer not null,
    position integer not null,
    balance_cents bigint not null,
    primary key (centre, account),
    foreign key (centre, customer) references customer on delete cascade
);
create index account_of_customer on account (centre, customer);

create table product (
    centre integer not null,
    customer integer not null,
    position integer not null,
    kind text not null,
    title text not null,
    detail text not null,
    primary key (centre, customer, position),
    foreign key (centre, customer) references customer on delete cascade
);

create table promise (
    centre integer not null,
    customer integer not null,
    position integer not null,
    made_on date not null,
    promised text not null,
    primary key (centre, customer, position),
    foreign key (centre, customer) references customer on delete cascade
);

-- A PIN is an HMAC under a key that lies outside the database; `key_id` tells a lost key from a wrong PIN.
create table pin (
    centre integer not null,
    customer integer not null,
    mac bytea not null,
    key_id bytea not null,
    attempts integer not null default 0,
    primary key (centre, customer),
    foreign key (centre, customer) references customer on delete cascade
);
