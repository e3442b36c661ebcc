"""The history follows the journal: folds each committed entry once and writes what comes of it.

    projector = Projector(database, journal, centre, today)
    await projector.start()                                     # from where the last run's writing ended
    group.create_task(projector.run(), name="history")
    projector.feed(entries)                                     # after each commit; never waits
    await projector.drain()                                     # before a graceful stop

The rule: records and the checkpoint that says how far they go are one transaction, so the history is exact at
some entry, whatever dies when. The journal is the truth and the feed only spares reading it: entries that
overflow the buffer, or were committed before we came, are read from there. Whoever finds the checkpoint
elsewhere than it was left (a killed owner's last commit, a rebuild) folds anew from what it says.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence

import asyncpg
import structlog
from msgspec import Struct

from callcenter.errors import DatabaseUnreachable, StoreError
from callcenter.facts import Entry
from callcenter.history.fold import History
from callcenter.history.today import TodayFigures
from callcenter.store.database import Connection, Database
from callcenter.store.history_rows import SQL, Batch, read_agents, read_figures
from callcenter.store.journal import Journal
from callcenter.store.outage import OUTAGE

FLUSH_SECONDS = 0.2
FLUSH_ROWS = 500
"""a larger batch would hold the event loop for more than some milliseconds"""
BUFFER_ENTRIES_MAX = 100_000
"""some 0.7 kB each, and 10 s at 10,000 a second: reading one again costs as much as folding it, and just when there
is most to do"""
SLICE_ENTRIES = 100
"""folded without letting anybody else run"""
READ_ENTRIES = 1_000
RETRY_SECONDS_MIN = 0.05
RETRY_SECONDS_MAX = 1.0
PROGRESS_SECONDS = 2.0

# asyncpg's own error is what a rollback meets when the connection went in the middle of a statement.
_AWAY: tuple[type[Exception], ...] = (*OUTAGE, DatabaseUnreachable, asyncpg.InternalClientError)

Progress = Callable[[str], None]

log = structlog.get_logger(__name__)


class Lag(Struct, frozen=True):
    """How far the history is behind the journal."""

    entries: int
    ms: int
    """between the newest committed entry and the newest one written"""


class Projector:
    """One centre's history. `today`, if given, is filled at the start and hears every entry exactly once."""

    def __init__(
        self, database: Database, journal: Journal, centre: int, today: TodayFigures | None = None
    ) -> None:
        self._database = database
        self._journal = journal
        self._centre = centre
        self._today = today
        self._connection: Connection | None = None
        self._history = History()
        self._batch = Batch()
        self._buffer: deque[Entry] = deque()
        self._fed = asyncio.Event()
        self._written = asyncio.Event()
        self._committed_seq = self._committed_at = 0
        self._folded_at = 0
        self._written_seq = self._written_at = 0
        self._heard_seq = 0  # today has heard so far, also when the fold had to go back
        self._due: float | None = None  # when what is folded should be written, on the loop's clock

    async def start(self) -> None:
        """Take up the history where it ends. Raises DatabaseUnreachable."""
        connection = await self._connected()
        await connection.execute(SQL.begin_checkpoint, self._centre)
        async with connection.transaction(isolation="repeatable_read"):
            await self._resume(connection)
            self._heard_seq = self._written_seq
            if self._today is not None:
                period = self._today.from_at, self._today.to_at
                for row in await read_figures(connection, self._centre, *period):
                    self._today.add(row)
        seq, at = await self._journal.last()
        self._note_committed(seq, at)

    def feed(self, entries: Sequence[Entry]) -> None:
        """These are committed, in the order of their numbers."""
        if not entries:
            return
        if len(self._buffer) + len(entries) > BUFFER_ENTRIES_MAX:
            self._buffer.clear()
        self._buffer.extend(entries)
        self._note_committed(entries[-1].seq, entries[-1].at)

    @property
    def lag(self) -> Lag:
        entries = max(0, self._committed_seq - self._written_seq)
        return Lag(entries, max(0, self._committed_at - self._written_at) if entries else 0)

    async def run(self) -> None:
        """Follow the journal until cancelled; an outage of the database is waited for."""
        delay = RETRY_SECONDS_MIN
        while True:
            try:
                await self._step()
                delay = RETRY_SECONDS_MIN
            except _AWAY as error:
                log.warning("history.waiting_for_database", reason=type(error).__name__)
                self._forget_connection()
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_SECONDS_MAX)

    async def catch_up(self, progress: Progress) -> int:
        """Follow the journal to where it ends now; the number of that entry. Instead of `run`."""
        clock = asyncio.get_running_loop().time
        through, told_at = self._committed_seq, clock()
        while self._written_seq < through:
            await self._step()
            if clock() - told_at > PROGRESS_SECONDS:
                told_at = clock()
                progress(f"History: {self._written_seq:,} of {through:,} entries")
        return through

    async def drain(self) -> None:
        """Until everything that was fed is written; `run` does it."""
        while self._written_seq < self._committed_seq:
            self._written.clear()
            await self._written.wait()

    async def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _step(self) -> None:
        """Write if it is time, else fold a slice, else wait for entries or for that time."""
        now = asyncio.get_running_loop().time()
        if self._due is not None and (now >= self._due or len(self._batch) >= FLUSH_ROWS):
            await self._write()
        elif self._history.seq < self._committed_seq:
            for entry in await self._next():
                self._take(entry)
            self._due = self._due or now + FLUSH_SECONDS
            await asyncio.sleep(0)  # after a slice, everybody else's turn
        else:
            self._fed.clear()
            with contextlib.suppress(TimeoutError):  # nothing more came: write what there is
                async with asyncio.timeout_at(self._due):
                    await self._fed.wait()

    async def _next(self) -> Sequence[Entry]:
        """The entries that follow the last one folded, from the feed or else from the journal."""
        after = self._history.seq
        buffer = self._buffer
        while buffer and buffer[0].seq <= after:
            buffer.popleft()
        if buffer and buffer[0].seq == after + 1:
            return [buffer.popleft() for _ in range(min(len(buffer), SLICE_ENTRIES))]
        through = min(self._committed_seq, after + READ_ENTRIES)
        found = [entry async for entry in self._journal.entries(after, through)]
        if not found:
            raise StoreError(f"the journal has no entry {after + 1}, and says that it goes to {through}")
        return found

    def _take(self, entry: Entry) -> None:
        if entry.seq != self._history.seq + 1:
            raise StoreError(f"the journal jumps from entry {self._history.seq} to {entry.seq}")
        rows = self._history.fold(entry)
        self._folded_at = entry.at
        self._batch.add(rows)
        if self._today is not None and entry.seq > self._heard_seq:
            self._heard_seq = entry.seq
            self._today.hear(entry.at, rows)

    async def _write(self) -> None:
        """Records and checkpoint at once. After an outage the same again: a batch may be written twice."""
        seq, at = self._history.seq, self._folded_at
        if seq <= self._written_seq:  # another has written so far
            self._due = None
            return
        connection = await self._connected()
        async with connection.transaction():
            moved = await connection.fetchval(
                SQL.move_checkpoint, self._centre, self._written_seq, seq, at, self._history.open_since_seq
            )
            if moved is None:
                await self._find_checkpoint(connection)
                return
            await self._batch.write(connection, self._centre)
        self._written_seq, self._written_at = seq, at
        self._batch, self._due = Batch(), None
        self._written.set()

    async def _find_checkpoint(self, connection: Connection) -> None:
        """Another moved it: forward, by a killed owner's last commit, or back, by a rebuild."""
        checkpoint = await connection.fetchrow(SQL.checkpoint, self._centre)
        log.warning(
            "history.checkpoint_moved", expected_seq=self._written_seq, found_seq=checkpoint["through_seq"]
        )
        if checkpoint["through_seq"] < self._written_seq:
            await self._resume(connection)
        else:  # those records are in our batch too, and writing them again changes nothing
            self._written_seq, self._written_at = checkpoint["through_seq"], checkpoint["through_at"]
            self._written.set()

    async def _resume(self, connection: Connection) -> None:
        """Build the fold as it was at the checkpoint; what it made of those entries is in the tables."""
        checkpoint = await connection.fetchrow(SQL.checkpoint, self._centre)
        history = History(await read_agents(connection, self._centre))
        history.seq = checkpoint["open_since_seq"] - 1
        async for entry in self._journal.entries(history.seq, checkpoint["through_seq"]):
            history.fold(entry)
        self._history = history
        self._batch, self._due = Batch(), None
        self._written_seq, self._written_at = checkpoint["through_seq"], checkpoint["through_at"]

    def _note_committed(self, seq: int, at: int) -> None:
        self._committed_seq = max(self._committed_seq, seq)
        self._committed_at = max(self._committed_at, at)
        self._fed.set()

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect("history")
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


async def rebuild(database: Database, centre: int, progress: Progress) -> int:
    """Throw a centre's history away and fold its whole journal again; how many entries that were.

    A service may be at work meanwhile: its projector finds the checkpoint moved and helps.
    """
    projector = Projector(database, Journal(database, centre), centre)
    try:
        progress("History: forgetting what was folded")
        await _forget(database, centre)
        await projector.start()
        return await projector.catch_up(progress)
    finally:
        await projector.close()


async def _forget(database: Database, centre: int) -> None:
    connection = await database.connect("history rebuild")
    try:
        async with connection.transaction():
            await connection.execute(SQL.lock_checkpoint, centre)
            await connection.execute(SQL.forget_all, centre)
    finally:
        await connection.close()
