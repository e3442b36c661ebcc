"""Plain numbered SQL: all of it or nothing, by one process at a time, never on a newer release's database.

`schemas/sql/migrations/0001_journal.sql`, `0002_history.sql`, … run in the order of their numbers, the
pending ones in one transaction under an advisory lock. Each leaves a row with its checksum: a file that is
edited after its release would mean something else on a new machine than on an old one, so that is refused.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import asyncpg
import msgspec

from callcenter.errors import DatabaseOfAnotherVersion

LOCK_KEY = 0x63616C6C  # "call": advisory locks are numbers that the whole database shares

_CREATE = """
create table if not exists schema_migrations (
    number integer primary key,
    name text not null,
    checksum text not null,
    applied_at timestamptz not null default now()
)
"""


class Migration(msgspec.Struct, frozen=True):
    """One file: its number, its name and what it does."""

    number: int
    name: str
    sql: str

    @property
    def file(self) -> str:
        return f"{self.number:04}_{self.name}.sql"

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def load(folder: Path) -> list[Migration]:
    """The migrations in `folder` by number. Raises ValueError, since a wrong name or number is a bug."""
    found = []
    for path in sorted(folder.glob("*.sql")):
        named = re.fullmatch(r"(\d{4})_([a-z0-9_]+)", path.stem)
        if not named:
            raise ValueError(f"{path}: migrations are named NNNN_what_they_do.sql")
        found.append(Migration(int(named[1]), named[2], path.read_text(encoding="utf-8")))
    if len({migration.number for migration in found}) < len(found):
        raise ValueError(f"{folder}: two migrations have the same number")
    return found


async def migrate(connection: asyncpg.Connection, migrations: list[Migration]) -> list[Migration]:
    """Bring the database up to the last migration; the ones that were pending come back.

    Raises DatabaseOfAnotherVersion when it has migrations that we don't know, or knew otherwise.
    """
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock($1)", LOCK_KEY)
        await connection.execute(_CREATE)
        rows = await connection.fetch("select number, name, checksum from schema_migrations order by number")
        applied = {row["number"]: row for row in rows}
        _refuse_unknown(applied, migrations)
        pending = [migration for migration in migrations if migration.number not in applied]
        for migration in pending:
            try:
                await connection.execute(migration.sql)
            except asyncpg.PostgresError as error:
                error.add_note(f"in migration {migration.file}; nothing was changed")
                raise
            await connection.execute(
                "insert into schema_migrations (number, name, checksum) values ($1, $2, $3)",
                migration.number,
                migration.name,
                migration.checksum,
            )
    return pending


def _refuse_unknown(applied: dict[int, asyncpg.Record], migrations: list[Migration]) -> None:
    known = {migration.number: migration for migration in migrations}
    for number, row in applied.items():
        if number not in known:
            raise DatabaseOfAnotherVersion(
                f"The database is of a newer release: it has migration {number:04}_{row['name']},"
                f" this release ends at {max(known, default=0):04}.",
                "Start the newer release, or restore a backup that this one made.",
            )
        if known[number].checksum != row["checksum"]:
            raise DatabaseOfAnotherVersion(
                f"The database was made by another migration {number:04}_{row['name']} than ours.",
                "Start the release that made it; in a checkout, make a new migration instead of editing an"
                " old one, or begin with an empty data directory.",
            )
