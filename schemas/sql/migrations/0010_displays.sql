-- Televisions sign in for months, people for a day: a session knows how long it lasts. Whoever is signed in now
-- signs in once more.
alter table person drop constraint person_role_check;
alter table person add constraint person_role_check check (role in ('agent', 'supervisor', 'admin', 'display'));

delete from session;
alter table session add column idle_ms bigint not null;  -- it ends so long after `seen_at`
alter table session add column ends_at bigint not null;  -- and then in any case
