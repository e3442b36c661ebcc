-- Statements of callcenter/store/history.py, history_rows.py and history_search.py. $1 is the centre.

-- name: checkpoint
-- How far the history has been written.
select through_seq, through_at, open_since_seq from history_checkpoint where centre = $1;

-- name: begin_checkpoint
-- Before the first entry.
insert into history_checkpoint (centre, through_seq, through_at, open_since_seq) values ($1, 0, 0, 1)
on conflict do nothing;

-- name: move_checkpoint
-- From $2 to $3; no row: another writer moved it. Already at $3 is our own commit whose reply was lost.
update history_checkpoint set through_seq = $3, through_at = $4, open_since_seq = $5
where centre = $1 and through_seq in ($2, $3)
returning through_seq;

-- name: put_interactions
-- Contacts as they are now. A line that was told stays: of a contact that was open when a release came that tells
-- lines, the facts before it don't.
insert into interaction
select $1, r.contact, r.channel, r.direction, r.provider, r.business_line, r.ani, r.dnis, r.tree, r.tree_version,
    r.started_at, r.ended_at, r.outcome, r.customer, r.grade, r.language, r.verified, r.path::jsonb,
    r.milestones::jsonb, r.entered::jsonb, r.queue, r.agent, r.ivr_ms, r.wait_ms, r.talk_ms, r.down_ms,
    r.quarantined, r.hold_ms, r.transfers, r.unrecorded
from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::integer[], $11::bigint[], $12::bigint[], $13::text[], $14::bigint[], $15::text[], $16::text[],
    $17::boolean[], $18::text[], $19::text[], $20::text[], $21::text[], $22::integer[], $23::bigint[],
    $24::bigint[], $25::bigint[], $26::bigint[], $27::text[], $28::bigint[], $29::integer[], $30::text[])
    as r(contact, channel, direction, provider, business_line, ani, dnis, tree, tree_version, started_at,
    ended_at, outcome, customer, grade, language, verified, path, milestones, entered, queue, agent, ivr_ms,
    wait_ms, talk_ms, down_ms, quarantined, hold_ms, transfers, unrecorded)
on conflict (centre, contact) do update set
    business_line = coalesce(nullif(excluded.business_line, ''), interaction.business_line),
    ended_at = excluded.ended_at, outcome = excluded.outcome,
    customer = excluded.customer, grade = excluded.grade, language = excluded.language,
    verified = excluded.verified, path = excluded.path, milestones = excluded.milestones,
    entered = excluded.entered, queue = excluded.queue, agent = excluded.agent, ivr_ms = excluded.ivr_ms, wait_ms = excluded.wait_ms, talk_ms = excluded.talk_ms,
    down_ms = excluded.down_ms, quarantined = excluded.quarantined, hold_ms = excluded.hold_ms,
    transfers = excluded.transfers, unrecorded = excluded.unrecorded;

-- name: put_segments
-- Finished stretches; the same again changes nothing.
insert into segment (centre, contact, n, kind, from_at, to_at, queue, agent, engagement, result)
select $1, r.* from unnest($2::bigint[], $3::integer[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
    $8::integer[], $9::bigint[], $10::text[]) as r
on conflict do nothing;

-- name: put_offers
-- Closed offers.
insert into offer (centre, offer, contact, agent, queue, made_at, closed_at, result, rule, step, runner_up, kind)
select $1, r.* from unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[],
    $8::text[], $9::text[], $10::integer[], $11::integer[], $12::text[]) as r
on conflict do nothing;

-- name: put_engagements
-- Agents' work as it is now.
insert into engagement (centre, engagement, contact, agent, queue, entered_at, talk_at, wrap_up_at, closed_at,
    disposition, note, coded_at, kind, hold_ms, transferred)
