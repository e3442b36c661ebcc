"""At the end of a seeded day the wallboard equals the history, to the last digit.

A day with every misfortune is lived through by the core (`callcenter/simulate`). Its journal goes into a real
PostgreSQL; the projector writes the history from it and feeds the day's figures, from which the publisher draws
what a wallboard reads. Then every figure on it, and every figure of `/api/day`, is counted anew from the history's
tables with plain SQL and integers, by nothing of the code that drew them.
"""

from __future__ import annotations

import asyncio
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.followers import Figures
from callcenter.queue.service_level import Limits
from callcenter.screens.book import Book
from callcenter.screens.publisher import Publisher
from callcenter.screens.wire import AgentRow, QueueRow
from callcenter.simulate.centres import BASE
from callcenter.simulate.random_day import run_day
from callcenter.simulate.world import Options
from callcenter.state import Live, State
from callcenter.store.database import Database
from callcenter.store.history import Projector
from callcenter.store.journal import Journal, row_of
from tests.screens.days import Everybody
from tests.screens.test_equation import Screen
from tests.web.conftest import Browser, Centre

DAY_MS = 86_400_000
MINUTE_MS = 60_000
SECONDS = 900
CHUNK = 50


class Names(Everybody):
    def lines_of(self, agent: int) -> frozenset[str]:
        return frozenset()

    def agent_name(self, agent: int) -> str:
        return f"agent{agent}"


class Floor:
    """What the service wires: the state, the projector with the day's figures, the publisher, and one wallboard."""

    def __init__(self, database: Database, journal: Journal, begin_at: int) -> None:
        self.live = Live(State(1))
        self.figures = Figures(ZoneInfo(BASE.time_zone), begin_at)
        self.projector = Projector(database, journal, 1, self.figures)
        self.publisher = Publisher(self.live, 0, Book(Names()), self.figures)
        self.figures.changed = self.publisher.figures_changed
        self.screen = Screen()
        for topic in ("queues", "agents"):
            self.publisher.subscribe(self.screen, topic)  # type: ignore[arg-type]

    def hear(self, entries: list[f.Entry]) -> None:
        for entry in entries:
            apply_entry(self.live, entry)
            self.publisher.observe((entry.input, *entry.decisions), entry.seq)
            if isinstance(entry.input, f.CentreApplied):
                self.figures.set_limits(limits_of(entry.input.setup))
        self.publisher.durable(entries[-1].seq)
        self.projector.feed(entries)

    def rows(self, topic: str) -> dict[str, Any]:
        self.publisher.draw_marked()
        return dict(self.screen.rows[topic])


def limits_of(setup: f.CentreSetup) -> dict[str, Limits]:
    return {
        queue.name: Limits(queue.threshold_seconds * 1000, queue.short_abandon_seconds * 1000)
        for queue in setup.queues
    }


async def lived_through(seed: int, database: Database) -> tuple[Floor, int]:
    """The floor at the end of that day, and when that is."""
    entries = (await asyncio.to_thread(run_day, seed, Options(seconds=SECONDS))).entries
    journal = Journal(database, 1)
    floor = Floor(database, journal, entries[0].at)
    await floor.projector.start()
    async with asyncio.TaskGroup() as group:
        following = group.create_task(floor.projector.run(), name="history")
        for start in range(0, len(entries), CHUNK):
            chunk = entries[start : start + CHUNK]
            await journal.commit([row_of(entry) for entry in chunk], [])
            floor.hear(chunk)
            await asyncio.sleep(0)  # the projector's turn, in the middle of the day
        await floor.projector.drain()
        following.cancel()
    await floor.projector.close()
    await journal.close()
    return floor, entries[-1].at


VISITS = """
select count(*) as entered,
    count(*) filter (where exit = 'answered') as answered,
    count(*) filter (where exit = 'answered' and left_at - entered_at <= $3) as in_time,
    count(*) filter (where exit = 'abandoned') as abandoned,
    count(*) filter (where exit = 'abandoned' and left_at - entered_at < $4) as short,
    coalesce(sum(left_at - entered_at) filter (where exit = 'answered'), 0)::bigint as answer_ms,
    coalesce(max(left_at - entered_at), 0) as longest_ms
from queue_visit where queue = $1 and ($2::bigint is null or entered_at / $5 = $2)
"""


