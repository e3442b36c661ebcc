"""The files of a backup: which of a data directory's are kept, copied and proved byte by byte.

The rule: everything in the data directory is kept but what the database's dump holds already, what makes itself
again, and what only means something to a running process; so a room that adds a folder is in the backup.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from callcenter.errors import UserError

FILES = "files"
LEFT_OUT = frozenset({"postgres", "prompts"})
"""the server's own, which is dumped, and a cache, which makes itself"""
LEFT_OUT_ENDINGS = (".log", ".log.old", ".lock", ".pid", ".anchor")
"""an anchor knows of entries that were written after the dump"""
PASSES_MAX = 3
"""over the data directory: what a recorder renames while we copy is met the next time"""
CHUNK_BYTES = 1 << 20
PROGRESS_SECONDS = 2.0

Progress = Callable[[str], None]


class Kept(Struct, frozen=True):
    """One file of the backup, by its path within it."""

    path: str
    bytes: int
    sha256: str


def kept_files(data: Path) -> Iterator[PurePosixPath]:
    """What a backup keeps of a data directory, also behind links to other disks."""
    for folder, folders, names in os.walk(data, followlinks=True):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT and not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if path.is_file() and not name.endswith(LEFT_OUT_ENDINGS):  # no sockets
                yield PurePosixPath(path.relative_to(data))


def copy_files(data: Path, backup: Path, progress: Progress) -> list[Kept]:
    """Into the backup; a service may be at work in `data`."""
    copied: dict[PurePosixPath, Kept] = {}
    tick = _Ticker(progress, "Backup: copied")
    for _ in range(PASSES_MAX):
        fresh = [path for path in kept_files(data) if path not in copied]
        for path in fresh:
            with contextlib.suppress(FileNotFoundError):  # renamed meanwhile: the next pass meets it
                copied[path] = _copy(data / path, backup / FILES / path, f"{FILES}/{path}")
                tick.add(copied[path].bytes)
        if not fresh:
            break
    return list(copied.values())


def verify(backup: Path, files: Sequence[Kept], progress: Progress) -> None:
    """Raises UserError unless every file is as it was written, and within the backup."""
    tick = _Ticker(progress, "Restore: checked", sum(kept.bytes for kept in files))
    for kept in files:
        path = PurePosixPath(kept.path)
        try:
            whole = ".." not in path.parts and not path.is_absolute() and digest(backup, kept.path) == kept
        except FileNotFoundError:
            whole = False
        if not whole:
            raise UserError(
                f"The backup {backup} is damaged: {kept.path} is not as it was written.",
                "Use another backup; nothing has been changed.",
            )
        tick.add(kept.bytes)


def stage_files(backup: Path, files: Sequence[Kept], scratch: Path, progress: Progress) -> None:
    """Out of the backup, to where a rename brings them into place."""
    files = [kept for kept in files if PurePosixPath(kept.path).parts[0] == FILES]
    tick = _Ticker(progress, "Restore: copied", sum(kept.bytes for kept in files))
    for kept in files:
        copied = _copy(backup / kept.path, scratch / PurePosixPath(kept.path).relative_to(FILES), kept.path)
        tick.add(copied.bytes)


def put_in_place(scratch: Path, data: Path) -> None:
    for top in sorted(scratch.iterdir()):
        top.rename(data / top.name)


def digest(backup: Path, name: str) -> Kept:
    with (backup / name).open("rb") as file:
        return Kept(name, os.fstat(file.fileno()).st_size, hashlib.file_digest(file, "sha256").hexdigest())


@contextlib.contextmanager
def disk_errors(place: Path) -> Iterator[None]:
    """What a disk or a right stands in the way of, as a UserError."""
    try:
        yield
    except OSError as error:
        where = error.filename or place
        if error.errno == errno.ENOSPC:
            raise UserError(f"The disk of {where} is full.", "Make room on it, then try again.") from error
        raise UserError(
            f"{where} can't be used: {error.strerror}.", "Give another place, or start as its owner."
        ) from error


def mb(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"


def _copy(source: Path, target: Path, name: str) -> Kept:
    """Copy, with its rights; what was copied is what is told, also when the file grows meanwhile."""
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as reading:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as writing:
            while chunk := reading.read(CHUNK_BYTES):
                digest.update(chunk)
                writing.write(chunk)
                size += len(chunk)
            writing.flush()
            os.fsync(writing.fileno())
    shutil.copymode(source, target)
    return Kept(name, size, digest.hexdigest())


class _Ticker:
    """Tells how many bytes are done, every PROGRESS_SECONDS."""

    def __init__(self, progress: Progress, what: str, of: int = 0) -> None:
        self._progress, self._what, self._of = progress, what, of
        self._done, self._told_at = 0, time.monotonic()

    def add(self, count: int) -> None:
        self._done += count
        if time.monotonic() - self._told_at > PROGRESS_SECONDS:
            self._told_at = time.monotonic()
            self._progress(f"{self._what} {mb(self._done)}" + (f" of {mb(self._of)}" if self._of else ""))
