-- The audit: what people did with power over others or over records, in a chain that shows every tampering.
-- Times are integer milliseconds since 1970 UTC. Nobody is named but by login and number.

create table audit (
    centre integer not null,
    n bigint not null check (n > 0),    -- dense: what is missing was taken out
    at bigint not null,
    actor text not null,                -- login of who did it; '': the centre by itself
    action text not null,
    refused text not null,              -- '': done; else why not, a text key
    agent integer,                      -- whom
    contact bigint,                     -- which contact
    detail text not null,               -- JSON, [[name, value], …]
    source text not null,               -- journal:SEQ:INDEX, or of the request that was answered
    hash bytea not null,                -- SHA-256 over the hash before and everything in this row
    primary key (centre, n),
    constraint audit_source unique (centre, source)
);
create index audit_by_time on audit (centre, at, n);
create index audit_by_actor on audit (centre, actor, at, n);
create index audit_by_contact on audit (centre, contact) where contact is not null;

-- Where the chain ends, how far it follows the journal, and what the fold has to know there.
create table audit_head (
    centre integer primary key,
    n bigint not null,
    hash bytea not null,
    journal_seq bigint not null,
    memory text not null                -- JSON
);

-- The first fence. Whoever gets past it (as the owner of the database can) breaks the chain.
create function audit_is_kept() returns trigger language plpgsql as $$
begin
    raise exception 'the audit is written once: nothing in it is changed or taken out';
end $$;
create trigger audit_row_is_kept before update or delete on audit for each row execute function audit_is_kept();
create trigger audit_is_kept before truncate on audit for each statement execute function audit_is_kept();
