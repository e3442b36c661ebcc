-- Statements of callcenter/store/reports.py. $1 is the centre, $2 the starts of the intervals, in order, $3 the end
-- of the last one. Each groups records by the interval that they count in; 0 is the first.

-- name: visit_sums
-- Finished visits by the interval in which they entered. $4 to $6: queues with their limits; the usual ones are $7, $8.
select width_bucket(v.entered_at, $2::bigint[]) - 1 as interval, v.queue, v.exit,
    v.left_at - v.entered_at <= coalesce(l.threshold_ms, $7) as in_time,
    v.left_at - v.entered_at < coalesce(l.short_abandon_ms, $8) as short,
    count(*) as count, sum(v.left_at - v.entered_at)::bigint as wait_ms, max(v.left_at - v.entered_at) as longest_ms
from queue_visit v
left join unnest($4::text[], $5::bigint[], $6::bigint[]) as l(queue, threshold_ms, short_abandon_ms)
    on l.queue = v.queue
where v.centre = $1 and v.entered_at >= ($2::bigint[])[1] and v.entered_at < $3
group by 1, 2, 3, 4, 5;

-- name: contact_sums
-- Inbound contacts by the interval in which they began.
select width_bucket(i.started_at, $2::bigint[]) - 1 as interval, i.outcome, count(*) as count
from interaction i
where i.centre = $1 and i.started_at >= ($2::bigint[])[1] and i.started_at < $3 and i.direction = 'inbound'
group by 1, 2;

-- name: time_sums
-- What agents were, cut at the intervals and wherever they served other queues; the state that goes on counts up to
-- $4. Intervals that reach beyond the end are found agent by agent: all later ones would be many.
with spent as (
    select agent, from_at, to_at, presence, reason, routing from agent_interval
    where centre = $1 and to_at > ($2::bigint[])[1] and to_at <= $3
    union all
    select crossing.* from agent_now n
    cross join lateral (
        select a.agent, a.from_at, a.to_at, a.presence, a.reason, a.routing from agent_interval a
        where a.centre = n.centre and a.agent = n.agent and a.from_at < $3
        order by a.from_at desc limit 1
    ) crossing
    where n.centre = $1 and crossing.to_at > $3
    union all
    select agent, from_at, $4::bigint, presence, reason, routing from agent_now
    where centre = $1 and from_at < least($3, $4::bigint) and $4::bigint > ($2::bigint[])[1]
), served as (
    select agent, queues,
        case when row_number() over whose = 1 then 0 else from_at end as since, lead(from_at) over whose as until
    from agent_serves where centre = $1
    window whose as (partition by agent order by from_at)
), serving as (
    select spent.agent, presence, reason, routing, served.queues,
        greatest(from_at, coalesce(since, from_at)) as from_at, least(to_at, coalesce(until, to_at)) as to_at
    from spent left join served
        on served.agent = spent.agent and since < to_at and (until is null or until > from_at)
), cut as (
    select agent, presence, reason, routing, queues, b.n,
        least(to_at, $3, coalesce(($2::bigint[])[b.n + 1], $3)) - greatest(from_at, ($2::bigint[])[b.n]) as ms
    from serving
    cross join lateral generate_series(
        greatest(width_bucket(from_at, $2::bigint[]), 1), width_bucket(least(to_at, $3) - 1, $2::bigint[])
    ) as b(n)
)
select n - 1 as interval, agent, presence, reason, routing, sum(ms)::bigint as ms, queues
from cut where ms > 0 group by 1, 2, 3, 4, 5, queues;

-- name: work_sums
-- Engagements that are over, by the interval in which the visits that they answered entered.
select width_bucket(e.entered_at, $2::bigint[]) - 1 as interval, e.kind, e.queue, e.agent, count(*) as count,
    sum(e.closed_at - e.talk_at)::bigint as handle_ms, sum(e.hold_ms)::bigint as hold_ms,
    sum(e.closed_at - coalesce(e.wrap_up_at, e.closed_at))::bigint as wrap_up_ms,
    count(*) filter (where e.transferred) as transferred
from engagement e
where e.centre = $1 and e.entered_at >= ($2::bigint[])[1] and e.entered_at < $3 and e.closed_at is not null
group by 1, 2, 3, 4;

-- name: hold_sums
-- Callers on hold, cut at the intervals, by the agent who held them.
with cut as (
    select s.agent, b.n,
        least(s.to_at, $3, coalesce(($2::bigint[])[b.n + 1], $3)) - greatest(s.from_at, ($2::bigint[])[b.n]) as ms
    from segment s
    cross join lateral generate_series(
        greatest(width_bucket(s.from_at, $2::bigint[]), 1), width_bucket(least(s.to_at, $3) - 1, $2::bigint[])
    ) as b(n)
    where s.centre = $1 and s.kind in ('hold', 'consult') and s.agent is not null
    and s.to_at > ($2::bigint[])[1] and s.from_at < $3
)
select n - 1 as interval, agent, sum(ms)::bigint as ms from cut group by 1, 2;
