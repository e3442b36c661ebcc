"""An event loop whose clock jumps: nothing waits, the next moment is now.

The rule: what is ready runs; when nothing is, time leaps to the next timer. So hours pass in seconds, and the same
seed gives the same day to the last turn of the loop. There are no sockets, threads or processes here: only tasks,
futures and timers.

    with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(ms)) as runner: ...
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping
from typing import Any

TURNS_MAX = 1_000_000


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` is in seconds since the loop began, so that no millisecond drowns in them; `now_ms` is the same
    moment in milliseconds since 1970."""

    def __init__(self, begin_ms: int = 0) -> None:
        self._begin_ms = begin_ms
        self._leap = _Leap()
        super().__init__(self._leap)

    @classmethod
    def beginning_at(cls, begin_ms: int) -> Callable[[], VirtualLoop]:
        return lambda: cls(begin_ms)

    def time(self) -> float:
        return self._leap.now

    def now_ms(self) -> int:
        return self._begin_ms + round(self._leap.now * 1_000)

    def at(self, at_ms: int, act: Callable[..., None], *args: Any) -> asyncio.TimerHandle:
        """Let `act(*args)` happen at this moment."""
        return self.call_at((at_ms - self._begin_ms) / 1_000, act, *args)

    def after(self, wait_ms: int, act: Callable[..., None], *args: Any) -> None:
        """Let `act(*args)` happen so much later."""
        self.call_later(wait_ms / 1_000, act, *args)


class VirtualClock:
    """A `Clock` of `callcenter.cti.simulator.transport`: the time of the virtual loop that runs when it is made."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self._loop = loop

    def now_ms(self) -> int:
        return self._loop.now_ms()

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> asyncio.TimerHandle:
        return self._loop.at(at_ms, callback)


class NothingLeft(RuntimeError):
    """Every task waits for another: a real process would hang here for ever."""

    def __init__(self) -> None:
        super().__init__(
            "no timer is set and nothing is ready: everything waits for something that never comes"
        )


class NeverWaits(RuntimeError):
    """Something is ready again and again: a real process would use a whole core here for ever."""

    def __init__(self) -> None:
        super().__init__(f"time has stood still for {TURNS_MAX:,} turns of the loop: something never waits")


class _Leap(selectors.BaseSelector):
    """Asked to wait, it lets the time be over. The loop registers its own wake-up pipe, and nothing else does."""

    def __init__(self) -> None:
        self.now = 0.0
        self._turns = 0
        self._keys: dict[int, selectors.SelectorKey] = {}

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
        key = self._keys[number] = selectors.SelectorKey(fileobj, number, events, data)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        return self._keys.pop(fileobj if isinstance(fileobj, int) else fileobj.fileno())

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None:
            raise NothingLeft
        if timeout > 0:
            self.now += timeout
            self._turns = 0
        self._turns += 1
        if self._turns > TURNS_MAX:
            self._turns = 0  # who cleans up afterwards has turns again
            raise NeverWaits
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def close(self) -> None:
        self._keys.clear()
