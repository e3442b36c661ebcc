"""The journal in PostgreSQL: appended to by one owner, read by whoever wants to know.

The rule: a batch is one statement and so one commit. When the connection is lost in the middle nobody knows
whether it happened: then we reconnect, look for our first entry, and send the identical batch again if it is not
there. The key (centre, dense seq) lets only one owner write the next entry; the loser is fenced and stops.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

import asyncpg
import msgspec
import structlog

from callcenter.errors import DatabaseUnreachable, DuplicateSource, Fenced
from callcenter.facts import DECISIONS_DECODER, INPUT_DECODER, CentreSetup, Entry, Ref, Value
from callcenter.store.database import Connection, Database
from callcenter.store.outage import OUTAGE
from callcenter.store.statements import statements
from callcenter.store.upcasts import upcast

SQL = statements("journal")
OWNER = "owner:"
"""with which the source of an owner's first entry begins"""
SNAPSHOTS_KEPT = 64
"""from which a moment of the past is made anew, the nearest before it"""
SNAPSHOT_FORMAT = 3
"""rises whenever the state's shape changes; older snapshots are then passed over and the journal is read"""
READ_ENTRIES = 5_000
NO_ROW = "INSERT 0 0"
"""what PostgreSQL says of a beat that changed nothing"""
COMMIT_SECONDS_MAX = 30.0
"""longer than a disk stalls; a server whose network is gone would otherwise be waited for until TCP gives up"""
RETRY_SECONDS_MIN = 0.05
RETRY_SECONDS_MAX = 1.0

_LOST: tuple[type[BaseException], ...] = (*OUTAGE, DatabaseUnreachable)
"""after these nobody knows whether the statement was committed, or it can be tried again as it is"""

log = structlog.get_logger(__name__)


class Row(msgspec.Struct, frozen=True):
    """An entry as it is written."""

    seq: int
    at: int
    source: str
    input: str
    decisions: str


_ENCODER = msgspec.json.Encoder()


def row_of(entry: Entry) -> Row:
    return Row(
        entry.seq,
        entry.at,
        entry.source,
        _ENCODER.encode(entry.input).decode(),
        _ENCODER.encode(entry.decisions).decode(),
    )


