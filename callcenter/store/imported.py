"""A history that no journal tells of: whole days of finished records, written beside those that are folded.

    imported = ImportedHistory(database, centre)
    plan = await imported.begin(Plan(...))          # the first one counts
    async with imported.writing() as writer:
        await writer.write(day, rows, values)       # False: that day is there

The rule: a day and the note that it is there are one transaction, so whoever is killed leaves whole days, and
whoever comes after writes the others; two at once write each day once. Numbers up to the plan's are nobody else's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import date

import msgspec
from msgspec import Struct
from msgspec.structs import astuple, replace

from callcenter.facts import Value
from callcenter.history.records import (
    AgentInterval,
    AgentNow,
    Coding,
    Engagement,
    Interaction,
    Offer,
    QueueVisit,
    Recording,
    RecordingEnded,
    RecordingPause,
    Row,
    Segment,
)
from callcenter.store.database import Connection, Database
from callcenter.store.history_rows import columns_of
from callcenter.store.statements import statements

SQL = statements("imported")

# In which table the records of a kind lie; its columns are named like their fields.
TABLES: dict[type[Row], str] = {
    Interaction: "interaction",
    Segment: "segment",
    Offer: "offer",
    Engagement: "engagement",
    QueueVisit: "queue_visit",
    RecordingPause: "recording_pause",
    AgentInterval: "agent_interval",
}
RECORDING_COLUMNS = ("recording", "contact", "engagement", "started_at", "length_ms", "gaps", "failed")


class Plan(Struct, frozen=True, kw_only=True):
    """What is imported: the days from `from_day` to where the journal begins, under numbers up to these."""

    seed: int
    from_day: date
    until_at: int
    """milliseconds since 1970; from here on the journal tells"""
    contact: int
    offer: int
    engagement: int
    recording: int


class ImportedHistory:
    """One centre's."""

    def __init__(self, database: Database, centre: int) -> None:
        self._database = database
        self._centre = centre

    async def plan(self) -> Plan | None:
        row = await self._database.pool.fetchrow(SQL.plan, self._centre)
        return None if row is None else msgspec.convert(dict(row), Plan)

    async def begin(self, plan: Plan) -> Plan:
        """The plan that holds from now on: this one, or the one that was there."""
        await self._database.pool.execute(SQL.begin_plan, self._centre, *astuple(plan))
        held = await self.plan()
        assert held is not None
        return held

    async def days(self) -> dict[date, int]:
        """The days that are written, with how many contacts each has."""
        rows = await self._database.pool.fetch(SQL.days, self._centre)
        return {row["day"]: row["contacts"] for row in rows}

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[Writer]:
        """On a connection of its own, without the time limit of what screens wait for."""
        connection = await self._database.connect("history import")
        try:
            yield Writer(connection, self._centre)
        finally:
            await connection.close()


class Writer:
    def __init__(self, connection: Connection, centre: int) -> None:
        self._connection = connection
        self._centre = centre

    async def write(self, day: date, rows: Iterable[Row], values: Sequence[Value]) -> bool:
        """False: that day is there."""
        return await _write(self._connection, self._centre, day, rows, values)

    async def analyze(self) -> None:
        """After much was written, so that the first searches are planned for it."""
        await self._connection.execute(SQL.analyze)


async def _write(
    connection: Connection, centre: int, day: date, rows: Iterable[Row], values: Sequence[Value]
) -> bool:
    finished = _Finished(rows)
    contacts = len(finished.latest[Interaction])
    async with connection.transaction():
        if await connection.fetchval(SQL.write_day, centre, day, contacts) is None:
            return False
        for kind, table in TABLES.items():
            if found := finished.of(kind):
                columns = ["centre", *kind.__struct_fields__]
                records = ((centre, *row) for row in zip(*columns_of(kind, found), strict=True))
                await connection.copy_records_to_table(table, records=records, columns=columns)
        if recordings := finished.recordings(centre):
            columns = ["centre", *RECORDING_COLUMNS]
            await connection.copy_records_to_table("recording", records=recordings, columns=columns)
        texts = [(centre, value.ref, value.kind, value.text) for value in values]
        columns = ["centre", "ref", "kind", "text"]
        await connection.copy_records_to_table("personal_value", records=texts, columns=columns)
    return True


class _Finished:
    """The last word on everything: what a fold wrote over as it went on is written once."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.latest: dict[type[Row], dict[int, Row]] = {Interaction: {}, Engagement: {}, RecordingEnded: {}}
        self._others: dict[type[Row], list[Row]] = {}
        for row in rows:
            match row:
                case Interaction(contact=number) | Engagement(engagement=number):
                    self.latest[type(row)][number] = row
                case RecordingEnded(recording=number):
                    self.latest[RecordingEnded][number] = row
                case Coding():
                    self._code(row)
                case AgentNow():
                    pass  # what an agent is now is for the journal to tell
                case _:
                    self._others.setdefault(type(row), []).append(row)

    def of(self, kind: type[Row]) -> list[Row]:
        return [*self.latest[kind].values()] if kind in self.latest else self._others.get(kind, [])

    def recordings(self, centre: int) -> list[tuple[object, ...]]:
        found = []
        for row in self._others.get(Recording, []):
            assert isinstance(row, Recording)
            ended = self.latest[RecordingEnded][row.recording]
            assert isinstance(ended, RecordingEnded)
            gaps = msgspec.json.encode(ended.gaps).decode()
            found.append((centre, *astuple(row), ended.length_ms, gaps, ended.failed))
        return found

    def _code(self, coding: Coding) -> None:
        done = self.latest[Engagement][coding.engagement]
        assert isinstance(done, Engagement)
        self.latest[Engagement][coding.engagement] = replace(
            done, disposition=coding.disposition, note=coding.note, coded_at=coding.coded_at
        )
