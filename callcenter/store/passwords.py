"""Passwords: argon2id in a few patient threads, so that fifty sign-ins at once never hold the event loop.

A hash takes about 0.15 s of a core. The threads are few and nice, whoever comes when PENDING_MAX wait is
turned away at once, and an unknown login costs as much time as a wrong password.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from callcenter.errors import StoreError

THREADS = 2
PENDING_MAX = 200
PASSWORD_CHARACTERS_MAX = 256
NICENESS = 5

HASHER = PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=1)
"""RFC 9106's low-memory choice with one lane: the threads are the parallelism"""

T = TypeVar("T")


class Busy(StoreError):
    """More sign-ins at once than can be checked in reasonable time."""


class Passwords:
    """Hashes and compares, off the loop. Close it with the service."""

    def __init__(self, hasher: PasswordHasher = HASHER) -> None:
        self._hasher = hasher
        self._pool = ThreadPoolExecutor(THREADS, "passwords", initializer=_be_nice)
        self._pending = 0
        self._nobody = ""

    async def hash(self, password: str) -> str:
        return await self._run(lambda: self._hasher.hash(password))

    async def matches(self, hashed: str | None, password: str) -> bool:
        """None: nobody has this login, which must not show in the time that the answer takes."""
        return await self._run(lambda: self._matches(hashed, password))

    def outdated(self, hashed: str) -> bool:
        """Made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _matches(self, hashed: str | None, password: str) -> bool:
        if hashed is None:
            self._nobody = self._nobody or self._hasher.hash("")
        try:
            return self._hasher.verify(hashed or self._nobody, password) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= PENDING_MAX:
            raise Busy("too many sign-ins at once")
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._pending -= 1


def _be_nice() -> None:
    """On Linux a thread has a niceness of its own; elsewhere this would slow the whole process down."""
    if hasattr(os, "sched_setaffinity"):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
