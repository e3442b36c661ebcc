"""What every test may ask for: a real PostgreSQL, a fresh database in it, and no task left behind."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from callcenter.store.database import Database
from callcenter.store.postgres import Postgres

TEMPLATE = "template_migrated"

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def data_directory() -> Iterator[Path]:
    """A directory that PostgreSQL's unprivileged user can enter too, which pytest's own are not."""
    folder = Path(tempfile.mkdtemp(prefix="callcenter-tests-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(data_directory: Path) -> Iterator[Postgres]:
    """One embedded server for all tests of this process; it dies with it, whatever happens."""
    server = asyncio.run(Postgres.start(data_directory, progress=lambda _: None))
    yield server
    asyncio.run(server.stop())


@pytest.fixture(scope="session")
def postgres_url(postgres: Postgres) -> str:
    """The server's own database, with all migrations, as a template: to be copied, not to be used."""
    asyncio.run(_make_template(postgres.url))
    return postgres.url


@pytest.fixture
async def database_url(postgres_url: str) -> AsyncIterator[str]:
    """The address of a database of this test's own, migrated and empty."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    server = await asyncpg.connect(postgres_url)
    await server.execute(f"create database {name} template {TEMPLATE}")
    yield url_of_database(postgres_url, name)
    await server.execute(f"drop database {name} with (force)")
    await server.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """The same database, opened."""
    opened = await Database.open(database_url)
    yield opened
    await opened.close()


@pytest.fixture(autouse=True)
def no_leaked_tasks(request: pytest.FixtureRequest) -> None:
    """Fails a test that ends while a task it started still runs: in the service that is a leak."""
    if inspect.iscoroutinefunction(getattr(request, "function", None)):
        request.getfixturevalue("_tasks_ended")


@pytest.fixture
async def _tasks_ended() -> AsyncIterator[None]:
    before = asyncio.all_tasks()
    yield
    for _ in range(3):  # what was cancelled gets its last steps
        await asyncio.sleep(0)
    leaked = asyncio.all_tasks() - before - {asyncio.current_task()}
    names = sorted(f"{task.get_name()} ({task.get_coro()})" for task in leaked)
    for task in leaked:
        task.cancel()
    assert not leaked, f"still running after the test: {', '.join(names)}"


def url_of_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return url.replace("/callcenter?", f"/{name}?")


async def _make_template(url: str) -> None:
    server = await asyncpg.connect(url)
    await server.execute(f"create database {TEMPLATE}")
    await server.close()
    database = await Database.open(url_of_database(url, TEMPLATE))
    await database.migrate()
    await database.close()
