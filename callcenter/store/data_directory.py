"""The directory of an embedded PostgreSQL: who may use it, where it really lies, how it comes into being.

directory/                the service's data directory
  postgres.lock           held by the one process that may run a server here
  postgres/               the server's data, or a link to where its user can reach it
  postgres.log
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import subprocess
from pathlib import Path
from typing import IO

from callcenter.errors import DatabaseOfAnotherVersion, DatabaseUnreachable, UserError
from callcenter.store.binaries import Binaries, Progress, Runner, make_passable

OWNER = "callcenter"  # the server's superuser: nobody else can open its socket
PORT = 5432  # only part of the socket's name: nothing listens on TCP
NEW_DATA_BYTES = 100_000_000  # an empty database takes half of it; the rest is the first day's journal
SOCKET_PATH_MAX_BYTES = 107  # sun_path is 108 bytes with its final zero


class DirectoryInUse(UserError):
    """Another process of ours runs its server there."""


def take_lock(directory: Path) -> IO[str]:
    """The lock of `directory`, held until it is closed. Raises DirectoryInUse, or UserError for want of rights."""
    try:
        make_passable(directory)
        lock = (directory / "postgres.lock").open("a+")
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
    except BlockingIOError:
        with lock:
            lock.seek(0)
            holder = lock.read().strip()
        raise DirectoryInUse(
            f"The data directory {directory} is in use by process {holder or '(starting)'}.",
            "Stop that one, or give this one another directory in CALLCENTER_DATA.",
        ) from None
    except OSError as error:
        raise UserError(
            f"The data directory {directory} can't be used: {error.strerror}.",
            "Give another one in CALLCENTER_DATA or in [data] directory, or start as its owner.",
        ) from error
    return lock


def home_of(directory: Path, runner: Runner, shared_place: Path, progress: Progress) -> Path:
    """Where the data really lies: `directory`/postgres, or behind that link when `runner` can't get there."""
    home = directory.resolve() / "postgres"
    if home.is_symlink():
        return home.resolve()
    if not runner.switch or runner.can_reach(home.parent):
        return home
    shared = shared_place / "databases" / secrets.token_hex(6)
    progress(f"Keeping the database in {shared}: PostgreSQL's user can't enter {directory}")
    make_passable(shared_place)
    make_passable(shared.parent)
    home.symlink_to(shared)
    return shared


def initialise(home: Path, runner: Runner, binaries: Binaries) -> None:
    """Make the data in `home`: beside it first, so that an interrupted start leaves nothing half made."""
    unfinished = home.with_name(home.name + ".unfinished")
    command = ["--pgdata", str(unfinished), "--username", OWNER, "--encoding", "UTF8", "--locale", "C.UTF-8"]
    command += ["--auth-local", "trust", "--auth-host", "reject"]
    if binaries.major >= 17:  # sorts alike on every machine, whatever its C library
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    try:
        if unfinished.exists():
            shutil.rmtree(unfinished)
        if shutil.disk_usage(home.parent).free < NEW_DATA_BYTES:
            raise why("No space left on device", home)
        unfinished.mkdir(mode=0o700)
        if runner.switch:
            os.chown(unfinished, runner.uid, runner.gid)
        made = subprocess.run(
            [binaries.program("initdb"), *command],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            cwd="/",
            **runner.as_child(),
        )
        log_file(home).write_text(made.stdout + made.stderr)
        if made.returncode:
            raise why(made.stderr or made.stdout, home)
        unfinished.rename(home)
    except OSError as error:
        raise why(str(error.strerror), home) from error


def log_file(home: Path) -> Path:
    """What the server on `home` says."""
    return home.with_name(f"{home.name}.log")


def refuse_other_major(home: Path, binaries: Binaries) -> None:
    """Raises DatabaseOfAnotherVersion when `home` was made by another major version than `binaries`."""
    made_by = (home / "PG_VERSION").read_text().strip()
    if made_by != str(binaries.major):
        raise DatabaseOfAnotherVersion(
            f"The data in {home} was made by PostgreSQL {made_by}, and this is PostgreSQL {binaries.major}.",
            "Bring it over with `callcenter backup` under the release that made it and `callcenter restore`"
            f" under this one, or use PostgreSQL {made_by} through DATABASE_URL.",
        )


def socket_directory(home: Path) -> Path:
    """Where the server's socket lies: with its data, or below /tmp when that path is too long for one."""
    path = os.fsencode(home / f".s.PGSQL.{PORT}")
    if len(path) <= SOCKET_PATH_MAX_BYTES and not set(path) & set(b',"'):
        return home
    return Path("/tmp") / f"callcenter-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"


def make_socket_directory(home: Path, runner: Runner) -> Path:
    """The same, made and closed to all but `runner`. Raises UserError when somebody else has taken it."""
    folder = socket_directory(home)
    if folder == home:
        return folder
    try:
        folder.mkdir(mode=0o700)
        if runner.switch:
            os.chown(folder, runner.uid, runner.gid)
    except FileExistsError:
        there = folder.lstat()
        if not stat.S_ISDIR(there.st_mode) or there.st_uid != runner.uid or there.st_mode & 0o077:
            raise UserError(
                f"{folder}, the place for the database's socket, belongs to somebody else.",
                f"Remove it, or choose a data directory with a shorter path than {home.parent}.",
            ) from None
    return folder


def server_status(home: Path) -> tuple[int, str] | None:
    """Process id and status ("starting", "ready", "stopping") of the server that says it runs on `home`.

    The lines of postmaster.pid: pg_ctl reads the same ones (src/include/utils/pidfile.h).
    """
    try:
        lines = (home / "postmaster.pid").read_text().splitlines()
        return int(lines[0]), lines[7].strip() if len(lines) > 7 else "starting"
    except (FileNotFoundError, IndexError, ValueError):  # absent, or half written
        return None


def works_in(pid: int, home: Path) -> bool:
    """Whether a process is part of the server on `home`: all of them have it as working directory."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(home)
    except OSError:  # gone, a zombie, or somebody else's
        return False


def remove_stale_files(home: Path) -> None:
    """Let a new server start where a dead one's process id now belongs to a stranger.

    PostgreSQL keeps away from any live process id in these files. They also guard against backends that
    outlived their server, so they stay as long as any process works in `home`.
    """
    if not any(works_in(int(entry.name), home) for entry in Path("/proc").glob("[0-9]*")):
        for file in (home / "postmaster.pid", socket_directory(home) / f".s.PGSQL.{PORT}.lock"):
            file.unlink(missing_ok=True)


def environment() -> dict[str, str]:
    """The server's environment: no secrets of ours, no PG* variables, a known language in its log."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def why(said: str, home: Path) -> UserError:
    """What PostgreSQL said on its way out, as a sentence and what to do."""
    if "No space left on device" in said:
        return UserError(f"The disk that holds {home} is full.", "Make room on it, then start again.")
    if "Permission denied" in said or "Operation not permitted" in said:
        return UserError(
            f"PostgreSQL has no right to its data in {home}.",
            "Start as the user who made it, or give another directory in CALLCENTER_DATA.",
        )
    last = [line for line in said.splitlines() if "FATAL" in line or "PANIC" in line or "error:" in line]
    reason = (last or said.splitlines() or ["it said nothing"])[-1].strip()
    return DatabaseUnreachable(
        f"PostgreSQL in {home} did not start: {reason}.",
        f"{log_file(home)} has the rest.",
    )
