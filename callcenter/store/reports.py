"""What a period's figures are made of, summed up by interval where the records lie.

    sums = await reports.queues(grid, limits, now)
    places = fold_queues(sums.visits, sums.work)

The rule: PostgreSQL cuts and adds, which it does beside us and not in the time of the calls; every formula stays in
`history/interval_figures.py`. The sums of one report are of one moment, and run on the reports' connections, with
their time limit (TooBroad).
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct

from callcenter.history.grid import Grid
from callcenter.history.interval_figures import ContactSum, HoldSum, TimeSum, VisitSum, WorkSum
from callcenter.queue.service_level import Limits
from callcenter.store.database import Connection, Database
from callcenter.store.limits import within_time
from callcenter.store.statements import statements

SQL = statements("reports")

AT_ONCE_ROWS = 500
"""more are read beside the loop that calls wait for"""

R = TypeVar("R", bound=Struct)


class DaySums(Struct, frozen=True):
    visits: list[VisitSum]
    contacts: list[ContactSum]
    times: list[TimeSum]


class QueueSums(Struct, frozen=True):
    visits: list[VisitSum]
    contacts: list[ContactSum]
    times: list[TimeSum]
    work: list[WorkSum]


class AgentSums(Struct, frozen=True):
    times: list[TimeSum]
    holds: list[HoldSum]
    work: list[WorkSum]


class Reports:
    """The sums of one centre. `now`: up to when a state that goes on counts."""

    def __init__(self, database: Database, centre: int) -> None:
        self._pool = database.reports
        self._centre = centre

    async def day(self, grid: Grid, limits: Mapping[str, Limits], now: int) -> DaySums:
        """Without the work: what a wallboard draws, many times a minute."""
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            return DaySums(
                await self._visits(connection, grid, limits),
                await self._sums(connection, ContactSum, SQL.contact_sums, grid),
                await self._sums(connection, TimeSum, SQL.time_sums, grid, now),
            )

    async def queues(self, grid: Grid, limits: Mapping[str, Limits], now: int) -> QueueSums:
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            return QueueSums(
                await self._visits(connection, grid, limits),
                await self._sums(connection, ContactSum, SQL.contact_sums, grid),
                await self._sums(connection, TimeSum, SQL.time_sums, grid, now),
                await self._sums(connection, WorkSum, SQL.work_sums, grid),
            )

    async def agents(self, grid: Grid, now: int) -> AgentSums:
        async with self._pool.acquire() as connection, connection.transaction(isolation="repeatable_read"):
            return AgentSums(
                await self._sums(connection, TimeSum, SQL.time_sums, grid, now),
                await self._sums(connection, HoldSum, SQL.hold_sums, grid),
                await self._sums(connection, WorkSum, SQL.work_sums, grid),
            )

    async def _visits(
        self, connection: Connection, grid: Grid, limits: Mapping[str, Limits]
    ) -> list[VisitSum]:
        usual = Limits()
        return await self._sums(
            connection,
            VisitSum,
            SQL.visit_sums,
            grid,
            list(limits),
            [one.threshold_ms for one in limits.values()],
            [one.short_abandon_ms for one in limits.values()],
            usual.threshold_ms,
            usual.short_abandon_ms,
        )

    async def _sums(
        self, connection: Connection, kind: type[R], statement: str, grid: Grid, *more: Any
    ) -> list[R]:
        with within_time():
            rows = await connection.fetch(statement, self._centre, list(grid.starts), grid.end, *more)
        if len(rows) <= AT_ONCE_ROWS:
            return _records(kind, rows)
        return await asyncio.to_thread(_records, kind, rows)


def _records(kind: type[R], rows: Sequence[Any]) -> list[R]:
    return [msgspec.convert(dict(row), kind) for row in rows]