select $1, r.* from unnest($2::bigint[], $3::bigint[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[],
    $8::bigint[], $9::bigint[], $10::text[], $11::text[], $12::bigint[], $13::text[], $14::bigint[],
    $15::boolean[]) as r
on conflict (centre, engagement) do update set
    kind = excluded.kind, hold_ms = excluded.hold_ms, transferred = excluded.transferred,
    wrap_up_at = excluded.wrap_up_at, closed_at = excluded.closed_at, disposition = excluded.disposition,
    note = excluded.note, coded_at = excluded.coded_at;

-- name: put_codings
-- Disposition and note of engagements that are there.
update engagement e set disposition = r.disposition, note = r.note, coded_at = r.coded_at
from unnest($2::bigint[], $3::text[], $4::text[], $5::bigint[]) as r(engagement, disposition, note, coded_at)
where e.centre = $1 and e.engagement = r.engagement;

-- name: put_queue_visits
-- Finished visits.
insert into queue_visit (centre, contact, n, queue, entered_at, left_at, exit, agent, down_ms, step)
select $1, r.* from unnest($2::bigint[], $3::integer[], $4::text[], $5::bigint[], $6::bigint[], $7::text[],
    $8::integer[], $9::bigint[], $10::integer[]) as r
on conflict do nothing;

-- name: put_recordings
-- Recordings that began.
insert into recording (centre, recording, contact, engagement, started_at)
select $1, r.* from unnest($2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[]) as r
on conflict do nothing;

-- name: put_recording_ends
-- And how they ended.
update recording t set length_ms = r.length_ms, gaps = r.gaps::jsonb, failed = r.failed
from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[]) as r(recording, length_ms, gaps, failed)
where t.centre = $1 and t.recording = r.recording;

-- name: put_recording_pauses
-- Stretches in which a recording stood still.
insert into recording_pause (centre, recording, pause, contact, from_at, to_at, reason)
select $1, r.* from unnest($2::bigint[], $3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::text[]) as r
on conflict do nothing;

-- name: put_agents_now
-- What agents are.
insert into agent_now (centre, agent, presence, reason, routing, from_at)
select $1, r.* from unnest($2::integer[], $3::text[], $4::text[], $5::text[], $6::bigint[]) as r
on conflict (centre, agent) do update set
    presence = excluded.presence, reason = excluded.reason, routing = excluded.routing,
    from_at = excluded.from_at;

-- name: put_agent_intervals
-- What agents were.
insert into agent_interval (centre, agent, from_at, to_at, presence, reason, routing)
select $1, r.* from unnest($2::integer[], $3::bigint[], $4::bigint[], $5::text[], $6::text[], $7::text[]) as r
on conflict do nothing;

-- name: put_agents_serve
-- Which queues agents serve from then on; of several changes in one moment the last.
insert into agent_serves (centre, agent, from_at, queues)
select distinct on (r.agent, r.from_at) $1, r.agent, r.from_at, r.queues
from unnest($2::integer[], $3::bigint[], $4::text[]) with ordinality as r(agent, from_at, queues, n)
order by r.agent, r.from_at, r.n desc
on conflict (centre, agent, from_at) do update set queues = excluded.queues;

-- name: lock_checkpoint
-- A projector at work waits at its next checkpoint, and finds it moved.
select through_seq from history_checkpoint where centre = $1 for update;

-- name: forget_all
-- Everything of a centre that its journal tells, before it is folded again. What was imported stays.
with kept as (
    select coalesce(max(contact), 0) as contact, coalesce(max(offer), 0) as offer,
        coalesce(max(engagement), 0) as engagement, coalesce(max(recording), 0) as recording,
        coalesce(max(until_at), 0) as until_at
    from imported_history where centre = $1
),
    a as (delete from interaction t using kept k where t.centre = $1 and t.contact > k.contact),
    b as (delete from segment t using kept k where t.centre = $1 and t.contact > k.contact),
    c as (delete from offer t using kept k where t.centre = $1 and t.offer > k.offer),
    d as (delete from engagement t using kept k where t.centre = $1 and t.engagement > k.engagement),
    e as (delete from queue_visit t using kept k where t.centre = $1 and t.contact > k.contact),
    f as (delete from recording t using kept k where t.centre = $1 and t.recording > k.recording),
    p as (delete from recording_pause t using kept k where t.centre = $1 and t.recording > k.recording),
    g as (delete from agent_interval t using kept k where t.centre = $1 and t.from_at >= k.until_at),
    s as (delete from agent_serves where centre = $1),
    h as (delete from agent_now where centre = $1)
update history_checkpoint set through_seq = 0, through_at = 0, open_since_seq = 1 where centre = $1;

