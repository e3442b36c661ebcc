"""The centre's time: integer milliseconds since 1970 that never go back.

The rule: it begins at the wall clock, or at the last journalled moment if that is later, and then follows the
monotonic clock: no jump of the wall clock expires an offer. Everything inside the core takes its time from inputs
that were stamped here.

A demonstration may let a day pass in minutes: then `speed` milliseconds go by here in one of the world's. Whoever
waits for a moment of the centre asks `seconds_until`, and nobody else need know of it.
"""

import time
from collections.abc import Callable
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since 1970, never less than before."""
        ...

    def seconds_until(self, at: int) -> float:
        """How long the world has to wait for this moment of the centre; not above 0: it is past."""
        ...

    def worldly(self, at: int) -> int:
        """The moment of the centre by which the world has had as long as the centre has until `at`."""
        ...


class SteadyClock:
    """`begin_at`: the moment with which it begins, instead of the wall's; still never before `last_at`."""

    def __init__(
        self,
        last_at: int = 0,
        *,
        begin_at: int | None = None,
        speed: int = 1,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.speed = speed
        self._monotonic_ns = monotonic_ns
        self._begin_at = max(last_at, time.time_ns() // 1_000_000 if begin_at is None else begin_at)
        self._begin = monotonic_ns()

    def now(self) -> int:
        return self._begin_at + (self._monotonic_ns() - self._begin) * self.speed // 1_000_000

    def seconds_until(self, at: int) -> float:
        return (at - self.now()) / (1_000 * self.speed)

    def worldly(self, at: int) -> int:
        now = self.now()
        return now + (at - now) * self.speed

    def set_speed(self, speed: int) -> None:
        """From this moment on. Who waits already wakes when the old speed would have had it, and looks again."""
        self._begin_at, self._begin, self.speed = self.now(), self._monotonic_ns(), speed
