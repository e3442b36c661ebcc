-- Telephone control in the history: calls that we make, transfers, hold and consultation, pauses of recordings.

alter table interaction
    add column hold_ms bigint not null default 0,      -- of talk_ms: the caller was on hold
    add column transfers integer not null default 0,   -- blind or warm
    add column unrecorded text not null default '';    -- why there is no recording, or none from then on

alter table offer add column kind text not null default 'contact';

alter table engagement
    add column kind text not null default 'contact',   -- contact, consult, outbound, internal
    add column hold_ms bigint not null default 0,      -- how long the caller was on hold, consultations included
    add column transferred boolean not null default false; -- the agent sent the contact on

-- A stretch in which a recording stood still because somebody asked for it: no loss.
create table recording_pause (
    centre integer not null,
    recording bigint not null,
    pause integer not null,     -- counts within the contact
    contact bigint not null,
    from_at bigint not null,
    to_at bigint not null,
    reason text not null,       -- agent; notice: whom we called had not been told yet
    primary key (centre, recording, pause)
);
create index recording_pause_of_contact on recording_pause (centre, contact);