-- name: agents_now
-- The state of every agent, for a fold that goes on.
select agent, presence, reason, routing, from_at from agent_now where centre = $1;

-- name: visits_between
-- Visits that entered in a period.
select contact, n, queue, entered_at, left_at, exit, agent, down_ms, step from queue_visit
where centre = $1 and entered_at >= $2 and entered_at < $3;

-- name: engagements_between
-- Finished work on visits that entered in a period.
select engagement, contact, agent, queue, entered_at, talk_at, wrap_up_at, closed_at, disposition, note, coded_at,
    kind, hold_ms, transferred
from engagement where centre = $1 and entered_at >= $2 and entered_at < $3 and closed_at is not null;

-- name: intervals_between
-- Agents' intervals that lie in a period, or in part.
select agent, from_at, to_at, presence, reason, routing from agent_interval
where centre = $1 and to_at > $2 and from_at < $3;

-- name: search
-- Interactions: conditions, an order and `search_rest` follow. What stands beside them is looked up for one page only.
select i.contact, i.channel, i.direction, i.business_line, i.started_at, i.ended_at, i.outcome, i.customer, i.grade,
    i.language, i.verified, i.queue, i.agent, i.ivr_ms, i.wait_ms, i.talk_ms, i.hold_ms, i.transfers,
    number.text as number, e.disposition, e.wrap_ms,
    exists (select from recording r where r.centre = i.centre and r.contact = i.contact and r.failed = ''
        and r.length_ms is not null) as recorded
from (select i.* from interaction i where i.centre = $1;

-- name: search_rest
-- The end of every search but its order. $2 is how many.
limit $2) i
left join personal_value number on number.centre = i.centre and number.ref = i.ani
left join lateral (
    select (array_agg(e.disposition order by e.engagement desc))[1] as disposition,
        sum(e.closed_at - e.wrap_up_at)::bigint as wrap_ms
    from engagement e where e.centre = i.centre and e.contact = i.contact
) e on true;

-- name: search_count
-- How many interactions these are, at most $2; conditions follow.
select count(*) from (select from interaction i where i.centre = $1;

-- name: search_count_end
-- The end of every count.
limit $2) found;

-- name: search_key_started
-- What a list is in the order of.
i.started_at;

-- name: search_key_wait
-- What a list is in the order of.
i.wait_ms;

-- name: search_key_talk
-- What a list is in the order of.
i.talk_ms;

-- name: search_order_down
-- The largest first.
order by $key desc, i.contact desc;

-- name: search_order_up
-- The smallest first.
order by $key, i.contact;

-- name: search_after_down
-- Condition: the page after this one.
($key, i.contact) < ($value::bigint, $contact::bigint);

-- name: search_after_up
-- Condition: the page after this one.
($key, i.contact) > ($value::bigint, $contact::bigint);

-- name: search_contact
-- Condition: this one.
i.contact = $value::bigint;

-- name: search_number
-- Condition: the customer's number, E.164.
i.ani = any (array(
    select ref from personal_value where centre = $1 and kind = 'ani' and text = $value::text
));

-- name: search_ending
-- Condition: the customer's number ends in these digits, given backwards and with a % behind them.
i.ani = any (array(
    select ref from personal_value where centre = $1 and kind = 'ani' and reverse(text) like $value::text
));

-- name: search_customers
-- Condition: one of these.
i.customer = any ($value::bigint[]);

-- name: search_agent
-- Condition: this agent worked on it, first or last.
exists (
    select from engagement w where w.centre = i.centre and w.contact = i.contact and w.agent = $value::integer
);

-- name: search_queue
-- Condition: the last queue.
i.queue = $value::text;

-- name: search_outcome
-- Condition.
i.outcome = $value::text;

-- name: search_live
-- Condition: it goes on, or is over.
(i.outcome is null) = $value::boolean;

-- name: search_direction
-- Condition: who called.
i.direction = $value::text;

-- name: search_language
-- Condition: the one that was spoken.
i.language = $value::text;

-- name: search_lines
-- Condition: of one of these business lines, or of none.
(i.business_line = '' or i.business_line = any ($value::text[]));

-- name: search_disposition
-- Condition: somebody's work on it was about this.
exists (
    select from engagement w
    where w.centre = i.centre and w.contact = i.contact and w.disposition = $value::text
);

