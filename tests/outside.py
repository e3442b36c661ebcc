"""Waiting for what a process outside does: no event tells of it here, so it is asked again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

POLL_SECONDS = 0.02
SECONDS_MAX = 30


async def until(condition: Callable[[], Awaitable[object]], seconds: float = SECONDS_MAX) -> None:
    """Until this holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110
            await asyncio.sleep(POLL_SECONDS)
