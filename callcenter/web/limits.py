"""How often the demo's open door may be used, and how much that is heavy may run at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from callcenter.web.replies import Refused

CALLS_PER_MINUTE_MAX = 60


class CallLimit:
    """At most CALLS_PER_MINUTE_MAX new calls in any minute from all pages together: enough to play with, too few to
    flood the centre through an open door."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._made: deque[float] = deque(maxlen=CALLS_PER_MINUTE_MAX)

    def count(self) -> None:
        """Raises Refused when there have been too many."""
        now = self._clock()
        if len(self._made) == CALLS_PER_MINUTE_MAX and now - self._made[0] < 60:
            raise Refused("too_many", retry_seconds=int(60 - (now - self._made[0])) + 1)
        self._made.append(now)


class Running:
    """At most so many at once; who comes then is asked to come again."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._running = 0

    @contextmanager
    def one_more(self) -> Iterator[None]:
        """Raises Refused."""
        if self._running >= self._most:
            raise Refused("busy", retry_seconds=5)
        self._running += 1
        try:
            yield
        finally:
            self._running -= 1
