"""What becomes of a commit: slow, failed, unknown, or the last thing that a process did."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from callcenter.simulate.faults import Dice
from callcenter.simulate.mortal import Mortal

COMMIT_MS_MAX = 8
"""of a usual one, on a day on which any may be slow; else it takes no time"""
SLOW_MS = (500, 3_000)


class Commits:
    """A `Weather` of `callcenter.store.in_memory`, for one process."""

    def __init__(self, dice: Dice, process: Mortal) -> None:
        self._dice = dice
        self._process = process

    async def commit(self, write: Callable[[], None]) -> None:
        dice, process = self._dice, self._process
        if dice.plans("commit_slow"):
            slow = dice.strikes("commit_slow")
            wait_ms = dice.of("commit_slow").randint(*(SLOW_MS if slow else (1, COMMIT_MS_MAX)))
            await asyncio.sleep(wait_ms / 1_000)
        stood_still = process.is_frozen
        await process.awake()
        if stood_still and dice.of("freeze").random() < 0.5:
            raise ConnectionResetError("the server has given up the connection of a process that stood still")
        if dice.strikes("crash_before_commit"):
            await process.die()
        if dice.strikes("commit_failed"):
            raise ConnectionResetError("the connection was lost before the commit")
        write()
        if dice.strikes("crash_after_commit"):
            await process.die()
        if dice.strikes("commit_unknown"):
            raise ConnectionResetError("the connection was lost after the commit")
