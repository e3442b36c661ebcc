"""One media process a data directory, and how to find it: a file that is locked for as long as it lives.

The rule: the lock is the truth, for it ends with its process however that ends; what the file says (process id
and port of the phones' socket) only counts while it is locked.
"""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path
from typing import IO

from msgspec import Struct

from callcenter.errors import UserError

NAME = "media.lock"
TRIES = 20
TRY_SECONDS = 0.05
"""somebody may just be looking, which takes the lock for a moment"""


class Holder(Struct, frozen=True):
    pid: int
    port: int
    """0 until phones can connect"""


class Lock:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    @classmethod
    def take(cls, data: Path) -> Lock:
        """Be the media process of this directory. Raises UserError when there is one."""
        data.mkdir(mode=0o711, parents=True, exist_ok=True)
        file = (data / NAME).open("a+")
        for _ in range(TRIES):
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                time.sleep(TRY_SECONDS)
            else:
                lock = cls(file)
                lock.tell(0)
                return lock
        holder = _read(file)
        file.close()
        raise UserError(
            f"The media process of {data} is already running{f' as process {holder.pid}' if holder else ''}.",
            "Nothing needs to be done; or stop that one first.",
        )

    def tell(self, port: int) -> None:
        """Write down where we are."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(f"{os.getpid()} {port}\n")
        self._file.flush()

    def release(self) -> None:
        self._file.close()


def holder(data: Path) -> Holder | None:
    """The media process that lives in this directory now; None if there is none."""
    try:
        file = (data / NAME).open("r")
    except FileNotFoundError:
        return None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _read(file)
        return None


def _read(file: IO[str]) -> Holder | None:
    file.seek(0)
    try:
        pid, port = file.read().split()
        return Holder(int(pid), int(port))
    except ValueError:  # being written
        return None
