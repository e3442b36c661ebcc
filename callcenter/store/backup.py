"""A backup is one directory: the database as PostgreSQL dumps it, our files, and a manifest that proves both.

    await backup(Path("/backups/2026-11-23"), database, data, progress=print)
    await restore(Path("/backups/2026-11-23"), database, data, progress=print)

    manifest.json      versions, rows per table, size and SHA-256 of every file
    database.dump      pg_dump's custom format
    files/             recordings, recorded prompts and keys, as they lie in the data directory

The rule: a backup that is there is whole, and a restore happens wholly or not at all. A backup is made beside
its name and renamed last; rows are counted in the snapshot that is dumped; a restore checks every byte before
it touches anything, and only fills what is empty. The database comes first, so every recording that it knows
is among the files. Keys lie beside the data they protect: keep a backup as safe as the data directory.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.metadata
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
from msgspec import Struct

from callcenter.errors import UserError
from callcenter.resources import schemas
from callcenter.store import migrations
from callcenter.store.backup_files import (
    Kept,
    Progress,
    copy_files,
    digest,
    disk_errors,
    kept_files,
    mb,
    put_in_place,
    stage_files,
    verify,
)
from callcenter.store.database import Connection, Database, place
from callcenter.store.postgres_tools import run_tool
from callcenter.store.statements import statements

SQL = statements("backup")

FORMAT = 1
"""rises when an older release couldn't read the directory"""
MANIFEST, DUMP = "manifest.json", "database.dump"


class Manifest(Struct, frozen=True):
    format: int
    release: str
    made_at: int
    """milliseconds since 1970 UTC"""
    postgres: int
    """major version of the server that was dumped"""
    migration: int
    """the last one of its schema"""
    rows: dict[str, int]
    files: tuple[Kept, ...]


async def backup(target: Path, database: Database, data: Path, progress: Progress) -> Manifest:
    """Put everything in the new directory `target`, while the service works. Raises UserError.

    `progress` may be called from another thread.
    """
    with contextlib.ExitStack() as stack:
        scratch = await asyncio.to_thread(_beside, target, stack)
        dumped, rows, migration, postgres = await _dump(scratch, database, progress)
        files = await asyncio.to_thread(_copy, data, scratch, progress)
        manifest = Manifest(
            format=FORMAT,
            release=importlib.metadata.version("callcenter"),
            made_at=time.time_ns() // 1_000_000,
            postgres=postgres,
            migration=migration,
            rows=rows,
            files=(dumped, *files),
        )
        await asyncio.to_thread(_finish, scratch, target, manifest)
    return manifest


async def restore(source: Path, database: Database, data: Path, progress: Progress) -> Manifest:
    """Bring a backup into an empty database and a data directory without files of ours. Raises UserError.

    The schema is that of the release that made the backup: migrate afterwards.
    """
    manifest = await asyncio.to_thread(_read_manifest, source)
    await asyncio.to_thread(_refuse_filled, data)
    connection = await database.connect("restore")
    try:
        await _refuse_unfit(connection, manifest, place(database.url))
        with contextlib.ExitStack() as stack:
            scratch = await asyncio.to_thread(_stage, source, manifest, data, stack, progress)
            await _load(source / DUMP, database.url, progress)
            await _refuse_other_rows(connection, manifest)
            with disk_errors(data):
                put_in_place(scratch, data)
    finally:
        await connection.close()
    return manifest


# --- Steps in the database ---


async def _dump(
    scratch: Path, database: Database, progress: Progress
) -> tuple[Kept, dict[str, int], int, int]:
    """The dump, its rows by table, the schema's last migration, the server's major version."""
    path = scratch / DUMP
    async with _snapshot(database) as (connection, snapshot):
        postgres = connection.get_server_version().major
        arguments = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}")
        await run_tool(
            "pg_dump",
            (*arguments, f"--file={path}"),
            database.url,
            lambda: progress(f"Backup: {mb(path.stat().st_size)} of the database"),
            at_least=postgres,
        )
        rows = await _count_rows(connection)
        migration = await connection.fetchval(SQL.last_migration)
    return await asyncio.to_thread(digest, scratch, DUMP), rows, migration, postgres


