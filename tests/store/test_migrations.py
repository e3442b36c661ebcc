"""Migrations and named statements, against a real server and folders made for the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from callcenter.errors import DatabaseOfAnotherVersion, DatabaseUnreachable, DatabaseUnsafe
from callcenter.facts import CentreSetup, QueueSetup
from callcenter.history.records import Interaction
from callcenter.resources import schemas
from callcenter.store.database import Database, place
from callcenter.store.history_rows import Batch
from callcenter.store.journal import Journal
from callcenter.store.migrations import load
from callcenter.store.statements import Statements

FIRST = "create table kettle (litres integer not null);"
SECOND = "insert into kettle values (2); create index kettle_litres on kettle (litres);"


@pytest.fixture
async def empty(database_url: str) -> AsyncIterator[Database]:
    """A database without even our own migrations."""
    connection = await asyncpg.connect(database_url)
    await connection.execute("drop schema public cascade; create schema public")
    await connection.close()
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


def folder_of(path: Path, *migrations: str) -> Path:
    path.mkdir(exist_ok=True)
    for number, sql in enumerate(migrations, start=1):
        (path / f"{number:04}_step.sql").write_text(sql)
    return path


async def test_pending_migrations_run_once_in_order(empty: Database, tmp_path: Path):
    assert [step.number for step in await empty.migrate(folder_of(tmp_path, FIRST))] == [1]
    assert [step.number for step in await empty.migrate(folder_of(tmp_path, FIRST, SECOND))] == [2]
    assert await empty.migrate(tmp_path) == []
    assert await empty.pool.fetchval("select litres from kettle") == 2


async def test_a_migration_that_fails_leaves_nothing_of_its_batch(empty: Database, tmp_path: Path):
    with pytest.raises(asyncpg.PostgresError) as caught:
        await empty.migrate(folder_of(tmp_path, FIRST, "insert into pot values (1)"))
    assert caught.value.__notes__ == ["in migration 0002_step.sql; nothing was changed"]
    assert await empty.pool.fetchval("select to_regclass('kettle')") is None


async def test_old_interactions_get_the_line_of_their_last_queue(empty: Database, tmp_path: Path):
    """0.1.0 told none; the newest setup counts, as the rights of the queue do."""
    ours = schemas() / "sql" / "migrations"
    for step in sorted(ours.glob("000[1-8]*.sql")):
        (tmp_path / step.name).write_text(step.read_text())
    await empty.migrate(tmp_path)
    for line in ("old", "lending"):
        queues = (QueueSetup("loans", "Loans", business_line=line), QueueSetup("care", "Care"))
        await Journal(empty, 1).import_setup(CentreSetup("Bank", "UTC", (), queues, (), ()), "ada")
    async with empty.pool.acquire() as connection:
        for number, (queue, line) in enumerate([("loans", ""), ("care", ""), (None, ""), ("loans", "own")]):
            await connection.execute(
                "insert into interaction (centre, contact, channel, direction, provider, business_line, dnis,"
                " tree, tree_version, started_at, grade, language, verified, path, milestones, entered, queue,"
                " ivr_ms, wait_ms, talk_ms, down_ms, quarantined) values (1, $1, 'voice', 'inbound', 'x', $3,"
                " '', '', 0, 0, '', '', false, '[]', '[]', '[]', $2, 0, 0, 0, 0, '')",
                *(number, queue, line),
            )
    await empty.migrate(ours)
    rows = await empty.pool.fetch("select business_line from interaction order by contact")
    assert [row["business_line"] for row in rows] == ["lending", "", "", "own"]
    still_open = Interaction(
        contact=0, provider="x", ani=None, dnis="", tree="", tree_version=0, started_at=0, queue="loans"
    )
    batch = Batch()
    batch.add([still_open])
    async with empty.pool.acquire() as connection:
        await batch.write(connection, 1)
    assert await empty.pool.fetchval("select business_line from interaction where contact = 0") == "lending"


async def test_two_processes_may_migrate_at_once(empty: Database, tmp_path: Path):
    folder = folder_of(tmp_path, FIRST, SECOND)
    ran = await asyncio.gather(*(empty.migrate(folder) for _ in range(4)))
    assert sorted(len(steps) for steps in ran) == [0, 0, 0, 2]


async def test_a_database_of_a_newer_release_is_refused(empty: Database, tmp_path: Path):
    await empty.migrate(folder_of(tmp_path, FIRST, SECOND))
    (tmp_path / "0002_step.sql").unlink()
    with pytest.raises(DatabaseOfAnotherVersion, match="newer release: it has migration 0002_step"):
        await empty.migrate(tmp_path)


async def test_a_migration_edited_after_it_ran_is_refused(empty: Database, tmp_path: Path):
    await empty.migrate(folder_of(tmp_path, FIRST))
    with pytest.raises(DatabaseOfAnotherVersion, match="another migration 0001_step"):
        await empty.migrate(folder_of(tmp_path, FIRST + " "))


@pytest.mark.parametrize("names", [("0001_a.sql", "0001_b.sql"), ("one.sql",), ("0001-a.sql",)])
def test_doubles_and_unnumbered_files_are_bugs(tmp_path: Path, names: tuple[str, ...]):
    for name in names:
        (tmp_path / name).write_text("select 1")
    with pytest.raises(ValueError, match=r"number|named"):
        load(tmp_path)


async def test_a_server_that_may_lose_commits_is_refused(database_url: str):
    connection = await asyncpg.connect(database_url)
    name = await connection.fetchval("select current_database()")
    await connection.execute(f"alter database {name} set synchronous_commit = off")
    await connection.close()
    with pytest.raises(DatabaseUnsafe, match="synchronous_commit = off") as caught:
        await Database.open(database_url)
    assert "Set synchronous_commit = on" in caught.value.remedy


async def test_an_unreachable_database_is_named_without_its_password():
    with pytest.raises(DatabaseUnreachable) as caught:
        await Database.open("postgresql://me:secret@127.0.0.1:1/calls")
    assert "127.0.0.1:1/calls" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_an_address_that_is_none_is_a_clear_sentence():
    with pytest.raises(DatabaseUnreachable, match="can't be used"):
        await Database.open("mysql://somewhere/else")


async def test_a_missing_database_is_a_clear_sentence(postgres_url: str):
    with pytest.raises(DatabaseUnreachable, match='database "absent" does not exist'):
        await Database.open(postgres_url.replace("/callcenter?", "/absent?"))


async def test_reports_only_read_and_never_in_parallel(database: Database):
    assert await database.reports.fetchval("show max_parallel_workers_per_gather") == "0"
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await database.reports.execute("create table report (a int)")


def test_a_place_shows_no_user_and_no_password():
    assert place("postgresql://u:p@db.example:5433/calls?sslmode=require") == "db.example:5433/calls"
    assert place("postgresql://u@/calls?host=/run/pg") == "/run/pg/calls"


def write(path: Path, text: str) -> Statements:
    (path / "kitchen.sql").write_text(text)
    return Statements(path / "kitchen.sql")


BOIL = "-- The kitchen's SQL.\n\n-- name: boil\n-- Heats one kettle.\nupdate kettle\nset hot = true;\n"


def test_statements_are_found_by_attribute_and_key(tmp_path: Path):
    kitchen = write(tmp_path, BOIL + "\n-- name: pour\n-- Empties it.\n-- For good.\ndelete from kettle;\n")
    assert kitchen.boil == "/* kitchen.boil */ update kettle\nset hot = true"
    assert kitchen["pour"] == "/* kitchen.pour */ delete from kettle"
    assert list(kitchen) == ["boil", "pour"]


def test_an_unknown_statement_names_the_nearest(tmp_path: Path):
    kitchen = write(tmp_path, BOIL)
    with pytest.raises(AttributeError, match="did you mean 'boil'"):
        kitchen.bol  # noqa: B018
    with pytest.raises(KeyError, match="did you mean 'boil'"):
        kitchen["bol"]


@pytest.mark.parametrize(
    "text",
    [BOIL + BOIL, "-- name: boil\nselect 1", "-- name: boil\n-- Nothing.\n", "-- name: two words\n-- A.\na"],
)
def test_statements_without_description_text_or_own_name_are_bugs(tmp_path: Path, text: str):
    with pytest.raises(ValueError, match=r"needs a comment|is no name"):
        write(tmp_path, text)


def test_our_own_statements_and_migrations_can_be_read():
    for path in (schemas() / "sql").glob("*.sql"):
        assert Statements(path)
    load(schemas() / "sql" / "migrations")
