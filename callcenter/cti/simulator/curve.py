"""How many people call when: a Monday by half-hours, and what the other days of the week make of it.

The rule: the curve is the bank's, in the bank's zone. A half-hour has one rate; within it calls come at random. Who
wants the same number at any hour asks for it (`Flat`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
SLOT_MS = 30 * MINUTE
SLOTS_AN_HOUR = 2

MONDAY = (
    *(19, 26, 48, 83, 125, 160, 189, 198, 186, 166, 147, 138, 134),
    *(144, 154, 150, 141, 128, 115, 102, 90, 74, 58, 45, 35, 29),
)
"""calls that reach the IVR in each half-hour from 07:00 to 20:00"""
NIGHT = (2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 3, 6, 11)
"""from midnight to 07:00: cards are lost and cars break down at any hour"""
EVENING = (22, 17, 13, 10, 8, 6, 4, 3)
"""from 20:00 to midnight"""
DAY = (*NIGHT, *MONDAY, *EVENING)
WEEK = (1.0, 0.74, 0.71, 0.70, 0.75, 0.36, 0.25)
"""what share of a Monday's calls comes from Monday to Sunday"""


class Demand(Protocol):
    def per_hour(self, at: int) -> tuple[float, int | None]:
        """Calls an hour at this moment (milliseconds since 1970), and until when that holds; None: for ever."""
        ...


class Flat:
    """The same rate at any hour."""

    def __init__(self, calls_per_hour: float) -> None:
        self._calls_per_hour = calls_per_hour

    def per_hour(self, at: int) -> tuple[float, int | None]:
        return self._calls_per_hour, None


class Curve:
    """The bank's own curve in this zone. `least`: so many an hour come in any case, also on a Sunday night."""

    def __init__(self, zone: ZoneInfo, *, least: float = 0) -> None:
        self._zone = zone
        self._least = least

    def per_hour(self, at: int) -> tuple[float, int | None]:
        local = datetime.fromtimestamp(at / SECOND, self._zone)
        calls = expected(local.weekday(), slot_of(local)) * SLOTS_AN_HOUR
        into_ms = (local.minute * MINUTE + local.second * SECOND + local.microsecond // 1_000) % SLOT_MS
        return max(calls, self._least), at - into_ms + SLOT_MS


def expected(weekday: int, slot: int) -> float:
    """Calls in one half-hour (0 to 47) of a day of the week (0 Monday)."""
    return DAY[slot] * WEEK[weekday]


def slot_of(local: datetime) -> int:
    return local.hour * SLOTS_AN_HOUR + local.minute // 30
