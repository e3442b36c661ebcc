"""The sums of today, read at most once in KEPT_SECONDS, however many wallboards ask."""

from __future__ import annotations

import asyncio
from datetime import date

from callcenter.history.grid import Grid
from callcenter.store.reports import DaySums
from callcenter.web.intervals import limits_of
from callcenter.web.services import Services

KEPT_SECONDS = 5.0


class Kept:
    """The sums of the last reading, by step. Who asks while somebody reads waits for that reading."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._read: dict[str, tuple[float, date, DaySums]] = {}

    async def sums(self, services: Services, cut: Grid, day: date, step: str) -> DaySums:
        clock = asyncio.get_running_loop().time
        async with self._lock:
            kept = self._read.get(step)
            if kept is None or kept[0] < clock() or kept[1] != day:
                sums = await services.reports.day(cut, limits_of(services.setup()), services.now())
                kept = self._read[step] = clock() + KEPT_SECONDS, day, sums
            return kept[2]
