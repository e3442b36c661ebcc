"""When a demonstration's fast day begins and ends: a working day of the bank, from 07:00 until all is quiet.

The rule: a fast day that was left in the middle goes on where it was; after its end comes the next working day. The
first one is the last Monday that the world has seen. Moments are milliseconds since 1970.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

BEGIN = time(7)
END = time(22, 30)
"""the last of those who close at 20:00 have been served, and the night's watch has taken over"""
SATURDAY = 5


def begin_at(last_at: int, wall_at: int, zone: ZoneInfo) -> int:
    """With which moment the centre's clock begins. `last_at`: the last one of this data directory, 0 for none."""
    if not last_at:
        today = _local(wall_at, zone).date()
        return _moment(today - timedelta(days=today.weekday()), BEGIN, zone)
    last = _local(last_at, zone)
    if last.weekday() < SATURDAY and BEGIN <= last.time() < END:
        return last_at
    day = last.date() if last.time() < BEGIN else last.date() + timedelta(days=1)
    while day.weekday() >= SATURDAY:
        day += timedelta(days=1)
    return _moment(day, BEGIN, zone)


def end_at(begin: int, zone: ZoneInfo) -> int:
    """When the day that began then, or goes on then, is over."""
    return _moment(_local(begin, zone).date(), END, zone)


def _local(at: int, zone: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(at / 1_000, zone)


def _moment(day: date, clock: time, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, clock, zone).timestamp()) * 1_000
