"""What becomes of a commit (slow, failed, unknown, late, the last thing that a process did) and of questions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from callcenter.simulate.faults import Dice
from callcenter.simulate.mortal import Mortal
from callcenter.store.in_memory import Taken

COMMIT_MS_MAX = 8
"""of a usual one, on a day on which any may be slow; else it takes no time"""
SLOW_MS = (500, 3_000)
LANDS_MS = (45, 75)
"""later: some before we look whether it did, some after that, some after it was tried again"""


class Outage:
    """Of the database, for every process. `over` is called when it is there again."""

    def __init__(self, over: Callable[[], None]) -> None:
        self._lasting = 0
        self._over = over

    @property
    def is_on(self) -> bool:
        return self._lasting > 0

    def begin(self, seconds: float) -> None:
        """From now on; of several the last one ends it."""
        self._lasting += 1
        asyncio.get_running_loop().call_later(seconds, self._end)

    def _end(self) -> None:
        self._lasting -= 1
        if not self._lasting:
            self._over()


class Commits:
    """A `Weather` of `callcenter.store.in_memory`, for one process."""

    def __init__(self, dice: Dice, process: Mortal, outage: Outage) -> None:
        self._dice = dice
        self._outage = outage
        self._process = process

    async def commit(self, write: Callable[[], None]) -> None:
        dice, process = self._dice, self._process
        if dice.plans("commit_slow"):
            slow = dice.strikes("commit_slow")
            random = dice.of("commit_slow" if slow else "commit")
            wait_ms = random.randint(*(SLOW_MS if slow else (1, COMMIT_MS_MAX)))
            await asyncio.sleep(wait_ms / 1_000)
        stood_still = process.is_frozen
        await process.awake()
        self._is_there()
        if stood_still and dice.of("freeze").random() < 0.5:
            raise ConnectionResetError("the server has given up the connection of a process that stood still")
        if dice.strikes("crash_before_commit"):
            await process.die()
        if dice.strikes("commit_failed"):
            raise ConnectionResetError("the connection was lost before the commit")
        if dice.strikes("commit_late"):
            loop = asyncio.get_running_loop()
            loop.call_later(dice.of("commit_late").randint(*LANDS_MS) / 1_000, _land, write)
            raise ConnectionResetError("the connection was lost in the commit, which goes on")
        write()
        if dice.strikes("crash_after_commit"):
            await process.die()
        if dice.strikes("commit_unknown"):
            raise ConnectionResetError("the connection was lost after the commit")

    async def answer(self) -> None:
        await self._process.awake()
        self._is_there()
        if self._dice.strikes("read_failed"):
            raise ConnectionResetError("the connection was lost before the answer")

    def _is_there(self) -> None:
        if self._outage.is_on:
            raise ConnectionRefusedError("there is no database")


def _land(write: Callable[[], None]) -> None:
    """A backend whose client is gone goes on, unless the client was faster with the same."""
    with suppress(Taken):
        write()
