"""Time that only moves when a test says so."""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush


class Alarm:
    def __init__(self, callback: Callable[[], None]) -> None:
        self.callback: Callable[[], None] | None = callback

    def cancel(self) -> None:
        self.callback = None


class VirtualClock:
    """A `callcenter.cti.simulator.transport.Clock`."""

    def __init__(self, now_ms: int = 1_000_000) -> None:
        self._now_ms = now_ms
        self._alarms: list[tuple[int, int, Alarm]] = []
        self._planned = 0

    def now_ms(self) -> int:
        return self._now_ms

    def call_at(self, at_ms: int, callback: Callable[[], None]) -> Alarm:
        alarm = Alarm(callback)
        self._planned += 1
        heappush(self._alarms, (at_ms, self._planned, alarm))
        return alarm

    def pass_time(self, ms: int) -> None:
        """Ring every alarm on the way, each at its own moment."""
        until = self._now_ms + ms
        while self._alarms and self._alarms[0][0] <= until:
            at_ms, _, alarm = heappop(self._alarms)
            self._now_ms = max(self._now_ms, at_ms)
            if alarm.callback is not None:
                alarm.callback()
        self._now_ms = until
