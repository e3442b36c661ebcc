"""Backups, made of one real PostgreSQL database and restored into another."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import msgspec
import pytest
from history.journals import journal, random_day, values_of

from callcenter.errors import UserError
from callcenter.store.backup import DUMP, MANIFEST, Manifest, backup, restore
from callcenter.store.database import Database
from callcenter.store.history import rebuild
from callcenter.store.journal import Journal, row_of
from callcenter.store.postgres_tools import _without_password, run_tool

TABLES = ("journal", "personal_value", "interaction", "segment", "engagement", "history_checkpoint")


def silent(_: str) -> None:
    """Progress of something that takes no time."""


@pytest.fixture
async def empty(postgres_url: str) -> AsyncIterator[Database]:
    """A database without a table, to restore into."""
    server = await asyncpg.connect(postgres_url)
    await server.execute("drop database if exists restored with (force)")
    await server.execute("create database restored")
    opened = await Database.open(postgres_url.replace("/callcenter?", "/restored?"))
    yield opened
    await opened.close()
    await server.execute("drop database restored with (force)")
    await server.close()


@pytest.fixture
async def filled(database: Database) -> Database:
    day = random_day(1)
    log = Journal(database, 1)
    await log.commit([row_of(entry) for entry in journal(*day)], values_of(day))
    await log.close()
    await rebuild(database, 1, progress=silent)
    return database


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data directory with what should and what should not be kept."""
    folder = tmp_path / "data"
    for name in (
        "recordings/2026-11-23/1-c1.wav",
        "sounds/welcome.wav",
        "postgres/PG_VERSION",
        "prompts/a.wav",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode() * 1000)
    (folder / "postgres.log").write_text("noise")
    (folder / "pin.key").write_bytes(b"k" * 32)
    (folder / "pin.key").chmod(0o600)
    return folder


async def contents(database: Database) -> dict[str, list[str]]:
    return {
        name: [
            str(tuple(row.values()))
            for row in await database.pool.fetch(f"select * from {name} order by 1, 2")
        ]
        for name in TABLES
    }


async def test_what_was_backed_up_is_there_after_a_restore(
    filled: Database, empty: Database, data: Path, tmp_path: Path
):
    made = await backup(tmp_path / "kept", filled, data, silent)
    assert made.rows["public.interaction"] == 60
    assert [kept.path for kept in made.files] == [
        DUMP,
        "files/pin.key",
        "files/recordings/2026-11-23/1-c1.wav",
        "files/sounds/welcome.wav",
    ]
    there = tmp_path / "elsewhere"
    assert await restore(tmp_path / "kept", empty, there, silent) == made
    assert await contents(empty) == await contents(filled)
    assert (there / "pin.key").stat().st_mode & 0o777 == 0o600
    name = "recordings/2026-11-23/1-c1.wav"
    assert (there / name).read_bytes() == (data / name).read_bytes()
    assert sorted(path.name for path in there.iterdir()) == ["pin.key", "recordings", "sounds"]
    assert await empty.migrate() == []


async def test_a_backup_takes_what_was_committed_when_it_began(filled: Database, data: Path, tmp_path: Path):
    made = await backup(tmp_path / "kept", filled, data, silent)
    counted = await filled.pool.fetchval("select count(*) from journal")
    assert made.rows["public.journal"] == counted


async def test_a_backup_goes_only_to_a_new_name(filled: Database, data: Path, tmp_path: Path):
    with pytest.raises(UserError, match="is there already"):
        await backup(tmp_path, filled, data, silent)


async def test_a_backup_that_fails_leaves_nothing(filled: Database, data: Path, tmp_path: Path):
    place = tmp_path / "backups"
    await filled.pool.execute("drop table schema_migrations")
    with pytest.raises(asyncpg.UndefinedTableError):
        await backup(place / "kept", filled, data, silent)
    assert list(place.iterdir()) == []


async def test_a_dump_that_fails_says_why(filled: Database, tmp_path: Path):
    with pytest.raises(UserError, match=r"pg_dump failed on the database at .*: .*could not open"):
        await run_tool("pg_dump", (f"--file={tmp_path}/not/there",), filled.url, lambda: None)


@pytest.mark.parametrize("file", [DUMP, "files/pin.key", "files/recordings/2026-11-23/1-c1.wav"])
async def test_a_damaged_backup_changes_nothing(
    filled: Database, empty: Database, data: Path, tmp_path: Path, file: str
):
    kept = tmp_path / "kept"
    await backup(kept, filled, data, silent)
    with (kept / file).open("r+b") as damaged:
        damaged.write(b"?")
    with pytest.raises(UserError, match=f"damaged: {file} is not as it was written"):
        await restore(kept, empty, tmp_path / "elsewhere", silent)
    assert not (tmp_path / "elsewhere").exists()
    assert await empty.pool.fetch("select from pg_tables where schemaname = 'public'") == []


