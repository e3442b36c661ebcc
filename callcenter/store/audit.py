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
from collections import deque
from collections.abc import Sequence
from pathlib import Path

import msgspec
import structlog

from callcenter.facts import Entry
from callcenter.history.audit import AuditFold, Deed, Member, beginning, chained, tells
from callcenter.store.audit_anchor import Anchor
from callcenter.store.database import Connection, Database
from callcenter.store.journal import Journal
from callcenter.store.outage import OUTAGE
from callcenter.store.statements import statements

SQL = statements("audit")

SKIPPED_ENTRIES_MAX = 20_000
"""entries without a deed that a next start reads again at most, in some 0.3 s"""
BUFFER_ENTRIES_MAX = 10_000
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
        self._committed_seq = 0
        self._due_seq = 0  # the newest entry that tells something, or may
        self._buffer: deque[Entry] = deque()
        self._complete = True  # whether the buffer holds every telling entry since the last one folded
        self._pending: list[Deed] = []
        self._fed = asyncio.Event()
        self._written = asyncio.Event()

    async def start(self) -> None:
        """Take the audit up where it ends, and follow the journal to its own end."""
        await self._pool.execute(SQL.begin_head, self._centre, beginning(self._centre))
        head = await self._pool.fetchrow(SQL.head, self._centre)
        staff = msgspec.json.decode(head["staff"], type=dict[int, Member])
        self._fold = AuditFold(staff)
        self._folded_seq = self._written_seq = head["journal_seq"]
        await self._compare_anchor()
        self._committed_seq, _ = await self._journal.last()
        self._due_seq = self._committed_seq
        self._complete = self._folded_seq == self._committed_seq
        while self._behind:
            await self._step()

    def feed(self, entries: Sequence[Entry]) -> None:
        """These are committed, in the order of their numbers."""
        if not entries:
            return
        telling = [entry for entry in entries if tells(entry)]
        self._buffer.extend(telling)
        if len(self._buffer) > BUFFER_ENTRIES_MAX:
            self._buffer.clear()
            self._complete = False
        self._committed_seq = entries[-1].seq
        if telling:
            self._due_seq = telling[-1].seq
        if self._behind:
            self._fed.set()

    async def run(self) -> None:
        """Follow the journal until cancelled; an outage of the database is waited for."""
        delay = RETRY_SECONDS_MIN
        while True:
            try:
                await self._fed.wait()
                self._fed.clear()
                while self._behind:
                    await self._step()
                delay = RETRY_SECONDS_MIN
            except OUTAGE as error:
                log.warning("audit.waiting_for_database", reason=type(error).__name__)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_SECONDS_MAX)
                self._fed.set()

    async def drain(self) -> None:
        """Until every deed that was fed is written; `run` does it."""
        while self._written_seq < self._due_seq:
            self._written.clear()
            await self._written.wait()

    async def note(self, deed: Deed) -> None:
        """One access, durable when this returns. Raises what the database raises: then it is not granted."""
        async with self._pool.acquire() as connection, connection.transaction():
            end = await self._append(connection, [deed])
        await self._anchor.move(*end)

    @property
    def _behind(self) -> bool:
        skipped = self._committed_seq - self._written_seq
        return self._written_seq < self._due_seq or skipped > SKIPPED_ENTRIES_MAX

    async def _step(self) -> None:
        """Fold what there is and write it. What was folded and not written is written the next time."""
        if self._complete:
            through = self._committed_seq
            while self._buffer:
                self._take(self._buffer.popleft())
        else:
            through = await self._read()
        self._folded_seq = max(self._folded_seq, through)
        await self._write(self._folded_seq)
        self._written.set()

    async def _read(self) -> int:
        """A stretch of the journal instead of the buffer, which starts anew behind it."""
        through = min(self._committed_seq, self._folded_seq + READ_ENTRIES)
        if through == self._committed_seq:
            self._buffer.clear()  # read here; what comes from now on is fed
            self._complete = True
        try:
            async for entry in self._journal.entries(self._folded_seq, through):
                if tells(entry):
                    self._take(entry)
                self._folded_seq = entry.seq
        except BaseException:
            self._complete = False
            raise
        return through

    def _take(self, entry: Entry) -> None:
        if entry.seq > self._folded_seq:
            self._pending += self._fold.fold(entry)

    async def _write(self, seq: int) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            end = await self._append(connection, self._pending)
            staff = _ENCODER.encode(self._fold.staff).decode()
            await connection.execute(SQL.move_journal, self._centre, seq, staff)
        self._pending = []
        self._written_seq = seq
        await self._anchor.move(*end)

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
