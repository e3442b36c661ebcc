"""A day that can be lived again, whoever planned it, and what it came to.

The rule: a day is all that it follows from, a seed and what was planned, so it can be written down and lived again
elsewhere. What is lived is told whatever becomes of it: what a day raises is its violation, and what was durable
until then is there.
"""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, Self, TypeVar

from msgspec import Struct

from callcenter import facts as f
from callcenter.simulate.box import Box
from callcenter.simulate.loop import VirtualLoop

RAISED = "raised "


class Result(Struct):
    """What a day was."""

    calls: int
    entries: list[f.Entry]
    lives: int
    struck: Counter[str]
    violation: str = ""
    """the first thing that should not be, "" if all is well"""
    traceback: str = ""
    """of what was raised"""


class Day(Protocol):
    """Frozen, and equal when it is the same day."""

    TRIES_MAX: int
    """days lived to make one smaller"""

    @property
    def name(self) -> str:
        """That of its file."""
        ...

    def lived(self) -> Result: ...

    def in_words(self) -> str: ...

    def clock(self, at: int) -> str:
        """A moment of it."""
        ...

    def ways(self, result: Result) -> Sequence[str]:
        """In which it may be smaller, the most telling first."""
        ...

    def smaller(self, way: str, result: Result) -> Iterator[Self]:
        """In this one way, the boldest first; none where there is nothing less. `result`: what this day came to."""
        ...


class World(Protocol):
    """Who lives in a box."""

    box: Box
    calls: int


W = TypeVar("W", bound=World)


def live(begin_ms: int, make: Callable[[], W], seconds: float) -> tuple[W, Result]:
    """A world that `make` makes on a virtual loop lives so long. What `make` raises is raised."""

    async def day() -> None:
        worlds.append(make())
        await worlds[0].box.run(seconds)

    worlds: list[W] = []
    raised = trace = ""
    try:
        with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(begin_ms)) as runner:
            runner.run(day())
    except Exception as error:
        if not worlds:
            raise
        raised, trace = _in_a_line(error), "".join(traceback.format_exception(error))
    world, box = worlds[0], worlds[0].box
    struck, violation = Counter(box.dice.struck), box.violation or raised
    return world, Result(world.calls, box.disk.entries(), len(box.lives), struck, violation, trace)


def _in_a_line(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):  # the tasks of a group tell all that ended them
        error = error.exceptions[0]
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{RAISED}{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
