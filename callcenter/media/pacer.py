"""The clock of everything that we let people hear: one tick each 20 ms, for all legs together.

The rule: a tick is due at a fixed time since the start, so small delays never add up. After a long stall the
missed ticks are not made good: nobody wants to hear them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from callcenter.media.audio import FRAME_SECONDS

STALL_TICKS_MAX = 10


async def pace(tick: Callable[[], Awaitable[None]]) -> None:
    """Calls `tick` punctually until cancelled."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += FRAME_SECONDS
        delay = due - loop.time()
        if delay < -STALL_TICKS_MAX * FRAME_SECONDS:
            due = loop.time()
        await asyncio.sleep(max(0.0, delay))
        await tick()