async def test_a_file_that_is_gone_is_damage(filled: Database, empty: Database, data: Path, tmp_path: Path):
    kept = tmp_path / "kept"
    await backup(kept, filled, data, silent)
    (kept / "files/pin.key").unlink()
    with pytest.raises(UserError, match="damaged"):
        await restore(kept, empty, tmp_path / "elsewhere", silent)


async def test_a_filled_database_is_refused(filled: Database, data: Path, tmp_path: Path):
    await backup(tmp_path / "kept", filled, data, silent)
    with pytest.raises(UserError, match="not empty: it has public"):
        await restore(tmp_path / "kept", filled, tmp_path / "elsewhere", silent)


async def test_a_filled_data_directory_is_refused(
    filled: Database, empty: Database, data: Path, tmp_path: Path
):
    await backup(tmp_path / "kept", filled, data, silent)
    with pytest.raises(UserError, match=r"in use: it has pin\.key"):
        await restore(tmp_path / "kept", empty, data, silent)


async def test_a_server_that_just_made_its_files_there_is_no_obstacle(
    filled: Database, empty: Database, data: Path, tmp_path: Path
):
    await backup(tmp_path / "kept", filled, data, silent)
    for ours in ("pin.key", "recordings", "sounds"):
        path = data / ours
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    await restore(tmp_path / "kept", empty, data, silent)
    assert (data / "pin.key").exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": 2}, "has format 2, this release reads 1"),
        ({"migration": 9_999}, "made by a newer release"),
        ({"postgres": 99}, "from PostgreSQL 99"),
    ],
)
async def test_a_backup_from_the_future_is_refused(
    filled: Database, empty: Database, data: Path, tmp_path: Path, change: dict[str, int], said: str
):
    kept = tmp_path / "kept"
    made = await backup(kept, filled, data, silent)
    (kept / MANIFEST).write_bytes(msgspec.json.encode(msgspec.structs.replace(made, **change)))
    with pytest.raises(UserError, match=said):
        await restore(kept, empty, tmp_path / "elsewhere", silent)


async def test_a_manifest_that_points_outside_is_refused(
    filled: Database, empty: Database, data: Path, tmp_path: Path
):
    kept = tmp_path / "kept"
    made = await backup(kept, filled, data, silent)
    shutil.copy(kept / "files/pin.key", tmp_path / "victim")
    stray = msgspec.structs.replace(made.files[1], path="files/../../victim")
    (kept / MANIFEST).write_bytes(
        msgspec.json.encode(msgspec.structs.replace(made, files=(made.files[0], stray)))
    )
    with pytest.raises(UserError, match="damaged"):
        await restore(kept, empty, tmp_path / "elsewhere", silent)


async def test_rows_that_are_missing_after_a_restore_are_noticed(
    filled: Database, empty: Database, data: Path, tmp_path: Path
):
    kept = tmp_path / "kept"
    made = await backup(kept, filled, data, silent)
    more = msgspec.structs.replace(
        made, rows={**made.rows, "public.journal": made.rows["public.journal"] + 1}
    )
    (kept / MANIFEST).write_bytes(msgspec.json.encode(more))
    with pytest.raises(UserError, match=r"table public\.journal has \d+ rows, the backup had"):
        await restore(kept, empty, tmp_path / "elsewhere", silent)
    assert list((tmp_path / "elsewhere").iterdir()) == []


async def test_any_other_directory_is_no_backup(empty: Database, tmp_path: Path):
    with pytest.raises(UserError, match="no backup"):
        await restore(tmp_path, empty, tmp_path / "elsewhere", silent)
    (tmp_path / MANIFEST).write_text('{"format": 1, "files": 3}')
    with pytest.raises(UserError, match="can't be read"):
        await restore(tmp_path, empty, tmp_path / "elsewhere", silent)


def test_a_password_stays_off_the_command_line():
    address, secret = _without_password("postgresql://me:p%40ss@db.example:5433/calls?sslmode=require")
    assert address == "postgresql://me@db.example:5433/calls?sslmode=require"
    assert secret == {"PGPASSWORD": "p@ss"}


def test_a_manifest_says_what_it_is():
    assert set(Manifest.__struct_fields__) == {
        "format",
        "release",
        "made_at",
        "postgres",
        "migration",
        "rows",
        "files",
    }
