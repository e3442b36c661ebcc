"""The history's tables against the fold, on a real PostgreSQL: written once, exactly, whatever happens."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from history.journals import HOUR, MONDAY, Call, journal, random_day, values_of

from callcenter.facts import Entry, Value
from callcenter.history.fold import History
from callcenter.history.records import AgentNow, Engagement, Interaction, Recording, RecordingEnded, Row
from callcenter.history.today import TodayFigures
from callcenter.store import history as projection
from callcenter.store.database import Connection, Database
from callcenter.store.history import Lag, Projector, rebuild
from callcenter.store.history_rows import STATEMENTS, read_figures
from callcenter.store.journal import Journal, row_of

CENTRE = 1
ZONE = ZoneInfo("Europe/Berlin")
TABLES = (
    "interaction",
    "segment",
    "offer",
    "engagement",
    "queue_visit",
    "recording",
    "agent_interval",
    "agent_now",
    "history_checkpoint",
)


@pytest.fixture
async def log(database: Database) -> AsyncIterator[Journal]:
    opened = Journal(database, CENTRE)
    yield opened
    await opened.close()


async def append(log: Journal, entries: list[Entry], values: list[Value] | None = None) -> None:
    await log.commit([row_of(entry) for entry in entries], values or [])


@contextlib.asynccontextmanager
async def projecting(
    database: Database, log: Journal, today: TodayFigures | None = None
) -> AsyncIterator[Projector]:
    """A projector at work; it ends like a killed one, without draining."""
    projector = Projector(database, log, CENTRE, today)
    await projector.start()
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(projector.run(), name="history")
            yield projector
            task.cancel()
    finally:
        await projector.close()


async def tables(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    return {
        name: sorted(
            (tuple(row.values()) for row in await database.pool.fetch(f"select * from {name}")), key=repr
        )
        for name in TABLES
    }


def folded(entries: list[Entry]) -> list[Row]:
    history = History()
    return [row for entry in entries for row in history.fold(entry)]


async def test_what_is_fed_stands_in_the_tables(database: Database, log: Journal):
    entries = journal(*random_day(1))
    await append(log, entries)
    async with projecting(database, log) as projector:
        projector.feed(entries)
        assert projector.lag.entries == len(entries)
        await projector.drain()
        assert projector.lag == Lag(0, 0)
    rows = folded(entries)
    once = {Interaction: "contact", Engagement: "engagement", AgentNow: "agent"}
    names = {Interaction: "interaction", Engagement: "engagement", AgentNow: "agent_now"}
    for kind in STATEMENTS:
        expected = [row for row in rows if type(row) is kind]
        if kind in once:
            table, key = names[kind], once[kind]
            latest = {getattr(row, key) for row in expected}
            assert await database.pool.fetchval(f"select count(*) from {table}") == len(latest)
    ended = await database.pool.fetch(
        "select recording from recording where length_ms = 60000 and gaps = '[[5, 9]]'"
    )
    assert {row["recording"] for row in ended} == {
        row.recording for row in rows if type(row) is RecordingEnded
    }
    assert await database.pool.fetchval("select count(*) from recording") == len(
        [row for row in rows if type(row) is Recording]
    )
    assert await database.pool.fetchval("select count(*) from interaction where outcome is null") == 0


async def test_a_projector_killed_at_any_moment_goes_on_exactly(database: Database, log: Journal):
    entries = journal(*random_day(2))
    await append(log, entries[:150])
    async with projecting(database, log) as projector:
        await projector.drain()
    await append(log, entries[150:300])
    async with projecting(database, log) as projector:
        projector.feed(entries[150:300])
        await asyncio.sleep(0)  # folded perhaps, not written
    await append(log, entries[300:])
    async with projecting(database, log) as projector:
        await projector.drain()
    pieces = await tables(database)
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == pieces


async def test_a_feed_that_overflows_is_read_from_the_journal(
    database: Database, log: Journal, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(projection, "BUFFER_ENTRIES_MAX", 50)
    entries = journal(*random_day(3))
    await append(log, entries)
    async with projecting(database, log) as projector:
        for start in range(0, len(entries), 30):
            projector.feed(entries[start : start + 30])
        await projector.drain()
    assert await database.pool.fetchval("select count(*) from interaction") == 60


async def test_the_database_may_go_away_while_writing(database: Database, log: Journal):
    entries = journal(*random_day(4))
    await append(log, entries[:200])
    async with projecting(database, log) as projector:
        await projector.drain()
        await append(log, entries[200:])
        projector.feed(entries[200:])
        await database.pool.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'callcenter/history'"
            " and datname = current_database()"
        )
        await projector.drain()
    written = await tables(database)
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == written


class ReplyLost(Projector):
    """Its first commit is made and its reply is lost."""

    lost = False

    async def _connected(self) -> Connection:
        connection = await super()._connected()
        return connection if self.lost else _LosesReply(self, connection)


class _LosesReply:
    def __init__(self, projector: ReplyLost, connection: Connection) -> None:
        self._projector = projector
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    @contextlib.asynccontextmanager
    async def transaction(self, **options: Any) -> AsyncIterator[None]:
        async with self._connection.transaction(**options):
            yield
        if not options:  # the one that writes
            self._projector.lost = True
            raise ConnectionResetError


async def test_a_commit_whose_reply_is_lost_has_one_effect(database: Database, log: Journal):
    entries = journal(*random_day(12))
    await append(log, entries)
    projector = ReplyLost(database, log, CENTRE)
    await projector.start()
    with pytest.raises(ConnectionResetError):
        await projector.catch_up(progress=lambda _: None)
    assert projector.lag.entries > 0
    await projector.catch_up(progress=lambda _: None)
    await projector.close()
    written = await tables(database)
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == written


async def test_an_open_contact_is_found_and_completed_after_a_restart(database: Database, log: Journal):
    call = Call(5, MONDAY + 9 * HOUR).identified(3).queued().offered(1).answered().hung_up().wrapped_up()
    entries = journal(call)
    await append(log, entries[:4])
    async with projecting(database, log) as projector:
        await projector.drain()
    live = await database.pool.fetchrow("select * from interaction")
    assert (live["contact"], live["customer"], live["queue"], live["outcome"]) == (5, 3, "care", None)
    await append(log, entries[4:])
    async with projecting(database, log) as projector:
        await projector.drain()
    story = await database.pool.fetchrow("select * from interaction")
    assert (story["outcome"], story["ivr_ms"], story["wait_ms"], story["talk_ms"]) == (
        "answered",
        3_005,
        3_000,
        60_000,
    )


async def test_what_was_coded_last_counts_also_within_one_batch(database: Database, log: Journal):
    call = Call(1, MONDAY + HOUR).queued().offered(1).answered().hung_up().coded("complaint", 1_000)
    await append(log, journal(call.wrapped_up("solved")))
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await database.pool.fetchval("select disposition from engagement") == "solved"


async def test_a_killed_owners_last_commit_that_comes_late_is_noticed(database: Database, log: Journal):
    entries = journal(*random_day(5))
    await append(log, entries)
    today = TodayFigures(ZONE, MONDAY + 9 * HOUR)
    late = Projector(database, log, CENTRE, today)
    await late.start()
    async with projecting(database, log) as killed:
        await killed.drain()
    task = asyncio.create_task(late.run(), name="late")
    more = journal(*random_day(5), Call(99, MONDAY + 40 * HOUR).queued())[-2:]
    await append(log, more)
    late.feed(more)
    await late.drain()
    task.cancel()
    await late.close()
    today.roll(more[-1].at)
    assert await from_tables(database, more[-1].at) == figures(today, more[-1].at)
    assert await database.pool.fetchval("select through_seq from history_checkpoint") == more[-1].seq
    written = await tables(database)
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == written


async def test_a_rebuild_beside_a_projector_at_work_ends_with_the_same_history(
    database: Database, log: Journal
):
    entries = journal(*random_day(6))
    await append(log, entries[:300])
    async with projecting(database, log) as projector:
        await projector.drain()
        await rebuild(database, CENTRE, progress=lambda _: None)
        await append(log, entries[300:])
        projector.feed(entries[300:])
        await projector.drain()
    written = await tables(database)
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == written


@pytest.mark.parametrize("seed", range(4))
async def test_the_live_figures_equal_the_tables_to_the_last_digit(
    database: Database, log: Journal, seed: int
):
    end_at = MONDAY + (20 if seed % 2 else 30) * HOUR  # before midnight, and after
    day = journal(*random_day(seed, calls=120, start_at=MONDAY))
    entries = [entry for entry in day if entry.at < end_at]
    morning = [entry for entry in entries if entry.at < MONDAY + 8 * HOUR]
    today = TodayFigures(ZONE, MONDAY)
    await append(log, morning)
    async with projecting(database, log, today) as projector:
        await projector.drain()
    resumed = TodayFigures(ZONE, MONDAY + 8 * HOUR)  # a restart in the middle of the day
    rest = entries[len(morning) :]
    await append(log, rest)
    async with projecting(database, log, resumed) as projector:
        for start in range(0, len(rest), 7):
            projector.feed(rest[start : start + 7])
            await asyncio.sleep(0)
        await projector.drain()
    at = entries[-1].at
    resumed.roll(at)
    assert await from_tables(database, at) == figures(resumed, at), f"seed {seed}"


async def from_tables(database: Database, at: int) -> object:
    fresh = TodayFigures(ZONE, at)
    connection: Connection = await database.connect("test")
    for row in await read_figures(connection, CENTRE, fresh.from_at, fresh.to_at):
        fresh.add(row)
    await connection.close()
    return figures(fresh, at)


def figures(today: TodayFigures, at: int) -> object:
    queues = [today.queue(name) for name in ("care", "sales")]
    agents = [(today.handled_by(n), dict(today.times_ms(n, at)), today.occupancy(n, at)) for n in range(1, 6)]
    return queues, agents


async def test_erasing_personal_values_changes_no_row_of_the_history(database: Database, log: Journal):
    day = random_day(8)
    entries = journal(*day)
    await append(log, entries, values_of(day))
    await rebuild(database, CENTRE, progress=lambda _: None)
    before = await tables(database)
    await database.pool.execute("delete from personal_value")
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == before
