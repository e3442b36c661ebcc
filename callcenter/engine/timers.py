"""Timers that go stale instead of being cancelled: at its time each becomes an input, and the core ignores the
ones whose reason is gone.
"""

import asyncio
from collections.abc import Callable
from heapq import heappop, heappush

from callcenter.engine.clock import Clock
from callcenter.facts import (
    DialExpired,
    LegExpired,
    LookUpExpired,
    OfferExpired,
    PauseExpired,
    PlayExpired,
    Received,
    StepDue,
    Timer,
    WrapUpExpired,
)

LONG_SECONDS = 3_600
"""between two looks while no timer is set"""


class Timers:
    """`run` puts each timer into the inbox when it is due. Wakes only for the earliest."""

    def __init__(self, clock: Clock, put: Callable[[Received], None]) -> None:
        self._clock = clock
        self._put = put
        self._due: list[tuple[int, int, Timer]] = []
        self._set = 0
        self._earlier = asyncio.Event()

    def set(self, at: int, timer: Timer) -> None:
        if isinstance(timer, LookUpExpired):
            at = self._clock.worldly(at)  # the database doesn't answer faster on a fast day
        self._set += 1
        heappush(self._due, (at, self._set, timer))
        if self._due[0][1] == self._set:
            self._earlier.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            self._earlier.clear()
            now = self._clock.now()
            while self._due and self._due[0][0] <= now:
                timer = heappop(self._due)[2]
                self._put(Received(source_of(timer), timer))
            wait_s = self._clock.seconds_until(self._due[0][0]) if self._due else LONG_SECONDS
            # Not a time-out around the wait: most waits end by it, and an exception is a dear way to say so.
            alarm = loop.call_later(wait_s, self._earlier.set)
            try:
                await self._earlier.wait()
            finally:
                alarm.cancel()

    def __len__(self) -> int:
        return len(self._due)


def source_of(timer: Timer) -> str:
    """A timer counts once, whoever set it how often."""
    match timer:
        case OfferExpired(offer):
            return f"timer:offer:{offer}"
        case WrapUpExpired(engagement):
            return f"timer:wrap-up:{engagement}"
        case LookUpExpired(look_up):
            return f"timer:look-up:{look_up}"
        case PlayExpired(leg, play):
            return f"timer:play:{leg}:{play}"
        case DialExpired(leg):
            return f"timer:dial:{leg}"
        case PauseExpired(contact, pause):
            return f"timer:pause:{contact}:{pause}"
        case StepDue(contact, wait, step):
            return f"timer:step:{contact}:{wait}:{step}"
        case LegExpired(leg):
            return f"timer:leg:{leg}"
