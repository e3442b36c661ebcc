"""Writing the past: the days of a plan that are missing, the newest first.

The rule: a day that is there is left alone, so a filling that was cut off is taken up where it ended, and two at
once do no harm. Today's part comes before the service begins, because today's figures are summed up then.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from callcenter.past.day import Bank
from callcenter.past.plan import day_of, days_of, numbers_after
from callcenter.store.imported import ImportedHistory, Plan

Progress = Callable[[str], None]


class Filled(Struct, frozen=True):
    """What was written just now."""

    days: int
    contacts: int
    rows: int
    seconds: float


async def fill(bank: Bank, imported: ImportedHistory, plan: Plan, *, only_today: bool = False) -> Filled:
    """Writes what is missing of the plan, or of its last day."""
    began = time.monotonic()
    there = await imported.days()
    today = day_of(plan.until_at, bank.zone)
    days = rows = 0
    async with imported.writing() as writer:
        for day in (today,) if only_today else days_of(plan, bank.zone):
            if day in there:
                continue
            lived = bank.live_through(day, numbers_after(plan, day), plan.until_at)
            if await writer.write(day, lived.rows, lived.values):
                days, rows = days + 1, rows + len(lived.rows)
        if days and not only_today:
            await writer.analyze()
    written = await imported.days()
    contacts = sum(count for day, count in written.items() if day not in there)
    return Filled(days, contacts, rows, time.monotonic() - began)
