"""Records of the history on their way into their tables, and back.

The rule: a batch holds the latest of what is written over and all of what is written once, and goes out as one
statement a table, in an order in which a later record completes an earlier one. Writing a batch twice leaves
the tables as writing it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from callcenter.history.records import (
    AgentInterval,
    AgentNow,
    AgentServes,
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
from callcenter.store.database import Connection
from callcenter.store.statements import statements

SQL = statements("history")

R = TypeVar("R", bound=Struct)

# Table by table; the columns of each statement are the record's fields in their order.
STATEMENTS: dict[type[Row], str] = {
    Interaction: SQL.put_interactions,
    Segment: SQL.put_segments,
    Offer: SQL.put_offers,
    Engagement: SQL.put_engagements,
    Coding: SQL.put_codings,
    QueueVisit: SQL.put_queue_visits,
    Recording: SQL.put_recordings,
    RecordingEnded: SQL.put_recording_ends,
    RecordingPause: SQL.put_recording_pauses,
    AgentNow: SQL.put_agents_now,
    AgentInterval: SQL.put_agent_intervals,
    AgentServes: SQL.put_agents_serve,
}

# Written over as the thing goes on: only the latest of a batch counts. The key is the first field.
_LATEST = {Interaction, Engagement, Coding, RecordingEnded, AgentNow}

# Positions of the fields that are JSON in their table.
_JSON: dict[type[Row], tuple[int, ...]] = {
    Interaction: tuple(
        Interaction.__struct_fields__.index(field) for field in ("path", "milestones", "entered")
    ),
    RecordingEnded: (RecordingEnded.__struct_fields__.index("gaps"),),
}

_ENCODE = msgspec.json.Encoder().encode


class Batch:
    """What is to be written next."""

    def __init__(self) -> None:
        self._rows: dict[type[Row], dict[object, Row]] = {kind: {} for kind in STATEMENTS}
        self._count = 0

    def __len__(self) -> int:
        """Records added, whether or not they will share a row."""
        return self._count

    def add(self, rows: Iterable[Row]) -> None:
        for row in rows:
            kind = type(row)
            self._count += 1
            if kind in _LATEST:
                number = getattr(row, kind.__struct_fields__[0])
                self._rows[kind][number] = row
                if kind is Engagement:  # holds what was coded before; the earlier coding must not come after
                    self._rows[Coding].pop(number, None)
            else:
                self._rows[kind][self._count] = row

    async def write(self, connection: Connection, centre: int) -> None:
        """One statement a table, within the caller's transaction."""
        for kind, statement in STATEMENTS.items():
            if rows := self._rows[kind]:
                await connection.execute(statement, centre, *columns_of(kind, rows.values()))


async def read_agents(connection: Connection, centre: int) -> list[AgentNow]:
    return _records(AgentNow, await connection.fetch(SQL.agents_now, centre))


async def read_figures(connection: Connection, centre: int, from_at: int, to_at: int) -> list[Row]:
    """Every record that the figures of a period are made of, the agents' present states included."""
    period = (centre, from_at, to_at)
    return [
        *_records(QueueVisit, await connection.fetch(SQL.visits_between, *period)),
        *_records(Engagement, await connection.fetch(SQL.engagements_between, *period)),
        *_records(AgentInterval, await connection.fetch(SQL.intervals_between, *period)),
        *await read_agents(connection, centre),
    ]


def columns_of(kind: type[Row], rows: Iterable[Row]) -> Sequence[Sequence[object]]:
    """The fields of these records, one after the other, as their table holds them."""
    columns: list[Sequence[object]] = list(zip(*map(astuple, rows), strict=True))
    for position in _JSON.get(kind, ()):
        columns[position] = [_ENCODE(value).decode() for value in columns[position]]
    return columns


def _records(kind: type[R], rows: Iterable[Any]) -> list[R]:
    """Rows whose columns are named like the fields of the record."""
    return [msgspec.convert(dict(row), kind) for row in rows]
