"""A journal's tables without a server: the statements of `journal.sql`, answered from memory.

The rule: only what stands on the `Disk` survives. The journal above it is the one that runs in production, with
its doubts, its second tries and its fencing; what PostgreSQL would say, this says, and what happens to a commit is
up to its `Weather`.

    disk = Disk()
    journal = Journal(MemoryDatabase(disk, weather), centre=1)     # one for each process's life
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import asyncpg
from msgspec import Struct, field

from callcenter.facts import DECISIONS_DECODER, INPUT_DECODER, Entry, Ref
from callcenter.store.journal import NO_ROW
from callcenter.store.statements import statements

SQL = statements("journal")

Record = dict[str, Any]
Taken = asyncpg.UniqueViolationError
"""a number or a source of an entry is"""


class Weather(Protocol):
    """What becomes of what is asked of the database: it may wait, raise OSError, or never end."""

    async def commit(self, write: Callable[[], None]) -> None:
        """It may raise before `write` or after it."""
        ...

    async def answer(self) -> None:
        """A question, or anything that is no commit of entries."""
        ...


class FairWeather:
    async def commit(self, write: Callable[[], None]) -> None:
        write()

    async def answer(self) -> None:
        """At once."""


class Disk(Struct):
    """What survives the process: the rows, by sequence number from 1 on."""

    rows: list[Record] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)
    values: dict[Ref, str] = field(default_factory=dict)
    snapshots: dict[int, Record] = field(default_factory=dict)
    """by their entry"""
    alive: Record | None = None
    """the last beat"""

    def entries(self, after: int = 0) -> list[Entry]:
        """As any reader of the journal decodes them."""
        return [_entry(row) for row in self.rows[after:]]


class MemoryDatabase:
    """Stands where `Journal` expects a `Database`: `pool`, and `connect` to a connection for commits."""

    def __init__(self, disk: Disk, weather: Weather | None = None) -> None:
        self.pool = self
        self._disk = disk
        self._weather = weather or FairWeather()
        self._answers: dict[str, Callable[..., Any]] = {
            SQL.last: self._last,
            SQL.beat: self._beat,
            SQL.alive_at: lambda _: disk.alive,
            SQL.source_of: self._source_of,
            SQL.entries: lambda _, after, through: disk.rows[after:through],
            SQL.recent_sources: lambda _, after: disk.rows[after:],
            SQL.known_sources: lambda _, sources: [{"source": one} for one in sources if one in disk.sources],
            SQL.at_of: lambda _, seq: disk.rows[seq - 1]["at"] if seq <= len(disk.rows) else None,
            SQL.snapshot: self._snapshot,
            SQL.keep_snapshot: self._keep_snapshot,
            SQL.prune_snapshots: self._prune_snapshots,
            SQL.forget_snapshots_after: self._forget_snapshots,
            SQL.forget_beats_after: self._forget_beats,
            SQL.values_of: lambda _, refs: [
                {"ref": ref, "text": disk.values[ref]} for ref in refs if ref in disk.values
            ],
        }

    async def connect(self, purpose: str) -> MemoryConnection:
        return MemoryConnection(self)

    async def fetch(self, statement: str, *args: object) -> Any:
        await self._weather.answer()
        return self._answers[statement](*args)

    fetchrow = fetchval = execute = fetch

    async def append(self, statement: str, *args: Any) -> None:
        _, seqs, ats, sources, inputs, decisions, *values = args
        rows = [
            {"seq": seq, "at": at, "source": source, "input": input, "decisions": decided}
            for seq, at, source, input, decided in zip(seqs, ats, sources, inputs, decisions, strict=True)
        ]
        refs, _, texts = values if statement == SQL.append_with_values else ((), (), ())
        await self._weather.commit(lambda: self._write(rows, dict(zip(refs, texts, strict=True))))

    def _write(self, rows: Sequence[Record], values: dict[Ref, str]) -> None:
        disk = self._disk
        if rows[0]["seq"] <= len(disk.rows):
            raise _unique_violation("journal_pkey")
        sources = {row["source"] for row in rows}
        if len(sources) < len(rows) or not disk.sources.isdisjoint(sources):
            raise _unique_violation("journal_source")
        if rows[0]["seq"] != len(disk.rows) + 1:
            raise AssertionError(f"a gap in the journal before entry {rows[0]['seq']}")
        disk.rows += rows
        disk.sources |= sources
        for ref, text in values.items():
            disk.values.setdefault(ref, text)

    def _last(self, _: int) -> Record | None:
        return self._disk.rows[-1] if self._disk.rows else None

    def _beat(self, _: int, at: int, seq: int) -> str:
        before = self._disk.alive or {"at": 0, "seq": 0}
        if seq < before["seq"]:
            return NO_ROW
        self._disk.alive = {"at": at if seq > before["seq"] else max(at, before["at"]), "seq": seq}
        return "INSERT 0 1"

    def _source_of(self, _: int, seq: int) -> str | None:
        return self._disk.rows[seq - 1]["source"] if seq <= len(self._disk.rows) else None

    def _snapshot(self, _: int, through: int, format: int) -> Record | None:
        kept = [
            one for one in self._disk.snapshots.values() if one["seq"] <= through and one["format"] == format
        ]
        return max(kept, key=lambda one: one["seq"], default=None)

    def _keep_snapshot(self, _: int, seq: int, at: int, format: int, state: bytes) -> None:
        self._disk.snapshots.setdefault(seq, {"seq": seq, "format": format, "state": state})

    def _prune_snapshots(self, _: int, kept: int) -> None:
        for seq in sorted(self._disk.snapshots)[:-kept]:
            del self._disk.snapshots[seq]

    def _forget_snapshots(self, _: int, seq: int) -> None:
        self._disk.snapshots = {one: its for one, its in self._disk.snapshots.items() if one <= seq}

    def _forget_beats(self, _: int, seq: int) -> None:
        if self._disk.alive is not None and self._disk.alive["seq"] > seq:
            self._disk.alive = {**self._disk.alive, "seq": seq}


class MemoryConnection:
    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database
        self._closed = False

    def is_closed(self) -> bool:
        return self._closed

    async def execute(self, statement: str, *args: object, timeout: float | None = None) -> None:
        await self._database.append(statement, *args)

    async def fetchval(self, statement: str, *args: object, timeout: float | None = None) -> Any:
        return await self._database.fetch(statement, *args)

    def terminate(self) -> None:
        self._closed = True

    async def close(self) -> None:
        self._closed = True


def _entry(row: Record) -> Entry:
    return Entry(
        row["seq"],
        row["at"],
        row["source"],
        INPUT_DECODER.decode(row["input"]),
        DECISIONS_DECODER.decode(row["decisions"]),
    )


def _unique_violation(constraint: str) -> asyncpg.UniqueViolationError:
    error = asyncpg.UniqueViolationError(f'duplicate key value violates unique constraint "{constraint}"')
    error.constraint_name = constraint
    return error
