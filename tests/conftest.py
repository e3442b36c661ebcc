"""What every test may ask for: a real PostgreSQL, a fresh database in it, and no task left behind."""

from __future__ import annotations

import asyncio
import inspect
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from databases import Databases

from callcenter.store.database import Database
from callcenter.store.postgres import Postgres
from tests.browser import one_browser


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also what is marked long: minutes more")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is marked long is left out, unless it is asked for."""
    if config.getoption("--long"):
        return
    long = [item for item in items if item.get_closest_marker("long")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


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
    """The server's own database, which no test fills."""
    return postgres.url


@pytest.fixture(scope="session")
def databases(postgres_url: str) -> Databases:
    made = Databases(postgres_url)
    asyncio.run(made.make_template())
    return made


@pytest.fixture
async def database_url(databases: Databases) -> AsyncIterator[str]:
    """The address of a database that this test has for itself, migrated and empty."""
    name = await databases.lend()
    yield databases.url(name)
    await databases.take_back(name)


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
    leaked = {one for one in asyncio.all_tasks() - before - {asyncio.current_task()} if not _of_browser(one)}
    names = sorted(f"{task.get_name()} ({task.get_coro()})" for task in leaked)
    for task in leaked:
        task.cancel()
    assert not leaked, f"still running after the test: {', '.join(names)}"


def _of_browser(task: asyncio.Task[object]) -> bool:
    """Those of the one browser go on from test to test."""
    code = getattr(task.get_coro(), "cr_code", None)
    return code is not None and "playwright" in code.co_filename


@pytest.fixture(scope="session", autouse=True)
async def _browser_ends() -> AsyncIterator[None]:
    yield
    await one_browser.close()
