"""The way into PostgreSQL: what we ask of a server before we trust it, and the pools that keep work apart.

    database = await Database.open(url)      # refuses a server that is too old or may lose commits
    await database.migrate()
    async with database.pool.acquire() as connection: ...
    journal = await database.connect("journal")

Three kinds of work share a server and must not wait for each other: the journal has a connection of its own,
screens and look-ups use `pool`, reports and history searches use `reports`, which has a time limit and no
parallel workers (two reports took the journal's commits from 0.8 to 14 ms at p99).
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

import asyncpg

from callcenter.errors import DatabaseOfAnotherVersion, DatabaseUnreachable, DatabaseUnsafe
from callcenter.resources import schemas
from callcenter.store.migrations import Migration, load, migrate

Connection: TypeAlias = asyncpg.Connection
Pool: TypeAlias = asyncpg.Pool

OLDEST_VERSION = 15
POOL_CONNECTIONS_MAX = 20
"""A statement holds its connection for some turns of the event loop, which last milliseconds when calls are many:
with 8 the look-ups of 280 calls a second were all that went through, and each waited a second."""
REPORT_CONNECTIONS_MAX = 3
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 10
REPORT_SECONDS = 30
RETRY_SECONDS = 0.05
CLOSE_SECONDS = 5

# A server with one of these off acknowledges what a power cut or a crash takes back.
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")

SESSION = {"timezone": "UTC", "jit": "off"}
REPORT_SESSION = {
    **SESSION,
    "statement_timeout": f"{REPORT_SECONDS}s",
    "max_parallel_workers_per_gather": "0",
    "default_transaction_read_only": "on",
}


class Database:
    """A server that has been found good, and the pools into it."""

    def __init__(self, url: str, pool: Pool, reports: Pool) -> None:
        self.url = url
        self.pool = pool
        self.reports = reports

    @classmethod
    async def open(cls, url: str) -> Database:
        """Raises DatabaseUnreachable, DatabaseOfAnotherVersion (older than 15) or DatabaseUnsafe."""
        connection = await _connect(url, "start", SESSION)
        try:
            _refuse_old(connection)
            await verify_durability(connection)
        finally:
            await connection.close()
        pool = await _pool(url, "screens", SESSION, POOL_CONNECTIONS_MAX, STATEMENT_SECONDS)
        try:
            reports = await _pool(url, "reports", REPORT_SESSION, REPORT_CONNECTIONS_MAX, REPORT_SECONDS + 5)
        except BaseException:  # also when cancelled: nobody else knows of the first pool
            pool.terminate()
            raise
        return cls(url, pool, reports)

    async def connect(self, purpose: str) -> Connection:
        """A connection outside the pools that `pg_stat_activity` shows as callcenter/`purpose`."""
        return await _connect(self.url, purpose, SESSION)

    async def migrate(self, folder: Path | None = None) -> list[Migration]:
        """Bring the schema up to this release. Raises DatabaseOfAnotherVersion when it is newer than that."""
        connection = await self.connect("migrations")
        try:
            return await migrate(connection, load(folder or schemas() / "sql" / "migrations"))
        finally:
            await connection.close()

    async def answers(self) -> bool:
        """Whether the server can be asked something now."""
        return bool(await self.pool.fetchval("select true"))

    async def close(self) -> None:
        """Let everything go; whoever still holds a connection gets CLOSE_SECONDS to give it back."""
        for pool in (self.pool, self.reports):
            try:
                async with asyncio.timeout(CLOSE_SECONDS):
                    await pool.close()
            except TimeoutError:
                pool.terminate()


async def verify_durability(connection: Connection) -> None:
    """Raises DatabaseUnsafe when the server, or our role or database on it, may lose what it acknowledged."""
    off = [name for name in DURABLE if await connection.fetchval("select current_setting($1)", name) == "off"]
    if off:
        found = ", ".join(f"{name} = off" for name in off)
        raise DatabaseUnsafe(
            f"The database can lose what it has acknowledged: it has {found}.",
            f"Set {found.replace('off', 'on')} for the server, our role and our database.",
        )


def place(url: str) -> str:
    """A database's address as it may be shown and logged: host, port and name, never user or password."""
    parts = urlsplit(url)
    if not parts.scheme:
        return "an address that is none (postgresql://user@host/name is one)"
    host = parts.hostname or next(iter(parse_qs(parts.query).get("host", [])), "its local socket")
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # not a number
        port = ""
    return f"{host}{port}{parts.path}"


async def _connect(url: str, purpose: str, session: dict[str, str]) -> Connection:
    """A server that is still starting (or recovering) is waited for; any other refusal is final."""
    deadline = time.monotonic() + CONNECT_SECONDS
    with _refusals_in_a_sentence(url):
        while True:
            try:
                return await asyncpg.connect(
                    url, timeout=CONNECT_SECONDS, server_settings=_settings(purpose, session)
                )
            except asyncpg.CannotConnectNowError:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(RETRY_SECONDS)


async def _pool(url: str, purpose: str, session: dict[str, str], size: int, seconds: float) -> Pool:
    with _refusals_in_a_sentence(url):
        return await asyncpg.create_pool(
            url,
            min_size=1,
            max_size=size,
            command_timeout=seconds,
            server_settings=_settings(purpose, session),
            reset=_leave_session,
        )


async def _leave_session(connection: Connection) -> None:
    """Nothing that we do in a pool changes a session (no SET, LISTEN or session lock), so there is nothing to undo
    when it is given back; asyncpg's own four RESET statements cost more than most of our selects. What was left
    of a transaction is undone by asyncpg before this."""


@contextmanager
def _refusals_in_a_sentence(url: str) -> Iterator[None]:
    try:
        yield
    except TimeoutError as error:
        raise _unreachable(url, f"no answer within {CONNECT_SECONDS} s") from error
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError) as error:
        raise _unreachable(url, str(error)) from error


def _settings(purpose: str, session: dict[str, str]) -> dict[str, str]:
    return {**session, "application_name": f"callcenter/{purpose}"}


def _refuse_old(connection: Connection) -> None:
    version = connection.get_server_version()
    if version.major < OLDEST_VERSION:
        raise DatabaseOfAnotherVersion(
            f"The database runs PostgreSQL {version.major}.",
            f"Give the address of a PostgreSQL {OLDEST_VERSION} or later, or none to use the embedded one.",
        )


def _unreachable(url: str, reason: str) -> DatabaseUnreachable:
    return DatabaseUnreachable(
        f"The database at {place(url)} can't be used: {reason.strip().rstrip('.')}.",
        "Look at DATABASE_URL or [database] url, and whether that server runs; leave both out to use the"
        " embedded one.",
    )
