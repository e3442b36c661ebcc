-- Statements of callcenter/store/people.py. $1 is the centre.

-- name: put_person
-- Make a person what the set-up says. The initial password counts only for somebody who has none.
-- Tells whether anything changed that open sessions must not survive.
with old as (
    select role, agent, business_lines, active from person where centre = $1 and login = $2
)
insert into person (centre, login, name, role, agent, password, business_lines)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (centre, login) do update set
    name = excluded.name, role = excluded.role, agent = excluded.agent,
    password = coalesce(person.password, excluded.password),
    business_lines = excluded.business_lines, active = true
returning (
    select (old.role, old.agent, old.business_lines, old.active)
        is distinct from (person.role, person.agent, person.business_lines, person.active)
    from old
) as changed;

-- name: logins_with_password
-- Who has a password already and needs no initial one.
select login from person where centre = $1 and login = any($2) and password is not null;

-- name: retire_others
-- People who are not in the set-up any more can't sign in; their names stay for the history.
update person set active = false where centre = $1 and active and login <> all($2) returning login;

-- name: set_password
-- Replace a password.
update person set password = $3 where centre = $1 and login = $2 returning login;

-- name: person
-- One person, to compare a password with.
select login, name, role, agent, business_lines, password from person
where centre = $1 and login = $2 and active;

-- name: agent_names
-- The names of all agents there ever were.
select agent, name from person where centre = $1 and agent is not null;

-- name: agent_lines
-- The agents who are confined to business lines, and to which.
select agent, business_lines from person
where centre = $1 and agent is not null and active and cardinality(business_lines) > 0;

-- name: names
-- What people are called, of those who have left as well.
select login, name from person where centre = $1;

-- name: open_session
-- A session begins at sign-in, always under a new token.
insert into session (token_hash, centre, login, created_at, seen_at, idle_ms, ends_at)
values ($2, $1, $3, $4, $4, $5, $6);

-- name: session
-- Who holds this token, if the session is neither idle nor too old at $3.
select p.login, p.name, p.role, p.agent, p.business_lines, s.seen_at
from session s join person p using (centre, login)
where s.centre = $1 and s.token_hash = $2 and s.seen_at + s.idle_ms > $3 and s.ends_at > $3 and p.active;

-- name: touch_sessions
-- These sessions were used just now ($3), unless they are over; the live ones come back.
update session set seen_at = $3
where centre = $1 and token_hash = any($2) and seen_at + idle_ms > $3 and ends_at > $3
returning token_hash;

-- name: live_sessions
-- Which of these sessions still live at $3.
select token_hash from session
where centre = $1 and token_hash = any($2) and seen_at + idle_ms > $3 and ends_at > $3;

-- name: close_session
-- Sign out.
delete from session where centre = $1 and token_hash = $2;

-- name: close_sessions_of
-- Whoever these people are, they sign in anew.
delete from session where centre = $1 and login = any($2);

-- name: forget_old_sessions
-- Housekeeping: sessions that can't be used any more at $2.
delete from session where centre = $1 and (seen_at + idle_ms <= $2 or ends_at <= $2);

-- name: count_attempt
-- Count a sign-in as failed before it is tried; no row comes back while this key is blocked. Old failures are
-- forgiven. $3 now, $4 forgiven before, $5 free failures, $6 longest wait in milliseconds.
insert into sign_in_attempt as a (centre, key, failures, last_at, blocked_until) values ($1, $2, 1, $3, 0)
on conflict (centre, key) do update set
    failures = case when a.last_at < $4 then 1 else a.failures + 1 end,
    last_at = $3,
    blocked_until = case
        when a.last_at < $4 or a.failures + 1 < $5 then 0
        else $3 + least($6::bigint, 1000 * (1::bigint << least(a.failures + 1 - $5, 30)))
    end
where a.blocked_until <= $3
returning a.failures;

-- name: blocked_until
-- When the first try is possible again.
select coalesce(max(blocked_until), 0) from sign_in_attempt where centre = $1 and key = any($2);

-- name: forgive
-- The password was right: no failures of this login are left.
delete from sign_in_attempt where centre = $1 and key = any($2);

-- name: uncount_attempt
-- The password was right: this try was no failure of its address; others' failures stay.
update sign_in_attempt set failures = greatest(failures - 1, 0), blocked_until = 0 where centre = $1 and key = $2;

-- name: remember_known
-- This person has signed in from this address.
insert into sign_in_known (centre, key, last_at) values ($1, $2, $3)
on conflict (centre, key) do update set last_at = excluded.last_at;

-- name: is_known
-- Whether this person has signed in from this address lately ($3).
select exists (select from sign_in_known where centre = $1 and key = $2 and last_at > $3);

-- name: forget_old_attempts
-- Housekeeping: failures that are forgiven, and addresses not used for long.
with gone as (delete from sign_in_attempt where centre = $1 and last_at < $2)
delete from sign_in_known where centre = $1 and last_at < $3;