async def visits(
    connection: asyncpg.Connection, queue: f.QueueSetup, interval: int | None = None, step_ms: int = DAY_MS
) -> Any:
    """What the tables say of a queue, of the whole day or of one interval since midnight."""
    limits = queue.threshold_seconds * 1000, queue.short_abandon_seconds * 1000
    return await connection.fetchrow(VISITS, queue.name, interval, *limits, step_ms)


def level(in_time: int, answered: int, abandoned: int, short: int) -> float | None:
    counted = answered + abandoned - short
    return 100 * in_time / counted if counted else None


@pytest.mark.parametrize("seed", [6, 19, 20])
async def test_the_wallboard_equals_the_history_at_the_end_of_the_day(seed: int, database: Database):
    floor, _ = await lived_through(seed, database)
    tiles, lines = floor.rows("queues"), floor.rows("agents")
    assert set(tiles) == {queue.name for queue in BASE.queues}
    async with database.pool.acquire() as connection:
        for queue in BASE.queues:
            tile, told = tiles[queue.name], await visits(connection, queue)
            assert isinstance(tile, QueueRow)
            assert (tile.waiting, tile.longest_since_at, tile.talking) == (0, None, 0)
            shown = (
                tile.entered,
                tile.answered,
                tile.answered_in_threshold,
                tile.abandoned,
                tile.short_abandoned,
            )
            assert shown == tuple(
                told[name] for name in ("entered", "answered", "in_time", "abandoned", "short")
            )
            assert tile.average_answer_ms == told["answer_ms"] // told["answered"]
            assert tile.service_level == level(
                told["in_time"], told["answered"], told["abandoned"], told["short"]
            )
            assert told["answered"] > 3
            assert told["abandoned"] > 0
        handled = dict(
            await connection.fetch(
                "select agent, count(*) from engagement where kind = 'contact' and closed_at is not null group by 1"
            )
        )
    assert sum(handled.values()) > 20
    for agent in BASE.agents:
        line = lines[str(agent.agent)]
        assert isinstance(line, AgentRow)
        assert line.handled == handled.get(agent.agent, 0)


@pytest.mark.parametrize("seed", [19, 25])
async def test_the_day_in_intervals_equals_the_history(
    seed: int, database: Database, browser: Browser, centre: Centre
):
    floor, now = await lived_through(seed, database)
    centre.fakes.setup, centre.fakes.now = BASE, lambda: now
    await browser.sign_in("sam")
    step_ms = 15 * MINUTE_MS
    async with database.pool.acquire() as connection:
        for queue in BASE.queues:
            day: Any = await browser.json(f"/api/day?step=15&queue={queue.name}")
            assert len(day["intervals"]) == now // step_ms + 1
            for number, interval in enumerate(day["intervals"]):
                told = await visits(connection, queue, number, step_ms)
                assert_equal(interval, told)
            assert_equal(day["total"], await visits(connection, queue))
        whole: Any = await browser.json("/api/day?step=15")
        staffed = await staffed_ms(connection, now)
    tiles = floor.rows("queues").values()
    for name in ("entered", "answered", "abandoned", "short_abandoned"):
        assert whole["total"][name] == sum(getattr(tile, name) for tile in tiles)
    assert whole["total"]["answered_in_threshold"] == sum(tile.answered_in_threshold for tile in tiles)
    assert whole["total"]["staffed_ms"] == staffed > 0
    assert sum(interval["staffed_ms"] for interval in whole["intervals"]) == staffed


def assert_equal(interval: dict[str, Any], told: Any) -> None:
    for name, column in (
        ("entered", "entered"),
        ("answered", "answered"),
        ("answered_in_threshold", "in_time"),
        ("abandoned", "abandoned"),
        ("short_abandoned", "short"),
        ("longest_wait_ms", "longest_ms"),
    ):
        assert interval[name] == told[column], name
    average = told["answer_ms"] // told["answered"] if told["answered"] else None
    assert interval["average_answer_ms"] == average
    counted = level(told["in_time"], told["answered"], told["abandoned"], told["short"])
    assert interval["service_level"] == counted


async def staffed_ms(connection: asyncpg.Connection, now: int) -> int:
    """Agents' time at work, from the intervals that are over and those that go on."""
    spent = await connection.fetchval(
        """select coalesce(sum(to_at - from_at), 0)::bigint from agent_interval
        where routing in ('idle', 'offered', 'on_contact', 'wrap_up')"""
    )
    going_on = await connection.fetchval(
        """select coalesce(sum($1 - from_at), 0)::bigint from agent_now
        where routing in ('idle', 'offered', 'on_contact', 'wrap_up')""",
        now,
    )
    return int(spent + going_on)
