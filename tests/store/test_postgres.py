"""The embedded PostgreSQL through everything that happens to a server on somebody's machine."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
from outside import until

from callcenter.errors import DatabaseOfAnotherVersion, UserError
from callcenter.store import binaries, data_directory
from callcenter.store.binaries import Runner, find_binaries, runner_for
from callcenter.store.data_directory import (
    SOCKET_PATH_MAX_BYTES,
    make_socket_directory,
    server_status,
    socket_directory,
    why,
    works_in,
)
from callcenter.store.postgres import Postgres, running_url

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server another user")
Start = Callable[[Path], Awaitable[Postgres]]


@pytest.fixture
def folder() -> Iterator[Path]:
    """With a space in its name, and open to the server's user."""
    made = Path(tempfile.mkdtemp(prefix="callcenter tests "))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made)


@pytest.fixture
async def start(folder: Path) -> AsyncIterator[Start]:
    """Starts servers whose copies for an unprivileged user stay inside the test's folder."""
    started = []

    async def start(directory: Path) -> Postgres:
        started.append(await Postgres.start(directory, progress=said.append, shared_place=folder / "shared"))
        return started[-1]

    said: list[str] = []
    yield start
    for server in started:
        await server.stop()


async def ask(url: str, question: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def eventually(condition: Callable[[], bool]) -> None:
    async def holds() -> bool:
        return condition()

    await until(holds, 20)


async def test_a_new_directory_becomes_a_database_and_keeps_what_it_was_told(folder: Path, start: Start):
    server = await start(folder / "data")
    await ask(server.url, "create table kettle (litres int)")
    await server.stop()
    again = await start(folder / "data")
    assert again.url == server.url
    assert await ask(again.url, "select count(*) from kettle") == 0


async def test_it_listens_on_a_socket_that_only_its_user_can_open(folder: Path, start: Start):
    server = await start(folder / "data")
    assert await ask(server.url, "show listen_addresses") == ""
    assert (server.home.stat().st_mode & 0o777) == 0o700


async def test_it_sorts_and_folds_letters_of_every_language(postgres: Postgres):
    assert await ask(postgres.url, "select lower('ÄÖ') || upper('дом')") == "äöДОМ"


async def test_a_killed_server_comes_back_by_itself(folder: Path, start: Start):
    server = await start(folder / "data")
    await ask(server.url, "create table kettle (litres int)")
    watching = asyncio.create_task(server.watch())
    for _ in range(2):
        killed = server.pid
        os.kill(killed, signal.SIGKILL)
        await eventually(lambda killed=killed: server.pid != killed and is_ready(server))
        assert await ask(server.url, "select count(*) from kettle") == 0
    watching.cancel()
    await asyncio.wait([watching])


async def test_a_stopped_server_is_not_brought_back(folder: Path, start: Start):
    server = await start(folder / "data")
    watching = asyncio.create_task(server.watch())
    await server.stop()
    await watching
    assert running_url(folder / "data") is None


async def killed_service(directory: Path) -> int:
    """Starts a service on `directory`, lets it write, kills it; what comes back is its server's process id."""
    service = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVICE, str(directory), stdout=subprocess.PIPE
    )
    assert service.stdout is not None
    orphan = int(await service.stdout.readline())
    service.kill()
    await service.wait()
    return orphan


async def test_it_dies_with_a_killed_service(folder: Path):
    orphan = await killed_service(folder / "data")
    await eventually(lambda: not works_in(orphan, folder / "data" / "postgres"))


async def test_the_next_service_need_not_wait_for_that(folder: Path, start: Start):
    await killed_service(folder / "data")
    async with asyncio.timeout(3):  # a quarter of a second on a quiet machine
        server = await start(folder / "data")
    assert await ask(server.url, "select count(*) from kettle") == 1


