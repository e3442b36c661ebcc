"""The embedded PostgreSQL: our own child, lives as long as the service, comes back when it is killed.

    server = await Postgres.start(directory, progress=print)    # from the main thread
    async with asyncio.TaskGroup() as group:
        group.create_task(server.watch(), name="postgres")
        ...                                                     # connect to server.url
    await server.stop()

One lock file names the one process that may run a server on a directory; whoever holds it may end a server
that an earlier, killed service left behind. The server listens on a unix socket that only its user can open,
never on TCP.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

import asyncpg
import structlog

from callcenter.errors import DatabaseUnreachable, UserError
from callcenter.store.binaries import SHARED_PLACE, Binaries, Progress, Runner, find_binaries, runner_for
from callcenter.store.data_directory import (
    OWNER,
    PORT,
    DirectoryInUse,
    environment,
    home_of,
    initialise,
    log_file,
    make_socket_directory,
    refuse_other_major,
    remove_stale_files,
    server_status,
    socket_directory,
    take_lock,
    why,
    works_in,
)

START_SECONDS = 60  # crash recovery after a busy day may take a while
STOP_SECONDS = 20
RETRY_SECONDS = 1.0
POLL_SECONDS = 0.01
LOG_MAX_BYTES = 10_000_000
DATABASE = "callcenter"

# Fast shutdown. When the service dies the server writes one checkpoint and ends in good order, so the next
# start needs no recovery; SIGQUIT would leave up to max_wal_size to replay, which takes longer than the
# checkpoint.
DEATH_SIGNAL = signal.SIGINT
PR_SET_PDEATHSIG = 1  # linux/prctl.h

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": str(PORT),
    "max_connections": "50",
    "jit": "off",  # compiling costs more than any of our statements
    "log_error_verbosity": "terse",  # DETAIL and CONTEXT would write numbers and names into the log
}

log = structlog.get_logger(__name__)


class Postgres:
    """A running embedded server. `url` stays the same over restarts and releases."""

    def __init__(self, home: Path, runner: Runner, binaries: Binaries, lock: IO[str]) -> None:
        self.home = home
        self.url = url_of(home)
        self._log_file = log_file(home)
        self._runner = runner
        self._binaries = binaries
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    @classmethod
    async def start(
        cls, directory: Path, *, progress: Progress, shared_place: Path = SHARED_PLACE
    ) -> Postgres:
        """A server on `directory`/postgres, made on first use.

        `progress` is told in a sentence what takes time. Raises UserError (disk full, no rights, in use) and
        DatabaseOfAnotherVersion. Must run in the main thread: Linux tells a child of its parent's death when
        the *thread* that started it ends.
        """
        assert threading.current_thread() is threading.main_thread(), "start PostgreSQL from the main thread"
        lock = take_lock(directory)
        try:
            home = directory / "postgres"
            runner = runner_for(home)
            binaries = await asyncio.to_thread(find_binaries, runner, progress, shared_place)
            home = home_of(directory, runner, shared_place, progress)
            if not (home / "PG_VERSION").exists():
                progress(f"Making a database in {home}")
                await asyncio.to_thread(initialise, home, runner, binaries)
            refuse_other_major(home, binaries)
            await _end_orphan(home)
            server = cls(home, runner, binaries, lock)
            await server._spawn()
            await server._ensure_database()
        except BaseException:  # also when cancelled: nobody else would ever let the lock go
            lock.close()
            raise
        return server

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def watch(self) -> None:
        """Bring the server back whenever it ends, until it is stopped."""
        assert self._process is not None
        while True:
            await _ended(self._process)
            if self._stopping:
                return
            log.warning("postgres ended", status=self._process.returncode)
            await self._respawn()

    async def stop(self) -> None:
        """End the server in good order and let the directory go."""
        self._stopping = True
        if self._process is not None:
            await _end(self._process)
        self._lock.close()

    async def _respawn(self) -> None:
        began = time.monotonic()
        while True:
            try:
                await self._spawn()
            except UserError as error:
                # A full disk gets room again, a leftover backend ends: there is nothing better than to go on.
                log.error("postgres does not start", reason=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                log.info("postgres is back", after_ms=round((time.monotonic() - began) * 1000))
                return

    async def _spawn(self) -> None:
        """Start the server and wait until it takes connections."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                log_from = self._open_log()
                self._process = self._popen()
            except OSError as error:
                raise why(str(error.strerror), self.home) from error
            try:
                if await self._is_ready(deadline):
                    return
            except BaseException:
                self._process.send_signal(signal.SIGQUIT)
                raise
            said = self._log_since(log_from)
            # After kill -9 of the server its backends need a moment to notice.
            leftover = "is still in use" in said or "lock file" in said
            if not leftover or time.monotonic() > deadline:
                raise why(said, self.home)
            await asyncio.sleep(POLL_SECONDS)

    def _popen(self) -> subprocess.Popen[bytes]:
        settings = {
            **SETTINGS,
            "unix_socket_directories": f'"{make_socket_directory(self.home, self._runner)}"',
        }
        command = [self._binaries.program("postgres"), "-D", str(self.home)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log_file.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the service; it ends its server last
                preexec_fn=_die_with_parent(),
                **self._runner.as_child(),
            )

    async def _is_ready(self, deadline: float) -> bool:
        assert self._process is not None
        while self._process.poll() is None:
            if server_status(self.home) == (self._process.pid, "ready"):
                return True
            if time.monotonic() > deadline:
                self._process.send_signal(signal.SIGQUIT)
                raise DatabaseUnreachable(
                    f"PostgreSQL in {self.home} was not ready within {START_SECONDS} s.",
                    f"{self._log_file} says what it is doing.",
                )
            await asyncio.sleep(POLL_SECONDS)
        return False

    async def _ensure_database(self) -> None:
        connection = await asyncpg.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"))
        try:
            if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
                await connection.execute(f"create database {DATABASE}")
        finally:
            await connection.close()

    def _open_log(self) -> int:
        if self._log_file.exists() and self._log_file.stat().st_size > LOG_MAX_BYTES:
            self._log_file.replace(self._log_file.with_suffix(".log.old"))
        return self._log_file.stat().st_size if self._log_file.exists() else 0

    def _log_since(self, start: int) -> str:
        with self._log_file.open("rb") as file:
            file.seek(start)
            return file.read().decode(errors="replace")


