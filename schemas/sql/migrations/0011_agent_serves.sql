-- Which queues an agent served when: a report of last month counts by last month's assignment. What was before the
-- first row of an agent is counted by that one; `callcenter history rebuild` tells it from the journal.
create table agent_serves (
    centre integer not null,
    agent integer not null,
    from_at bigint not null,
    queues text not null,   -- names with commas between them
    primary key (centre, agent, from_at)
);