-- name: search_uncoded
-- Condition: somebody's work on it is over and not coded, or none is. Who advised a colleague and never spoke with
-- the customer has nothing to code.
exists (
    select from engagement w
    where w.centre = i.centre and w.contact = i.contact and w.closed_at is not null and w.disposition = ''
        and (w.kind in ('contact', 'outbound') or w.wrap_up_at is not null)
) = $value::boolean;

-- name: search_note
-- Condition: somebody's note has this text in it, whatever its case.
exists (
    select from engagement w join personal_value v on v.centre = w.centre and v.ref = w.note
    where w.centre = i.centre and w.contact = i.contact and strpos(lower(v.text), lower($value::text)) > 0
);

-- name: search_recorded
-- Condition: there is something to be heard, or there isn't.
exists (
    select from recording r
    where r.centre = i.centre and r.contact = i.contact and r.failed = '' and r.length_ms is not null
) = $value::boolean;

-- name: search_min_wait_ms
-- Condition: waited so long or longer.
i.wait_ms >= $value::bigint;

-- name: search_min_talk_ms
-- Condition: talked so long or longer.
i.talk_ms >= $value::bigint;

-- name: search_from_at
-- Condition: begun then or later.
i.started_at >= $value::bigint;

-- name: search_to_at
-- Condition: begun before.
i.started_at < $value::bigint;

-- name: interaction
-- One contact with what its references stand for; an erased value is missing.
select i.*, (
    select text from personal_value v where v.centre = i.centre and v.ref = i.ani
) as number, (
    select coalesce(jsonb_object_agg(v.ref, v.text), '{}') from personal_value v
    where v.centre = i.centre
    and v.ref in (select pair ->> 1 from jsonb_array_elements(i.entered) as pair)
) as texts
from interaction i where i.centre = $1 and i.contact = $2;

-- name: segments_of
-- In the order of time.
select contact, n, kind, from_at, to_at, queue, agent, engagement, result from segment
where centre = $1 and contact = $2 order by from_at, n;

-- name: offers_of
-- In the order of time.
select offer, contact, agent, queue, made_at, closed_at, result, rule, step, runner_up, kind from offer
where centre = $1 and contact = $2 order by offer;

-- name: offer
-- Whose it was, and when.
select contact, agent, made_at, closed_at, result from offer where centre = $1 and offer = $2;

-- name: visits_of
-- In the order of time.
select contact, n, queue, entered_at, left_at, exit, agent, down_ms, step from queue_visit
where centre = $1 and contact = $2 order by n;

-- name: engagements_of
-- With the notes; an erased one is empty.
select e.engagement, e.contact, e.agent, e.queue, e.talk_at, e.wrap_up_at, e.closed_at, e.disposition,
    coalesce(v.text, '') as note, e.coded_at, e.kind, e.hold_ms, e.transferred
from engagement e left join personal_value v on v.centre = e.centre and v.ref = e.note
where e.centre = $1 and e.contact = $2 order by e.engagement;

-- name: pauses_of
-- In the order of time.
select recording, pause, contact, from_at, to_at, reason from recording_pause
where centre = $1 and contact = $2 order by recording, pause;

-- name: recordings_of
-- In the order of time.
select recording, contact, engagement, started_at, length_ms, gaps::text as gaps, failed from recording
where centre = $1 and contact = $2 order by recording;

-- name: whose
-- Of which line interactions are, and who worked on them.
select i.contact, i.business_line, array(
    select w.agent from engagement w where w.centre = i.centre and w.contact = i.contact
) as agents
from interaction i where i.centre = $1 and i.contact = any ($2::bigint[]);

-- name: recent_contacts
-- A customer's finished contacts, the newest first, each with the last disposition and note.
select i.contact, i.started_at, i.queue, i.agent, i.outcome,
    coalesce(e.disposition, '') as disposition, coalesce(v.text, '') as note
from interaction i
left join lateral (
    select disposition, note from engagement e
    where e.centre = i.centre and e.contact = i.contact order by e.engagement desc limit 1
) e on true
left join personal_value v on v.centre = i.centre and v.ref = e.note
where i.centre = $1 and i.customer = $2 and i.ended_at is not null
order by i.started_at desc, i.contact desc limit $3;
