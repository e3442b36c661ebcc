"""Which days are lived through, and under which numbers.

The rule: the days end where the journal begins, in the middle of today. Each has a block of numbers of its own by
its date, so that any of them can be written first; the older the day, the lower its numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from callcenter.past.ledger import NUMBERS_A_DAY
from callcenter.store.imported import Plan

DAYS = 30
DAYS_MAX = 366
MONDAY = 0


def plan_until(now: int, zone: ZoneInfo, *, days: int, seed: int) -> Plan:
    """So many whole days before the day of `now`, and that day until then."""
    today = day_of(now, zone)
    numbers = (days + 1) * NUMBERS_A_DAY
    return Plan(
        seed=seed,
        from_day=today - timedelta(days=days),
        until_at=now,
        contact=numbers,
        offer=numbers,
        engagement=numbers,
        recording=numbers,
    )


def days_of(plan: Plan, zone: ZoneInfo) -> Iterator[date]:
    """The newest first."""
    day = day_of(plan.until_at, zone)
    while day >= plan.from_day:
        yield day
        day -= timedelta(days=1)


def numbers_after(plan: Plan, day: date) -> int:
    return (day - plan.from_day).days * NUMBERS_A_DAY


def bad_day(plan: Plan, zone: ZoneInfo) -> date:
    """The last Monday of which everybody still speaks: not today's and not yesterday's."""
    day = day_of(plan.until_at, zone) - timedelta(days=2)
    return day - timedelta(days=(day.weekday() - MONDAY) % 7)


def day_of(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1_000, zone).date()
