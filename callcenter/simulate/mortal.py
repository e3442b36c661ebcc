"""A process that can die or stand still in the middle of whatever it does.

The rule: the dead do nothing more. Whoever acts for a process on the world outside asks it first: what is dead
stays in `die` or `awake` until its tasks are cancelled.
"""

from __future__ import annotations

import asyncio
from typing import NoReturn


class Mortal:
    def __init__(self) -> None:
        self.dead = asyncio.Event()
        self._awake = asyncio.Event()
        self._awake.set()

    @property
    def is_dead(self) -> bool:
        return self.dead.is_set()

    @property
    def is_frozen(self) -> bool:
        return not self._awake.is_set()

    def kill(self) -> None:
        """kill -9. Returns: who calls must do nothing more for this process."""
        self.dead.set()

    async def die(self) -> NoReturn:
        """kill -9 of whoever calls."""
        self.kill()
        await asyncio.Future()
        raise AssertionError("unreachable")

    def freeze(self) -> None:
        self._awake.clear()

    def wake(self) -> None:
        self._awake.set()

    async def awake(self) -> None:
        """Once it is alive and runs."""
        await self._awake.wait()
        if self.is_dead:
            await asyncio.Future()
