"""The embedded PostgreSQL: our own child, which lives as long as the service and comes back when it is killed.

    server = await Postgres.start(directory, progress=print)    # from the main thread
    async with asyncio.TaskGroup() as group:
        group.create_task(server.watch(), name="postgres")
        ...                                                     # connect to server.url
    await server.stop()

One lock file names the one process that may run a server on a directory; whoever holds it may end a server that an
earlier, killed service left behind. The server listens on a unix socket that only its user can open, never on TCP.
"""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

import asyncpg
import structlog

from callcenter.errors import DatabaseOfAnotherVersion, DatabaseUnreachable, UserError
from callcenter.store.binaries import SHARED_PLACE, Binaries, Progress, Runner, find_binaries, runner_for

START_SECONDS = 60  # crash recovery after a busy day may take a while
STOP_SECONDS = 20
RETRY_SECONDS = 1.0
POLL_SECONDS = 0.01
SOCKET_PATH_MAX_BYTES = 107  # sun_path is 108 bytes with its final zero
LOG_MAX_BYTES = 10_000_000
PORT = 5432  # only part of the socket's name: nothing listens on TCP
NAME = "callcenter"  # of the database and of its owner

# Fast shutdown. When the service dies the server writes one checkpoint and ends in good order, so the next start
# needs no recovery; SIGQUIT would leave up to max_wal_size to replay, which takes longer than the checkpoint.
DEATH_SIGNAL = signal.SIGINT

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
        self._log_file = home.with_name(home.name + ".log")
        self._runner = runner
        self._binaries = binaries
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    async def start(
        cls, directory: Path, *, progress: Progress, shared_place: Path = SHARED_PLACE
    ) -> Postgres:
        """A server on `directory`/postgres, made on first use.

        `progress` is told in a sentence what takes time. Raises UserError (disk full, no rights, in use) and
        DatabaseOfAnotherVersion. Must run in the main thread: Linux tells a child of its parent's death when the
        *thread* that started it ends.
        """
        assert threading.current_thread() is threading.main_thread(), "start PostgreSQL from the main thread"
        lock = _take_lock(directory)
        try:
            home = directory / "postgres"
            runner = runner_for(home)
            binaries = await asyncio.to_thread(find_binaries, runner, progress, shared_place)
            home = _home(directory, runner, shared_place, progress)
            if not (home / "PG_VERSION").exists():
                progress(f"Making a database in {home}")
                await asyncio.to_thread(_initialise, home, runner, binaries)
            _refuse_other_major(home, binaries)
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
        """Bring the server back whenever it ends, until cancelled."""
        while True:
            assert self._process is not None
            await _ended(self._process)
            log.warning("postgres ended", status=self._process.returncode)
            await self._respawn()

    async def stop(self) -> None:
        """End the server in good order and let the directory go."""
        if self._process is not None:
            await _end(self._process)
        self._lock.close()

    async def _respawn(self) -> None:
        began = time.monotonic()
        while True:
            try:
                await self._spawn()
            except (DatabaseUnreachable, UserError) as error:
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
            log_from = self._open_log()
            self._process = self._popen()
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
                raise _why(said, self.home)
            await asyncio.sleep(POLL_SECONDS)

    def _popen(self) -> subprocess.Popen[bytes]:
        settings = {**SETTINGS, "unix_socket_directories": f'"{_socket_directory(self.home, self._runner)}"'}
        command = [self._binaries.program("postgres"), "-D", str(self.home)]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        with self._log_file.open("ab") as output:
            return subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=_environment(),
                cwd="/",
                start_new_session=True,  # Ctrl-C is for the service; it ends its server last
                preexec_fn=_die_with_parent(),
                **self._runner.popen_arguments(),
            )

    async def _is_ready(self, deadline: float) -> bool:
        assert self._process is not None
        while self._process.poll() is None:
            if _status(self.home) == (self._process.pid, "ready"):
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
        connection = await asyncpg.connect(self.url.replace(f"/{NAME}?", "/postgres?"))
        try:
            if not await connection.fetchval("select 1 from pg_database where datname = $1", NAME):
                await connection.execute(f"create database {NAME}")
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
    return f"postgresql://{NAME}@/{NAME}?host={quote(str(_socket_path(home)), safe='/')}&port={PORT}"


def running_url(directory: Path) -> str | None:
    """The address of the embedded server that another process runs on `directory`, if one does."""
    try:
        _take_lock(directory).close()
    except UserError:
        return url_of((directory / "postgres").resolve())
    return None


def _take_lock(directory: Path) -> IO[str]:
    try:
        directory.mkdir(mode=0o711, parents=True, exist_ok=True)
        lock = (directory / "postgres.lock").open("a+")
    except OSError as error:
        raise UserError(
            f"The data directory {directory} can't be used: {error.strerror}.",
            "Give another one in CALLCENTER_DATA or in [data] directory, or start as its owner.",
        ) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip()
        lock.close()
        raise UserError(
            f"The data directory {directory} is in use by process {holder or '(starting)'}.",
            "Stop that one, or give this one another directory in CALLCENTER_DATA.",
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}\n")
    lock.flush()
    return lock


def _home(directory: Path, runner: Runner, shared_place: Path, progress: Progress) -> Path:
    """Where the data really lies: `directory`/postgres, or behind that link when `runner` can't get there."""
    home = directory.resolve() / "postgres"
    if home.is_symlink():
        return home.resolve()
    if not runner.switch or runner.can_reach(home.parent):
        return home
    shared = shared_place / "databases" / secrets.token_hex(6)
    progress(f"Keeping the database in {shared}: PostgreSQL's user can't enter {directory}")
    shared.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
    home.symlink_to(shared)
    return shared


def _initialise(home: Path, runner: Runner, binaries: Binaries) -> None:
    """Into a directory beside it that is renamed at the end: an interrupted start leaves nothing half made."""
    unfinished = home.with_name(home.name + ".unfinished")
    command = ["--pgdata", str(unfinished), "--username", NAME, "--encoding", "UTF8", "--locale", "C.UTF-8"]
    command += ["--auth-local", "trust", "--auth-host", "reject"]
    if binaries.major >= 17:  # sorts alike on every machine, whatever its C library
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    try:
        _remove_tree(unfinished)
        unfinished.mkdir(mode=0o700)
        if runner.switch:
            os.chown(unfinished, runner.uid, runner.gid)
        made = subprocess.run(
            [binaries.program("initdb"), *command],
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            cwd="/",
            **runner.popen_arguments(),  # type: ignore[call-overload]
        )
        if made.returncode:
            raise _why(made.stderr or made.stdout, home)
        unfinished.rename(home)
    except OSError as error:
        raise _why(str(error.strerror), home) from error
