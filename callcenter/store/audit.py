"""The audit as it is written: deeds from the journal as it grows, accesses before they are granted.

    trail = AuditTrail(database, journal, centre, data / ANCHOR)
    await trail.start()                                         # the journal's deeds up to now
    group.create_task(trail.run(), name="audit")
    trail.feed(entries)                                         # after each commit; never waits
    await trail.note(deed)                                      # returns once it is durable

The rule: nothing is ever changed. Each entry carries the hash of the one before, so whoever edits, takes out or
moves one breaks the chain there; where it ends is written outside the database too (the anchor), so an end that was
cut off is missed. All appends pass one locked row, in the transaction that also says how far the journal was
followed; the same deed twice stands there once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from callcenter.facts import Entry
from callcenter.history.audit import AuditFold, Deed, Memory, beginning, chained
from callcenter.store.audit_anchor import Anchor
from callcenter.store.database import Connection, Database
from callcenter.store.journal import Journal
from callcenter.store.outage import OUTAGE
from callcenter.store.statements import statements

SQL = statements("audit")

SKIPPED_ENTRIES_MAX = 20_000
"""entries without a deed that a next start reads again at most, in some 0.3 s"""
READ_ENTRIES = 5_000
RETRY_SECONDS_MIN = 0.05
RETRY_SECONDS_MAX = 1.0

log = structlog.get_logger(__name__)

_ENCODER = msgspec.json.Encoder()


class AuditTrail:
    """One centre's audit."""

    def __init__(self, database: Database, journal: Journal, centre: int, anchor: Path) -> None:
        self._pool = database.pool
        self._journal = journal
        self._centre = centre
        self._anchor = Anchor(anchor)
        self._fold = AuditFold()
        self._folded_seq = self._written_seq = 0
        self._pending: list[Deed] = []
        self._due = asyncio.Event()
        self._written = asyncio.Event()

    async def start(self) -> None:
        """Take the audit up where it ends, and follow the journal to its own end."""
        await self._pool.execute(SQL.begin_head, self._centre, beginning(self._centre))
        head = await self._pool.fetchrow(SQL.head, self._centre)
        self._fold = AuditFold(msgspec.json.decode(head["memory"], type=Memory))
        self._folded_seq = self._written_seq = head["journal_seq"]
        await self._compare_anchor()
        through, _ = await self._journal.last()
        while self._folded_seq < through:
            until = min(through, self._folded_seq + READ_ENTRIES)
            self.feed([entry async for entry in self._journal.entries(self._folded_seq, until)])
            await self._write()

    def feed(self, entries: Sequence[Entry]) -> None:
        """These are committed, in the order of their numbers. Folding one costs some microseconds."""
        for entry in entries:
            if entry.seq > self._folded_seq:
                self._pending += self._fold.fold(entry)
                self._folded_seq = entry.seq
        if self._pending or self._folded_seq - self._written_seq > SKIPPED_ENTRIES_MAX:
            self._due.set()

    async def run(self) -> None:
        """Write what was fed until cancelled; an outage of the database is waited for."""
        delay = RETRY_SECONDS_MIN
        while True:
            await self._due.wait()
            self._due.clear()
            try:
                await self._write()
                delay = RETRY_SECONDS_MIN
            except OUTAGE as error:
                log.warning("audit.waiting_for_database", reason=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_SECONDS_MAX)
                self._due.set()

    async def drain(self) -> None:
        """Until every deed that was fed is written; `run` does it."""
        while self._pending:
            self._written.clear()
            await self._written.wait()

    async def note(self, deed: Deed) -> None:
        """One access, durable when this returns. Raises what the database raises: then it is not granted."""
        async with self._pool.acquire() as connection, connection.transaction():
            end = await self._append(connection, [deed])
        await self._anchor.move(*end)

    async def _write(self) -> None:
        """The deeds so far and how far that is, at once. After an outage the same again."""
        deeds, seq = [*self._pending], self._folded_seq
        memory = _ENCODER.encode(self._fold.memory).decode()
        async with self._pool.acquire() as connection, connection.transaction():
            end = await self._append(connection, deeds)
            await connection.execute(SQL.move_journal, self._centre, seq, memory)
        await self._anchor.move(*end)
        del self._pending[: len(deeds)]
        self._written_seq = seq
        self._written.set()

    async def _append(self, connection: Connection, deeds: Sequence[Deed]) -> tuple[int, bytes]:
        """Number and hash of the last entry then."""
        head = await connection.fetchrow(SQL.lock_head, self._centre)
        n, end = head["n"], head["hash"]
        sources = [deed.source for deed in deeds]
        known = {row["source"] for row in await connection.fetch(SQL.known_sources, self._centre, sources)}
        rows = []
        for deed in deeds:
            if deed.source not in known:
                n, end = n + 1, chained(end, n + 1, deed)
                rows.append((n, deed, end))
        if rows:
            await connection.execute(SQL.append, self._centre, *_columns(rows))
            await connection.execute(SQL.move_head, self._centre, n, end)
        return n, end

    async def _compare_anchor(self) -> None:
        """An end that was cut off while we were away is kept as a witness, and told."""
        anchored = self._anchor.read()
        if anchored is None or not anchored.n:
            return
        found = await self._pool.fetchval(SQL.at, self._centre, anchored.n)
        if found != anchored.hash:
            log.error(
                "audit.broken", entry=anchored.n, missing=found is None, remedy="callcenter audit verify"
            )
            self._anchor.keep()


def _columns(rows: Sequence[tuple[int, Deed, bytes]]) -> tuple[list[object], ...]:
    return (
        [n for n, _, _ in rows],
        [deed.at for _, deed, _ in rows],
        [deed.actor for _, deed, _ in rows],
        [deed.action.value for _, deed, _ in rows],
        [deed.refused for _, deed, _ in rows],
        [deed.agent for _, deed, _ in rows],
        [deed.contact for _, deed, _ in rows],
        [_ENCODER.encode(deed.detail).decode() for _, deed, _ in rows],
        [deed.source for _, deed, _ in rows],
        [end for _, _, end in rows],
    )
