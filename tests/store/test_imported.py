"""Days that no journal tells of, in a real PostgreSQL: written once and whole, whoever dies when.

A rebuild leaves them alone, and reports find in them what is in them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from history.journals import Call, journal
from outside import until

from callcenter.history.grid import grid
from callcenter.history.interval_figures import fold_queues, total
from callcenter.history.records import (
    AgentInterval,
    Engagement,
    Interaction,
    Offer,
    QueueVisit,
    Recording,
    Row,
    Segment,
)
from callcenter.past.day import Bank, Lived
from callcenter.past.filling import fill
from callcenter.past.plan import days_of, plan_until
from callcenter.queue.service_level import Limits, QueueFigures, ServiceLevel, service_level
from callcenter.store.database import Database
from callcenter.store.history import rebuild
from callcenter.store.history_search import HistorySearch
from callcenter.store.imported import TABLES, ImportedHistory
from callcenter.store.journal import Journal, row_of
from callcenter.store.reports import Reports
from tests.past.days import NOON_TODAY, YESTERDAY, ZONE, Told, bank

CENTRE = 1
ROOT = Path(__file__).resolve().parents[2]
SUNDAY = date(2026, 11, 22)
PLAN = plan_until(NOON_TODAY - 4 * 86_400_000, ZONE, days=2, seed=4)
"""a weekend's days are short"""
ALL = (*TABLES.values(), "recording", "personal_value", "imported_day")
SECONDS_MAX = 60

Rows = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def shown() -> Bank:
    return bank()


@pytest.fixture(scope="module")
def yesterday(shown: Bank) -> Lived:
    return shown.live_through(YESTERDAY, 0)


async def tables(database: Database, centre: int = CENTRE) -> Rows:
    """Everything of a centre but its number."""
    found: Rows = {}
    for name in ALL:
        rows = await database.pool.fetch(f"select * from {name} where centre = $1", centre)
        found[name] = sorted((tuple(row.values())[1:] for row in rows), key=repr)
    return found


async def test_a_written_day_is_what_was_lived_through(database: Database, yesterday: Lived):
    imported = ImportedHistory(database, CENTRE)
    async with imported.writing() as writer:
        assert await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
    told = Told(yesterday.rows)
    for kind in (Segment, Offer, QueueVisit, AgentInterval):
        assert await _read(database, kind) == _ordered(told.of(kind))
    assert await _read(database, Interaction) == _ordered(told.interactions.values())
    coded = {work.engagement: work for work in await _read(database, Engagement)}
    assert {**coded}.keys() == told.engagements.keys()
    late = [work for work in coded.values() if work.coded_at and work.coded_at > (work.closed_at or 0)]
    assert late, "what was forgotten and coded later stands in the engagement"
    rows = await database.pool.fetch("select failed, length_ms from recording")
    assert len(rows) == len(list(told.of(Recording)))
    assert {tuple(row.values()) for row in rows} == {("no_longer_kept", None)}
    assert await imported.days() == {YESTERDAY: len(told.interactions)}


async def test_a_day_is_written_once(database: Database, yesterday: Lived):
    imported = ImportedHistory(database, CENTRE)
    async with imported.writing() as writer:
        assert await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
        before = await tables(database)
        assert not await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
    assert await tables(database) == before


class CutOff(Exception):
    """The power went."""


class ShortLived(Bank):
    """Lives through so many days and no more."""

    def __init__(self, other: Bank, days: int) -> None:
        self.__dict__.update(other.__dict__)
        self._left = days

    def live_through(self, day: date, after: int, until_at: int | None = None) -> Lived:
        if not self._left:
            raise CutOff
        self._left -= 1
        return super().live_through(day, after, until_at)


async def test_a_filling_that_was_cut_off_is_taken_up_and_ends_like_a_whole_one(
    database: Database, shown: Bank
):
    whole, pieces = ImportedHistory(database, 2), ImportedHistory(database, CENTRE)
    await whole.begin(PLAN)
    await fill(shown, whole, PLAN)
    assert await pieces.begin(PLAN) == PLAN
    await fill(shown, pieces, PLAN, only_today=True)
    assert (await pieces.days()).keys() == {SUNDAY}
    with pytest.raises(CutOff):
        await fill(ShortLived(shown, 1), pieces, PLAN)
    assert (await pieces.days()).keys() == {SUNDAY, SUNDAY - timedelta(days=1)}, "the newest first"
    filled = await fill(shown, pieces, PLAN)
    assert filled.days == 1
    assert (await pieces.days()).keys() == set(days_of(PLAN, ZONE))
    assert await tables(database) == await tables(database, 2)


async def test_two_fillings_at_once_write_each_day_once(database: Database, shown: Bank):
    imported = ImportedHistory(database, CENTRE)
    await imported.begin(PLAN)
    both = await asyncio.gather(*(fill(shown, imported, PLAN) for _ in range(2)))
    assert sum(filled.days for filled in both) == 3
    contacts = await database.pool.fetchval("select count(*) from interaction")
    assert contacts == sum((await imported.days()).values())