SERVICE = """
import asyncio, sys
from pathlib import Path
import asyncpg
from callcenter.store.postgres import Postgres

async def main():
    directory = Path(sys.argv[1])
    shared = directory.parent / "shared"
    server = await Postgres.start(directory, progress=lambda _: None, shared_place=shared)
    connection = await asyncpg.connect(server.url)
    await connection.execute("create table kettle (litres int); insert into kettle values (2)")
    print(server.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_server_that_was_left_running_is_ended_first(folder: Path, start: Start):
    first = await start(folder / "data")
    left = first.pid
    first._lock.close()  # as if the service were gone and its death had not been noticed
    second = await start(folder / "data")
    assert second.pid != left
    assert await ask(second.url, "select 1") == 1


async def test_a_stale_process_id_that_now_is_a_strangers_stops_nobody(folder: Path, start: Start):
    server = await start(folder / "data")
    await server.stop()
    stranger = stranger_like(server)
    for file, owner in (("postmaster.pid", server.home), (".s.PGSQL.5432.lock", server.home)):
        lines = [str(stranger.pid), str(owner), "0", "5432", "", "", "", "ready"]
        (server.home / file).write_text("\n".join(lines))
        shutil.chown(server.home / file, server.home.stat().st_uid)
    again = await start(folder / "data")
    assert await ask(again.url, "select 1") == 1
    assert stranger.poll() is None
    stranger.kill()
    stranger.wait()


async def test_a_second_service_on_the_same_directory_is_refused(folder: Path, start: Start):
    assert running_url(folder / "data") is None
    server = await start(folder / "data")
    with pytest.raises(UserError, match=f"in use by process {os.getpid()}"):
        await start(folder / "data")
    assert running_url(folder / "data") == server.url


async def test_data_of_another_major_version_is_refused_untouched(folder: Path, start: Start):
    server = await start(folder / "data")
    await server.stop()
    (server.home / "PG_VERSION").write_text("12\n")
    with pytest.raises(DatabaseOfAnotherVersion, match="made by PostgreSQL 12"):
        await start(folder / "data")
    assert running_url(folder / "data") is None  # and the lock is free again


async def test_a_path_too_long_for_a_socket_gets_a_short_one(folder: Path, start: Start):
    server = await start(folder / ("long " * 20).strip() / "data")
    short = socket_directory(server.home)
    assert len(os.fsencode(server.home)) > SOCKET_PATH_MAX_BYTES
    assert short.parent == Path("/tmp")
    assert (short.stat().st_mode & 0o777) == 0o700
    assert await ask(server.url, "select 1") == 1
    await server.stop()
    shutil.rmtree(short)


def test_a_socket_directory_that_somebody_else_made_is_refused(folder: Path):
    home = folder / ("x" * 120)
    taken = socket_directory(home)
    taken.mkdir(mode=0o777)
    taken.chmod(0o777)
    with pytest.raises(UserError, match="belongs to somebody else"):
        make_socket_directory(home, Runner(uid=os.geteuid(), gid=os.getegid(), switch=False))
    taken.rmdir()


@AS_ROOT
async def test_root_below_a_closed_home_keeps_the_data_elsewhere(folder: Path, start: Start):
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    server = await start(closed / "data")
    assert (closed / "data" / "postgres").is_symlink()
    assert server.home.parent == folder / "shared" / "databases"
    await ask(server.url, "create table kettle (litres int)")
    await server.stop()
    again = await start(closed / "data")
    assert await ask(again.url, "select count(*) from kettle") == 0


@AS_ROOT
async def test_a_closed_umask_of_root_locks_nobody_out(folder: Path, start: Start):
    closed = folder / "home"
    closed.mkdir(mode=0o700)
    before = os.umask(0o077)
    try:
        server = await start(closed / "data")
    finally:
        os.umask(before)
    assert await ask(server.url, "select 1") == 1


@AS_ROOT
def test_root_copies_an_environment_that_the_servers_user_cannot_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    said: list[str] = []
    runner = runner_for(folder / "absent")
    monkeypatch.setattr(Runner, "can_reach", lambda self, path: False)
    for _ in range(2):
        found = find_binaries(runner, said.append, folder / "shared")
    assert found.directory.is_relative_to(folder / "shared")
    subprocess.run(
        [found.program("initdb"), "--version"], check=True, capture_output=True, **runner.as_child()
    )
    assert len(said) == 1


@AS_ROOT
def test_the_server_never_runs_as_root(postgres: Postgres):
    assert pwd.getpwuid(postgres.home.stat().st_uid).pw_name in binaries.UNPRIVILEGED_USERS
    assert Path(f"/proc/{postgres.pid}").stat().st_uid == postgres.home.stat().st_uid


async def test_a_disk_too_small_for_a_database_is_a_clear_sentence(
    folder: Path, start: Start, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(data_directory, "NEW_DATA_BYTES", 1 << 60)
    with pytest.raises(UserError, match="is full"):
        await start(folder / "data")
    monkeypatch.undo()
    await start(folder / "data")


async def test_a_data_directory_that_cannot_be_made_is_a_clear_sentence(start: Start):
    with pytest.raises(UserError, match="can't be used: Not a directory"):
        await start(Path("/dev/null/data"))


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ('PANIC:  could not write to file "x": No space left on device', "The disk that holds /x is full."),
        ("initdb: error: could not access: Permission denied", "PostgreSQL has no right to its data in /x."),
        ("LOG: a\nFATAL:  bad setting\nLOG: b", "PostgreSQL in /x did not start: FATAL:  bad setting."),
        ("", "PostgreSQL in /x did not start: it said nothing."),
    ],
)
def test_what_postgres_says_on_its_way_out_becomes_a_sentence(said: str, sentence: str):
    assert why(said, Path("/x")).what == sentence


@pytest.mark.skipif(not list(Path("/usr/lib").glob("postgresql/*/bin/initdb")), reason="none installed")
def test_without_the_wheel_the_distributions_postgresql_serves(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(binaries, "_from_wheel", lambda *_: None)
    assert find_binaries(runner_for(Path("/absent")), print).directory.is_relative_to("/usr/lib/postgresql")


def test_without_any_postgresql_the_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(binaries, "_from_wheel", lambda *_: None)
    monkeypatch.setattr(binaries, "DISTRIBUTION_PLACES", ())
    with pytest.raises(UserError, match="DATABASE_URL"):
        find_binaries(runner_for(Path("/absent")), print)


def stranger_like(server: Postgres) -> subprocess.Popen[bytes]:
    return subprocess.Popen(["sleep", "60"], **runner_for(server.home).as_child())


def is_ready(server: Postgres) -> bool:
    return server_status(server.home) == (server.pid, "ready")
