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


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time()` is in seconds; `now_ms` the same moment in whole milliseconds."""

    def __init__(self, begin_ms: int = 0) -> None:
        leap = _Leap(begin_ms / 1_000)
        self._leap = leap
        super().__init__(leap)

    @classmethod
    def beginning_at(cls, begin_ms: int) -> Callable[[], VirtualLoop]:
        return lambda: cls(begin_ms)

    def time(self) -> float:
        return self._leap.now

    def now_ms(self) -> int:
        return round(self._leap.now * 1_000)

    def after(self, wait_ms: int, act: Callable[..., None], *args: Any) -> None:
        """Let `act(*args)` happen so much later."""
        self.call_later(wait_ms / 1_000, act, *args)


class NothingLeft(RuntimeError):
    """Every task waits for another: a real process would hang here for ever."""

    def __init__(self) -> None:
        super().__init__(
            "no timer is set and nothing is ready: everything waits for something that never comes"
        )


class _Leap(selectors.BaseSelector):
    """Asked to wait, it lets the time be over. The loop registers its own wake-up pipe, and nothing else does."""

    def __init__(self, now: float) -> None:
        self.now = now
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
        return []

    def get_map(self) -> Mapping[Any, selectors.SelectorKey]:
        return self._keys

    def close(self) -> None:
        self._keys.clear()
