-- Statements of callcenter/store/audit.py, audit_search.py and audit_check.py. $1 is the centre.

-- name: begin_head
-- The chain of a centre begins with nothing; $2 is what its first entry is bound to.
insert into audit_head (centre, n, hash, journal_seq, memory) values ($1, 0, $2, 0, '{}') on conflict do nothing;

-- name: head
-- Where the chain ends, and how far it follows the journal.
select n, hash, journal_seq, memory from audit_head where centre = $1;

-- name: lock_head
-- The same, for whoever appends next; all others wait.
select n, hash from audit_head where centre = $1 for update;

-- name: known_sources
-- Which of these deeds stand there already.
select source from audit where centre = $1 and source = any($2::text[]);

-- name: append
-- Deeds with their numbers and hashes.
insert into audit (centre, n, at, actor, action, refused, agent, contact, detail, source, hash)
select $1, r.* from unnest(
    $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::bigint[], $9::text[],
    $10::text[], $11::bytea[]
) as r;

-- name: move_head
-- The chain ends here now.
update audit_head set n = $2, hash = $3 where centre = $1;

-- name: move_journal
-- The journal has been followed so far; what the fold knew there.
update audit_head set journal_seq = $2, memory = $3 where centre = $1;

-- name: chain
-- The next entries after $2, in order, for whoever checks them.
select n, at, actor, action, refused, agent, contact, detail, source, hash from audit
where centre = $1 and n > $2 order by n limit $3;

-- name: at
-- One entry's hash.
select hash from audit where centre = $1 and n = $2;

-- name: search
-- The newest first; conditions and the order follow. $2 is how many. Of a contact: who had it just then.
select a.n, a.at, a.actor, a.action, a.refused, a.contact, a.detail, coalesce(a.agent, (
    select e.agent from engagement e
    where e.centre = a.centre and e.contact = a.contact and e.talk_at <= a.at
    order by e.talk_at desc limit 1
)) as agent
from audit a where a.centre = $1;

-- name: search_order
-- The end of every search.
order by a.n desc limit $2;

-- name: search_before
-- Condition: the page after this entry.
a.n < $value::bigint;

-- name: search_actor
-- Condition: done by this login.
a.actor = $value::text;

-- name: search_action
-- Condition.
a.action = $value::text;

-- name: search_contact
-- Condition.
a.contact = $value::bigint;

-- name: search_agent
-- Condition: done to this agent, or to a contact that this agent worked on.
(a.agent = $value::integer or exists (
    select from engagement w where w.centre = a.centre and w.contact = a.contact and w.agent = $value::integer
));

-- name: search_refused
-- Condition: refused, or done.
(a.refused <> '') = $value::boolean;

-- name: search_from
-- Condition: then or later.
a.at >= $value::bigint;

-- name: search_to
-- Condition: before.
a.at < $value::bigint;

-- name: actors
-- Whoever has ever done anything.
select distinct actor from audit where centre = $1 and actor <> '' order by actor;
