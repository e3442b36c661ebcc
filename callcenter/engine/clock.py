"""The centre's time: integer milliseconds since 1970 that never go back.

The rule: it begins at the wall clock, or at the last journalled moment if that is later, and then follows the
monotonic clock: no jump of the wall clock expires an offer. Everything inside the core takes its time from inputs
that were stamped here.
"""

import time
from typing import Protocol


class Clock(Protocol):
    def now(self) -> int:
        """Milliseconds since 1970, never less than before."""
        ...


class SteadyClock:
    def __init__(self, last_at: int = 0) -> None:
        self._begin_at = max(last_at, time.time_ns() // 1_000_000)
        self._begin = time.monotonic_ns()

    def now(self) -> int:
        return self._begin_at + (time.monotonic_ns() - self._begin) // 1_000_000