class Journal:
    """One centre's journal. `commit` belongs to the owner; everything else may be called by anyone."""

    def __init__(self, database: Database, centre: int) -> None:
        self._database = database
        self._centre = centre
        self._connection: Connection | None = None

    async def commit(self, rows: Sequence[Row], values: Sequence[Value]) -> None:
        """Returns once the batch is durable, however long the database is away.

        Raises Fenced if another owner has written here, DuplicateSource if an input was here before."""
        delay, doubt = RETRY_SECONDS_MIN, False
        refused: asyncpg.UniqueViolationError | None = None
        while True:
            try:
                connection = await self._connected()
                # Only after doubt: else a stranger's entry with our number would count as ours.
                if doubt and await self._is_there(connection, rows[0]):
                    return
                if refused is not None:
                    raise _refusal(refused, rows[0].seq) from refused
                await self._append(connection, rows, values)
                return
            except asyncpg.UniqueViolationError as error:
                # A backend whose client was cut off may commit after we have looked: then we look again.
                refused = error
            except _LOST as error:
                doubt = True
                log.warning("journal.commit_in_doubt", reason=type(error).__name__, first_seq=rows[0].seq)
                self._forget_connection()
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_SECONDS_MAX)

    async def confirm(self, seq: int) -> None:
        """Returns once it is sure that nobody has written after entry `seq`, however long the database is away.

        Raises Fenced if another owner has."""
        delay = RETRY_SECONDS_MIN
        while True:
            try:
                newest, _ = await self.last()
            except _LOST as error:
                log.warning("journal.unconfirmed", reason=type(error).__name__, seq=seq)
                await asyncio.sleep(delay)
                delay = min(delay * 2, RETRY_SECONDS_MAX)
                continue
            if newest > seq:
                raise _fenced(seq + 1)
            return

    async def last(self) -> tuple[int, int]:
        """(seq, at) of the newest entry, (0, 0) of an empty journal."""
        row = await self._database.pool.fetchrow(SQL.last, self._centre)
        return (0, 0) if row is None else (row["seq"], row["at"])

    async def beat(self, at: int, seq: int) -> None:
        """The owner, who has written up to entry `seq`, is alive at `at`.

        Raises Fenced if another one has written more: whoever stood still meanwhile learns it by this, also on a
        quiet night, and serves no screens of yesterday."""
        if await self._database.pool.execute(SQL.beat, self._centre, at, seq) == NO_ROW:
            raise _fenced(seq + 1)

    async def alive_at(self) -> int:
        """When the last owner was last seen alive; 0: nobody knows.

        A beat of one who stood still while another took over says nothing: it was alive, and owned nothing."""
        row = await self._database.pool.fetchrow(SQL.alive_at, self._centre)
        if row is None:
            return 0
        later = await self.sources(row["seq"])
        return 0 if any(source.startswith(OWNER) for source in later) else int(row["at"])

    async def entries(self, after: int, through: int) -> AsyncIterator[Entry]:
        """Entries with after < seq <= through, in order."""
        while after < through:
            upper = min(after + READ_ENTRIES, through)
            for row in await self._database.pool.fetch(SQL.entries, self._centre, after, upper):
                yield Entry(
                    row["seq"],
                    row["at"],
                    row["source"],
                    INPUT_DECODER.decode(upcast(row["input"])),
                    DECISIONS_DECODER.decode(upcast(row["decisions"])),
                )
            after = upper

    async def sources(self, after: int) -> list[str]:
        """Source ids of the entries with seq > after, the oldest first."""
        rows = await self._database.pool.fetch(SQL.recent_sources, self._centre, after)
        return [row["source"] for row in rows]

    async def known(self, sources: Iterable[str]) -> set[str]:
        """Those of these source ids that are in the journal already."""
        rows = await self._database.pool.fetch(SQL.known_sources, self._centre, list(sources))
        return {row["source"] for row in rows}

    async def first_since(self, at: int) -> int:
        """The first entry at this moment or later; the next one to come if there is none. Entries stand in the
        order of time, so few are looked at."""
        first, end = 1, (await self.last())[0] + 1
        while first < end:
            middle = (first + end) // 2
            if await self._database.pool.fetchval(SQL.at_of, self._centre, middle) < at:
                first = middle + 1
            else:
                end = middle
        return first

    async def snapshot(self, through: int) -> tuple[int, bytes] | None:
        """(seq, state) of the newest snapshot, of entry `through` or before, that this release can read."""
        row = await self._database.pool.fetchrow(SQL.snapshot, self._centre, through, SNAPSHOT_FORMAT)
        return None if row is None else (row["seq"], row["state"])

    async def keep_snapshot(self, seq: int, at: int, state: bytes) -> None:
        await self._database.pool.execute(SQL.keep_snapshot, self._centre, seq, at, SNAPSHOT_FORMAT, state)
        await self._database.pool.execute(SQL.prune_snapshots, self._centre, SNAPSHOTS_KEPT)

    async def forget_after(self, seq: int) -> None:
        """Snapshots and beats of entries that the journal doesn't have, e.g. after a backup was restored."""
        await self._database.pool.execute(SQL.forget_snapshots_after, self._centre, seq)
        await self._database.pool.execute(SQL.forget_beats_after, self._centre, seq)

    async def values(self, refs: Iterable[Ref]) -> Mapping[Ref, str]:
        """What the references stand for; an erased one is missing."""
        rows = await self._database.pool.fetch(SQL.values_of, self._centre, list(refs))
        return {row["ref"]: row["text"] for row in rows}

    async def import_setup(self, setup: CentreSetup, actor: str) -> int:
        """Puts a new version of the centre's setup down; its owner takes it up. Returns the version."""
        text = msgspec.json.encode(setup).decode()
        return int(await self._database.pool.fetchval(SQL.import_setup, self._centre, actor, text))

    async def next_import(self, after: int) -> tuple[int, CentreSetup, str] | None:
        """(version, setup, actor) of the newest setup after this version."""
        row = await self._database.pool.fetchrow(SQL.next_import, self._centre, after)
        if row is None:
            return None
        return row["version"], msgspec.json.decode(row["setup"], type=CentreSetup), row["actor"]

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _append(self, connection: Connection, rows: Sequence[Row], values: Sequence[Value]) -> None:
        columns = (
            self._centre,
            [row.seq for row in rows],
            [row.at for row in rows],
            [row.source for row in rows],
            [row.input for row in rows],
            [row.decisions for row in rows],
        )
        if not values:
            await connection.execute(SQL.append, *columns, timeout=COMMIT_SECONDS_MAX)
            return
        await connection.execute(
            SQL.append_with_values,
            *columns,
            [value.ref for value in values],
            [value.kind for value in values],
            [value.text.replace("\0", "\ufffd") for value in values],  # PostgreSQL holds no NUL
            timeout=COMMIT_SECONDS_MAX,
        )

    async def _is_there(self, connection: Connection, row: Row) -> bool:
        """Whether the batch that begins with `row` was committed after all."""
        source = await connection.fetchval(SQL.source_of, self._centre, row.seq, timeout=COMMIT_SECONDS_MAX)
        if source is not None and source != row.source:
            raise _fenced(row.seq)
        return source is not None

    async def _connected(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._database.connect("journal")
        return self._connection

    def _forget_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _refusal(error: asyncpg.UniqueViolationError, seq: int) -> DuplicateSource | Fenced:
    """What it means that a batch beginning with entry `seq` breaks a key."""
    return DuplicateSource(str(error.detail)) if error.constraint_name == "journal_source" else _fenced(seq)


def _fenced(seq: int) -> Fenced:
    return Fenced(
        f"Another process has taken this centre over: it wrote entry {seq} of the journal.",
        "This one has stopped and written nothing since. Run one service for a centre.",
    )
