"""Where the audit's chain ends, kept outside the database: whoever cuts its end off has to find this file as well.

The rule: it never goes back. What it says that the chain doesn't bear out is kept beside it as a witness. A backup
leaves it out: it is made after the dump, so it would know of entries that the dump has not.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import structlog
from msgspec import Struct

ANCHOR = "audit.anchor"
_WITNESS = "audit-*.anchor"

log = structlog.get_logger(__name__)


class End(Struct, frozen=True):
    """The number and the hash of an entry that was once the last one."""

    n: int
    hash: bytes


class Anchor:
    """The file at `path`; only its owner can read it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._n = 0
        self._lock = asyncio.Lock()

    async def move(self, n: int, hash: bytes) -> None:
        """The chain ends there now, durably. A disk that fails is told and costs nobody anything else."""
        async with self._lock:
            if n <= self._n:
                return
            try:
                await asyncio.to_thread(self._write, End(n, hash))
                self._n = n
            except OSError as error:
                log.error("audit.anchor_not_written", path=str(self._path), reason=error.strerror)

    def read(self) -> End | None:
        """None: there is none."""
        return _read(self._path)

    def keep(self) -> None:
        """What it says is not in the chain: it stays as a witness under its number."""
        end = self.read()
        if end is not None:
            self._path.rename(self._path.with_name(_WITNESS.replace("*", str(end.n))))

    def _write(self, end: End) -> None:
        fresh = self._path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(f"{end.n} {end.hash.hex()}\n".encode())
        fresh.replace(self._path)


def witnesses(data: Path) -> list[End]:
    """Everything that this data directory knows of ends of the chain."""
    return list(_ends(data))


def _ends(data: Path) -> Iterator[End]:
    for path in (data / ANCHOR, *sorted(data.glob(_WITNESS))):
        if (end := _read(path)) is not None:
            yield end


def _read(path: Path) -> End | None:
    with contextlib.suppress(FileNotFoundError):
        number, _, digest = path.read_text(encoding="ascii").strip().partition(" ")
        with contextlib.suppress(ValueError):
            return End(int(number), bytes.fromhex(digest))
        log.error("audit.anchor_unreadable", path=str(path))
    return None


def read_end(text: str) -> End:
    """An end as people write it down: "1234:3fa9c1…", the hash whole. Raises ValueError."""
    number, _, digest = text.partition(":")
    end = End(int(number), bytes.fromhex(digest))
    if end.n < 1 or len(end.hash) != 32:
        raise ValueError(text)
    return end