@contextlib.asynccontextmanager
async def _snapshot(database: Database) -> AsyncIterator[tuple[Connection, str]]:
    """A view of the database as it is now, which pg_dump can share."""
    connection = await database.connect("backup")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval(SQL.export_snapshot)
    finally:
        await connection.close()


async def _count_rows(connection: Connection) -> dict[str, int]:
    tables = [row["name"] for row in await connection.fetch(SQL.tables)]
    return {name: await connection.fetchval(SQL.count_rows.replace("$table", name)) for name in tables}


async def _load(dump: Path, url: str, progress: Progress) -> None:
    began = time.monotonic()
    await run_tool(
        "pg_restore",
        ("--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", str(dump)),
        url,
        lambda: progress(f"Restore: the database, for {time.monotonic() - began:.0f} s"),
    )


# --- Steps on the disk, each in a thread ---


def _beside(target: Path, stack: contextlib.ExitStack) -> Path:
    """A directory that only we can read, which goes away unless it is renamed."""
    with disk_errors(target.parent):
        if target.exists():
            raise UserError(f"{target} is there already.", "Give the backup a new name.")
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent)
        whole = Path(stack.enter_context(scratch)) / "whole"
        whole.mkdir(mode=0o700)
        return whole


def _copy(data: Path, scratch: Path, progress: Progress) -> list[Kept]:
    with disk_errors(scratch):
        return copy_files(data, scratch, progress)


def _finish(scratch: Path, target: Path, manifest: Manifest) -> None:
    with disk_errors(target):
        text = msgspec.json.format(msgspec.json.encode(manifest), indent=2)
        (scratch / MANIFEST).write_bytes(text)
        scratch.rename(target)


def _stage(
    source: Path, manifest: Manifest, data: Path, stack: contextlib.ExitStack, progress: Progress
) -> Path:
    """The checked files, on the disk where they belong."""
    with disk_errors(data):
        verify(source, manifest.files, progress)
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        directory = tempfile.TemporaryDirectory(prefix=".restoring-", dir=data)
        scratch = Path(stack.enter_context(directory))
        stage_files(source, manifest.files, scratch, progress)
        return scratch


# --- What is refused ---


def _read_manifest(source: Path) -> Manifest:
    try:
        text = (source / MANIFEST).read_bytes()
        version = msgspec.json.decode(text, type=dict[str, object]).get("format")
        if version != FORMAT:
            raise UserError(
                f"The backup {source} has format {version}, this release reads {FORMAT}.",
                "Restore it with the release that made it.",
            )
        return msgspec.json.decode(text, type=Manifest)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UserError(
            f"{source} is no backup: it has no {MANIFEST}.", "Name the directory that `backup` made."
        ) from error
    except msgspec.DecodeError as error:
        raise UserError(f"The manifest of {source} can't be read: {error}.", "Use another backup.") from error


def _refuse_filled(data: Path) -> None:
    if (found := next(kept_files(data), None)) is not None:
        raise UserError(
            f"The data directory {data} is in use: it has {found}.",
            "Restore into an empty one: give another in CALLCENTER_DATA or [data] directory.",
        )


async def _refuse_unfit(connection: Connection, manifest: Manifest, name: str) -> None:
    major = connection.get_server_version().major
    if major < manifest.postgres:
        raise UserError(
            f"The backup is from PostgreSQL {manifest.postgres}, the database at {name} runs {major}.",
            f"Restore into a PostgreSQL {manifest.postgres} or later.",
        )
    known = len(migrations.load(schemas() / "sql" / "migrations"))
    if manifest.migration > known:
        raise UserError(
            f"The backup was made by a newer release, {manifest.release}.",
            "Restore it with that release or a later one.",
        )
    if tables := await connection.fetch(SQL.tables):
        raise UserError(
            f"The database at {name} is not empty: it has {tables[0]['name']}.",
            "Restore into an empty database, or into another data directory.",
        )


async def _refuse_other_rows(connection: Connection, manifest: Manifest) -> None:
    rows = await _count_rows(connection)
    wrong = sorted(name for name in {*rows, *manifest.rows} if rows.get(name) != manifest.rows.get(name))
    if wrong:
        raise UserError(
            f"The restored table {wrong[0]} has {rows.get(wrong[0])} rows,"
            f" the backup had {manifest.rows.get(wrong[0])}.",
            "Empty the database and try again, or use another backup.",
        )