async def test_a_process_that_is_killed_leaves_whole_days_and_the_next_writes_the_others(
    database: Database, database_url: str, tmp_path: Path
):
    await ImportedHistory(database, CENTRE).begin(PLAN)
    first = await _filling(database_url, tmp_path)
    await until(lambda: database.pool.fetchval("select count(*) from imported_day"), SECONDS_MAX)
    first.send_signal(signal.SIGKILL)
    await first.wait()
    days = await ImportedHistory(database, CENTRE).days()
    assert 0 < len(days) < 3
    assert sum(days.values()) == await database.pool.fetchval("select count(*) from interaction")
    second = await _filling(database_url, tmp_path)
    assert await second.wait() == 0
    days = await ImportedHistory(database, CENTRE).days()
    assert len(days) == 3
    assert sum(days.values()) == await database.pool.fetchval("select count(*) from interaction")


async def _filling(url: str, folder: Path) -> asyncio.subprocess.Process:
    environment = {**os.environ, "DATABASE_URL": url, "CALLCENTER_DATA": str(folder / "data")}
    (folder / "data").mkdir(exist_ok=True)
    command = (sys.executable, "-m", "callcenter", "history", "past")
    return await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)


async def test_a_rebuild_forgets_only_what_the_journal_tells(database: Database, yesterday: Lived):
    log, imported = Journal(database, CENTRE), ImportedHistory(database, CENTRE)
    await imported.begin(PLAN)
    async with imported.writing() as writer:
        await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
    alone = await tables(database)
    call = Call(PLAN.contact + 1, NOON_TODAY + 60_000).queued().offered(1).answered().hung_up().wrapped_up()
    await log.commit([row_of(entry) for entry in journal(call)], call.values)
    await rebuild(database, CENTRE, progress=lambda _: None)
    with_call = await tables(database)
    assert len(with_call["interaction"]) == len(alone["interaction"]) + 1
    assert len(with_call["offer"]) == len(alone["offer"]) + 1
    await rebuild(database, CENTRE, progress=lambda _: None)
    assert await tables(database) == with_call
    await log.close()


async def test_figures_recomputed_from_the_records_are_those_of_the_report(
    database: Database, yesterday: Lived
):
    async with ImportedHistory(database, CENTRE).writing() as writer:
        await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
    limits = {"accounts": Limits(20_000, 5_000), "roadside": Limits(15_000, 5_000)}
    cut = grid(YESTERDAY, YESTERDAY, ZONE, "30")
    sums = await Reports(database, CENTRE).queues(cut, limits, NOON_TODAY)
    reported = fold_queues(sums.visits, sums.work)
    told = Told(yesterday.rows)
    for queue, its in limits.items():
        figures = QueueFigures()
        for visit in told.of(QueueVisit):
            if visit.queue == queue:
                figures.add_visits(visit.exit, visit.wait_ms, its)
        for work in told.engagements.values():
            if work.queue == queue:
                figures.add_handled(work.handle_ms)
        whole = total(one for (_, name), one in reported.items() if name == queue)
        assert {name: getattr(whole, name) for name in figures.__struct_fields__} == {
            name: getattr(figures, name) for name in figures.__struct_fields__
        }
        assert all(
            service_level(whole, formula) == service_level(figures, formula) for formula in ServiceLevel
        )


async def test_an_imported_call_is_found_by_its_number_and_loses_it_with_the_person(
    database: Database, yesterday: Lived
):
    async with ImportedHistory(database, CENTRE).writing() as writer:
        await writer.write(YESTERDAY, yesterday.rows, yesterday.values)
    told = Told(yesterday.rows)
    (hers,) = (one for one in told.interactions.values() if one.customer == 1)
    search = HistorySearch(database, CENTRE)
    story = await search.detail(hers.contact)
    assert story is not None
    assert (story.number, story.work[0].note[:9]) == ("+14155550101", "Promised:")
    before = {name: rows for name, rows in (await tables(database)).items() if name != "personal_value"}
    await database.pool.execute("delete from personal_value")
    story = await search.detail(hers.contact)
    assert story is not None
    assert (story.number, story.work[0].note) == (None, "")
    after = {name: rows for name, rows in (await tables(database)).items() if name != "personal_value"}
    assert after == before


async def _read(database: Database, kind: type[Any]) -> list[Any]:
    rows = await database.pool.fetch(f"select * from {TABLES[kind]} where centre = $1", CENTRE)
    return _ordered(msgspec.convert(_decoded(dict(row)), kind) for row in rows)


def _decoded(row: dict[str, Any]) -> dict[str, Any]:
    del row["centre"]
    for name in ("path", "milestones", "entered"):
        if name in row:
            row[name] = msgspec.json.decode(row[name])
    return row


def _ordered(rows: Any) -> list[Row]:
    return sorted(rows, key=repr)
