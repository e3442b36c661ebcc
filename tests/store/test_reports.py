"""The sums that PostgreSQL makes are those of the records one by one, interval for interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from history.journals import journal, random_day
from history.records_of_days import QUEUES, records_of

from callcenter.history.fold import History
from callcenter.history.grid import Grid, grid
from callcenter.history.interval_figures import (
    AgentFigures,
    IntervalFigures,
    fold_agents,
    fold_queues,
    staffed_ms,
    total,
)
from callcenter.history.records import (
    AgentInterval,
    AgentNow,
    AgentServes,
    Engagement,
    Interaction,
    QueueVisit,
    Row,
    Segment,
    SegmentKind,
)
from callcenter.history.today import TodayFigures
from callcenter.lifecycles import EngagementKind, Outcome, Presence, Routing
from callcenter.queue.service_level import STAFFED, Limits
from callcenter.store.database import Database
from callcenter.store.history import rebuild
from callcenter.store.history_rows import Batch
from callcenter.store.journal import Journal, row_of
from callcenter.store.reports import Reports

ZONE = ZoneInfo("America/Los_Angeles")
CLOCKS_BACK = date(2026, 11, 1)
LIMITS = {"accounts": Limits(20_000, 5_000), "cards": Limits(4_999, 0)}
HOLDS = (SegmentKind.HOLD, SegmentKind.CONSULT)
GRIDS = [
    grid(CLOCKS_BACK, CLOCKS_BACK, ZONE, "30"),
    grid(date(2026, 10, 31), date(2026, 11, 2), ZONE, "day"),
    grid(date(2026, 3, 8), date(2026, 3, 8), ZONE, "15"),
]


def total_of_agents(figures: Iterable[AgentFigures]) -> AgentFigures:
    whole = AgentFigures()
    for one in figures:
        whole.add(one)
    return whole


async def written(database: Database, rows: list[Row]) -> Reports:
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)
        await batch.write(connection, 2)  # another centre's are none of ours
    return Reports(database, 1)


def queues_one_by_one(rows: list[Row], cut: Grid) -> dict[tuple[int, str], IntervalFigures]:
    figures: dict[tuple[int, str], IntervalFigures] = defaultdict(IntervalFigures)
    for row in rows:
        if isinstance(row, QueueVisit) and (index := cut.index(row.entered_at)) is not None:
            one = figures[index, row.queue]
            one.add_visits(row.exit, row.wait_ms, LIMITS.get(row.queue, Limits()))
            one.longest_ms = max(one.longest_ms, row.wait_ms)
        if not isinstance(row, Engagement) or row.closed_at is None or row.kind is not EngagementKind.CONTACT:
            continue
        if (index := cut.index(row.entered_at)) is not None and row.queue is not None:
            one = figures[index, row.queue]
            one.add_handled(row.handle_ms)
            wrap_up_ms = row.closed_at - row.wrap_up_at if row.wrap_up_at is not None else 0
            one.wrap_up_ms += wrap_up_ms
            one.hold_ms += row.hold_ms
            one.talk_ms += row.handle_ms - wrap_up_ms - row.hold_ms
            one.transferred += row.transferred
    return figures


def cut_up(from_at: int, to_at: int, cut: Grid) -> Counter[int]:
    """Interval → how much of this stretch lies in it."""
    found = Counter[int]()
    for index in range(len(cut)):
        start, end = cut.bounds(index)
        if (ms := min(to_at, end) - max(from_at, start)) > 0:
            found[index] = ms
    return found


def times_one_by_one(
    rows: list[Row], cut: Grid, now: int
) -> dict[tuple[int, int, Presence, str, Routing], int]:
    times: Counter[tuple[int, int, Presence, str, Routing]] = Counter()
    for row in rows:
        if isinstance(row, AgentInterval | AgentNow):
            to_at = row.to_at if isinstance(row, AgentInterval) else max(now, row.from_at)
            for index, ms in cut_up(row.from_at, to_at, cut).items():
                times[index, row.agent, row.presence, row.reason, row.routing] += ms
    return dict(times)


@pytest.mark.parametrize("cut", GRIDS, ids=["half hours", "days", "quarters"])
@pytest.mark.parametrize("seed", [1, 2])
async def test_queues_are_the_sum_of_their_visits_and_work(database: Database, cut: Grid, seed: int):
    rows = records_of(seed, cut.starts[0], cut.end)
    reports = await written(database, rows)
    sums = await reports.queues(cut, LIMITS, cut.end)
    places = fold_queues(sums.visits, sums.work)
    assert places == queues_one_by_one(rows, cut)
    assert len(places) > 3
    whole = total(places.values())
    assert whole.handle_ms == whole.talk_ms + whole.hold_ms + whole.wrap_up_ms
    assert min(whole.hold_ms, whole.talk_ms, whole.longest_ms) > 0


@pytest.mark.parametrize("cut", GRIDS, ids=["half hours", "days", "quarters"])
@pytest.mark.parametrize("past", [True, False], ids=["all of it is past", "it goes on"])
async def test_agents_times_are_cut_at_the_intervals(database: Database, cut: Grid, past: bool):
    rows = records_of(3, cut.starts[0], cut.end)
    now = cut.end + 4 * 3_600_000 if past else (cut.starts[0] + cut.end) // 2
    reports = await written(database, rows)
    sums = await reports.agents(cut, now)
    found = {(one.interval, one.agent, one.presence, one.reason, one.routing): one.ms for one in sums.times}
    expected = times_one_by_one(rows, cut, now)
    assert found == expected
    shifts = fold_agents(sums.times, sums.holds, sums.work)
    signed_in = sum(ms for (_, _, presence, *_), ms in expected.items() if presence is not Presence.OFFLINE)
    assert total_of_agents(shifts.values()).signed_in_ms == signed_in > 0


async def test_holds_are_cut_at_the_intervals_too(database: Database):
    cut = GRIDS[2]
    rows = records_of(4, cut.starts[0], cut.end)
    found = {
        (one.interval, one.agent): one.ms
        for one in (await (await written(database, rows)).agents(cut, cut.end)).holds
    }
    expected = Counter[tuple[int, int]]()
    for row in rows:
        if isinstance(row, Segment) and row.kind in HOLDS and row.agent is not None:
            for index, ms in cut_up(row.from_at, row.to_at, cut).items():
                expected[index, row.agent] += ms
    assert found == dict(expected)
    assert len(found) > 5


async def test_staffing_counts_every_agent_once_and_in_each_of_their_queues(database: Database):
    cut = GRIDS[0]
    rows = records_of(5, cut.starts[0], cut.end)
    sums = await (await written(database, rows)).day(cut, LIMITS, cut.end)
    staffed = staffed_ms(sums.times, {1: ("accounts", "cards"), 2: ("cards",)})
    times = times_one_by_one(rows, cut, cut.end)
    for index in range(len(cut)):
        by_agent = Counter[int]()
        for (at, agent, _, _, routing), ms in times.items():
            if at == index and routing in STAFFED:
                by_agent[agent] += ms
        assert staffed.get((index, None), 0) == by_agent.total()
        assert staffed.get((index, "accounts"), 0) == by_agent[1]
        assert staffed.get((index, "cards"), 0) == by_agent[1] + by_agent[2]


async def test_who_was_moved_counts_for_the_queues_that_were_served_just_then(database: Database):
    """A report of a day that is over says tomorrow what it says today."""
    cut = grid(date(2026, 11, 24), date(2026, 11, 24), ZONE, "day")
    begin, hour = cut.starts[0], 3_600_000
    rows: list[Row] = [
        AgentServes(1, begin + 2 * hour, "accounts"),  # what was before counts by the first that is known
        AgentServes(1, begin + 5 * hour, "cards,loans"),
        AgentServes(1, begin + 9 * hour, ""),
        AgentInterval(1, begin + hour, begin + 10 * hour, Presence.READY, "", Routing.IDLE),
        AgentInterval(2, begin + hour, begin + 2 * hour, Presence.READY, "", Routing.IDLE),
    ]
    batch = Batch()
    batch.add(rows)
    async with database.pool.acquire() as connection:
        await batch.write(connection, 1)
    sums = await Reports(database, 1).agents(cut, cut.end)
    staffed = staffed_ms(sums.times, {1: ("loans",), 2: ("cards",)})
    assert staffed == {
        (0, None): 10 * hour,
        (0, "accounts"): 4 * hour,
        (0, "cards"): 4 * hour + hour,  # nobody wrote down what agent 2 served
        (0, "loans"): 4 * hour,
    }


async def test_inbound_contacts_count_where_they_began(database: Database):
    cut = GRIDS[1]
    rows = records_of(6, cut.starts[0], cut.end)
    sums = await (await written(database, rows)).day(cut, LIMITS, cut.end)
    expected = Counter[tuple[int, Outcome | None]]()
    for row in rows:
        index = cut.index(row.started_at) if isinstance(row, Interaction) else None
        if isinstance(row, Interaction) and index is not None and row.direction == "inbound":
            expected[index, row.outcome] += 1
    assert {(one.interval, one.outcome): one.count for one in sums.contacts} == dict(expected)


async def test_a_days_report_is_what_its_tiles_said(database: Database):
    """The tile counts record by record as they come; the report sums what was written."""
    day = date(2026, 11, 24)
    cut = grid(day, day, ZONE, "30")
    rows = records_of(7, cut.starts[0], cut.end)
    today = TodayFigures(ZONE, cut.starts[0], LIMITS)
    for row in rows:
        today.add(row)
    sums = await (await written(database, rows)).queues(cut, LIMITS, cut.end)
    places = fold_queues(sums.visits, sums.work)
    for queue in QUEUES:
        report = total(figures for (_, name), figures in places.items() if name == queue)
        tile = today.queue(queue)
        assert report.answered > 0
        assert {name: getattr(report, name) for name in tile.__struct_fields__} == {
            name: getattr(tile, name) for name in tile.__struct_fields__
        }


async def test_an_agents_work_is_told_by_its_kind(database: Database):
    cut = GRIDS[1]
    rows = records_of(8, cut.starts[0], cut.end)
    sums = await (await written(database, rows)).agents(cut, cut.end)
    whole = total_of_agents(fold_agents(sums.times, sums.holds, sums.work).values())
    done = [
        row
        for row in rows
        if isinstance(row, Engagement) and row.closed_at is not None and cut.index(row.entered_at) is not None
    ]
    kinds = Counter(row.kind for row in done)
    assert (whole.handled, whole.consulted, whole.dialled) == (
        kinds[EngagementKind.CONTACT],
        kinds[EngagementKind.CONSULT],
        kinds[EngagementKind.OUTBOUND],
    )
    had = [row for row in done if row.kind is EngagementKind.CONTACT]
    assert whole.handle_ms == sum(row.handle_ms for row in had)
    assert whole.transferred == sum(row.transferred for row in had) > 0


async def test_a_day_that_was_lived_through_reports_what_its_tiles_counted(database: Database):
    """From the journal: the tile hears each record once as it is folded, the report sums the tables."""
    zone, day = ZoneInfo("UTC"), date(2026, 11, 23)
    cut = grid(day, day, zone, "15")
    entries = journal(*random_day(21, calls=150))
    today, history = TodayFigures(zone, cut.starts[0], LIMITS), History()
    for entry in entries:
        if entry.at < cut.end:
            today.hear(entry.at, history.fold(entry))
    log = Journal(database, 1)
    await log.commit([row_of(entry) for entry in entries if entry.at < cut.end], [])
    await log.close()
    await rebuild(database, 1, progress=lambda _: None)
    reports = Reports(database, 1)
    sums = await reports.queues(cut, LIMITS, cut.end)
    places = fold_queues(sums.visits, sums.work)
    for queue in ("care", "sales"):
        report = total(figures for (_, name), figures in places.items() if name == queue)
        tile = today.queue(queue)
        assert report.answered > 0
        assert [getattr(report, name) for name in tile.__struct_fields__] == [
            getattr(tile, name) for name in tile.__struct_fields__
        ]
    shifts = fold_agents(sums.times, [], [])
    for agent in range(1, 6):
        spent = total_of_agents(one for (_, number), one in shifts.items() if number == agent)
        assert spent.occupancy() == today.occupancy(agent, cut.end)
        assert spent.on_contact_ms == today.times_ms(agent, cut.end)[Routing.ON_CONTACT] > 0


def test_totals_add_whatever_they_add():
    one = AgentFigures(idle_ms=3, on_contact_ms=5, hold_ms=2, breaks_ms={"Lunch": 4}, handled=1)
    two = AgentFigures(idle_ms=1, wrap_up_ms=6, breaks_ms={"Lunch": 1, "": 2})
    whole = total_of_agents([one, two])
    assert (whole.signed_in_ms, whole.talk_ms, whole.breaks_ms) == (22, 3, {"Lunch": 5, "": 2})
    assert whole.occupancy() == 100 * 11 / 15
    assert (one.breaks_ms, two.breaks_ms) == ({"Lunch": 4}, {"Lunch": 1, "": 2})