def url_of(home: Path) -> str:
    """The address of the server whose data lies in `home`."""
    return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(socket_directory(home)), safe='/')}&port={PORT}"


def running_url(directory: Path) -> str | None:
    """The address of the embedded server that another process runs on `directory`, if one does."""
    if not (directory / "postgres").exists():
        return None
    try:
        take_lock(directory).close()
    except DirectoryInUse:
        return url_of((directory / "postgres").resolve())
    return None


async def _end_orphan(home: Path) -> None:
    """End the server that a killed service left behind: we hold the lock, so nobody is using it.

    Usually it is already stopping (see DEATH_SIGNAL) and this only waits. A server that was killed leaves
    files behind, and the process id in them may be anybody's by now; in a restarted container it mostly is.
    """
    status = server_status(home)
    if status is None:
        return
    orphan = status[0]
    if not works_in(orphan, home):
        remove_stale_files(home)
        return
    log.info("ending the server of an earlier run", pid=orphan)
    _signal(orphan, signal.SIGINT)
    deadline = time.monotonic() + STOP_SECONDS
    while works_in(orphan, home):
        if time.monotonic() > deadline:
            _signal(orphan, signal.SIGQUIT)
            deadline += STOP_SECONDS
        await asyncio.sleep(POLL_SECONDS)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):  # it ended in this very moment
        os.kill(pid, number)


async def _end(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGINT)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await _ended(process)
    except TimeoutError:
        process.send_signal(signal.SIGQUIT)
        await _ended(process)


async def _ended(process: subprocess.Popen[bytes]) -> None:
    """Until the process has ended, without a thread or a busy wait: its pidfd becomes readable."""
    if process.poll() is not None:
        return
    descriptor = os.pidfd_open(process.pid)
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
        process.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)


def _die_with_parent() -> Callable[[], None]:
    """What the child does between fork and exec: ask for DEATH_SIGNAL when we die.

    Everything is looked up before the fork; the child of a process with threads may do little more than call.
    """
    set_death_signal = ctypes.CDLL(None, use_errno=True).prctl
    arguments = tuple(ctypes.c_ulong(value) for value in (PR_SET_PDEATHSIG, DEATH_SIGNAL, 0, 0, 0))
    parent = os.getpid()

    def in_child() -> None:
        set_death_signal(*arguments)
        if os.getppid() != parent:  # we died before the request: nothing would ever end this child
            os._exit(1)

    return in_child
