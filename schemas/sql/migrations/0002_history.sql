-- The contact history: a cache folded from the journal, which can be emptied and folded again at any time.
--
-- Keys carry the centre. Times are integer milliseconds since 1970 UTC. People are references: ani, note and
-- the values in `entered` name rows of personal_value; erasing those leaves every row and figure here as it is.

-- How far the fold has been written, in the transaction of its rows. A fold that is to go on starts at the
-- entry of the earliest contact that was still open, with the agents as they are in agent_now.
create table history_checkpoint (
    centre integer primary key,
    through_seq bigint not null,
    through_at bigint not null,
    open_since_seq bigint not null
);

-- One contact, from its first ring (ended_at, outcome: null while it lives) to its outcome.
create table interaction (
    centre integer not null,
    contact bigint not null,
    channel text not null,
    direction text not null,
    provider text not null,
    business_line text not null,
    ani text,                   -- null: withheld
    dnis text not null,
    tree text not null,
    tree_version integer not null,
    started_at bigint not null,
    ended_at bigint,
    outcome text,
    customer bigint,
    grade text not null,
    language text not null,
    verified boolean not null,
    path jsonb not null,        -- [[IVR node, exit], …] in order
    milestones jsonb not null,  -- [name, …]
    entered jsonb not null,     -- [[name, reference], …]
    queue text,                 -- the last one
    agent integer,              -- the last one who talked; all of them stand in engagement
    ivr_ms bigint not null,
    wait_ms bigint not null,    -- in queues, ringing included
    talk_ms bigint not null,
    down_ms bigint not null,    -- how much of it the centre itself was down
    quarantined text not null,  -- why, if our code failed on this contact
    primary key (centre, contact)
);
create index interaction_by_time on interaction (centre, started_at, contact);
create index interaction_by_queue on interaction (centre, queue, started_at, contact) where queue is not null;
create index interaction_by_customer on interaction (centre, customer, started_at, contact)
    where customer is not null;
create index interaction_by_outcome on interaction (centre, outcome, started_at, contact);
create index interaction_by_ani on interaction (centre, ani) where ani is not null;

-- A finished stretch of a contact: ivr, wait, offer (a desk rings), talk; end to end. And wrap_up, the agent's.
create table segment (
    centre integer not null,
    contact bigint not null,
    n integer not null,         -- in the order in which they ended
    kind text not null,
    from_at bigint not null,
    to_at bigint not null,
    queue text,
    agent integer,
    engagement bigint,
    result text not null,       -- how the offer closed; the outcome, where the contact ended
    primary key (centre, contact, n)
);

-- A closed offer: why this agent (rule, relaxation step), who would have been next, and what came of it.
create table offer (
    centre integer not null,
    offer bigint not null,
    contact bigint not null,
    agent integer not null,
    queue text,
    made_at bigint not null,
    closed_at bigint not null,
    result text not null,
    rule text not null,
    step integer not null,
    runner_up integer,
    primary key (centre, offer)
);
create index offer_of_contact on offer (centre, contact);

-- The work of one agent on one contact: talk, then wrap-up until closed_at. Closed without a disposition: it
-- is on the agent's to-do list until it is coded.
create table engagement (
    centre integer not null,
    engagement bigint not null,
    contact bigint not null,
    agent integer not null,
    queue text,
    entered_at bigint not null, -- when the visit that it answered began: the interval in which it counts
    talk_at bigint not null,
    wrap_up_at bigint,
    closed_at bigint,
    disposition text not null,
    note text,
    coded_at bigint,            -- when disposition or note were last saved
    primary key (centre, engagement)
);
create index engagement_of_contact on engagement (centre, contact);
create index engagement_of_agent on engagement (centre, agent, contact);
create index engagement_by_time on engagement (centre, entered_at);
create index engagement_not_coded on engagement (centre, agent) where closed_at is not null and disposition = '';

-- One finished stay in a queue, ringing included. left_at - entered_at is the wait of every service level.
create table queue_visit (
    centre integer not null,
    contact bigint not null,
    n integer not null,
    queue text not null,
    entered_at bigint not null, -- the interval in which it counts
    left_at bigint not null,
    exit text not null,         -- answered, abandoned, overflowed, closed; lost: our fault, never an abandon
    agent integer,              -- who answered
    down_ms bigint not null,
    primary key (centre, contact, n)
);
create index queue_visit_by_time on queue_visit (centre, entered_at);

-- A recording that began; length_ms is null while it goes on, and for one that failed, which says why.
create table recording (
    centre integer not null,
    recording bigint not null,
    contact bigint not null,
    engagement bigint,
    started_at bigint not null,
    length_ms bigint,
    gaps jsonb not null default '[]',   -- [[from, to], …] in ms since its start, where nothing was recorded
    failed text not null default '',
    primary key (centre, recording)
);
create index recording_of_contact on recording (centre, contact);
create index recording_by_time on recording (centre, started_at);

-- What an agent was, from one change to the next: presence is chosen, routing is the system's.
create table agent_interval (
    centre integer not null,
    agent integer not null,
    from_at bigint not null,
    to_at bigint not null,
    presence text not null,
    reason text not null,
    routing text not null,
    primary key (centre, agent, from_at)
);
create index agent_interval_by_time on agent_interval (centre, to_at);

-- What every agent is since from_at: the intervals that go on.
create table agent_now (
    centre integer not null,
    agent integer not null,
    presence text not null,
    reason text not null,
    routing text not null,
    from_at bigint not null,
    primary key (centre, agent)
);
