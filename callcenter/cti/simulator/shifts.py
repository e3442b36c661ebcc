"""When somebody works: the stretches of a shift, and the lunch in it, as moments.

The rule: a shift is what `callcenter.hours` reads, and belongs to the day on which it begins. Moments are
milliseconds since 1970, found in the centre's zone, so a night in which the clocks change is an hour longer or
shorter, as it is for people.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.hours import DAY_MINUTES, parts

LOOK_AHEAD_DAYS = 8
"""further ahead no weekly shift can lie"""


class Stretch(Struct, frozen=True, order=True):
    """From one moment to another."""

    from_at: int
    to_at: int


def begun_on(hours: str, day: date, zone: ZoneInfo) -> Iterator[Stretch]:
    """The stretches that begin on this day, in the order in which they are written."""
    for part in parts(hours):
        if day.weekday() in part.days:
            yield Stretch(_moment(part.start, day, zone), _moment(part.end, day, zone))


def touching(hours: str, from_at: int, to_at: int, zone: ZoneInfo) -> list[Stretch]:
    """The stretches that lie in this time or in part, whole, by their beginning."""
    first, last = _day(from_at, zone) - timedelta(days=1), _day(to_at, zone)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    found = (one for day in days for one in begun_on(hours, day, zone))
    return sorted(one for one in found if one.from_at < to_at and one.to_at > from_at)


def current_or_next(hours: str, at: int, zone: ZoneInfo) -> Stretch | None:
    """The stretch that goes on at this moment, or else the next one; None: there is none."""
    found = touching(hours, at, at + LOOK_AHEAD_DAYS * 24 * 3_600_000, zone)
    return found[0] if found else None


def _day(at: int, zone: ZoneInfo) -> date:
    return datetime.fromtimestamp(at / 1_000, zone).date()


def _moment(minutes: int, day: date, zone: ZoneInfo) -> int:
    later, rest = divmod(minutes, DAY_MINUTES)
    local = datetime.combine(day + timedelta(days=later), time(rest // 60, rest % 60), zone)
    return round(local.timestamp()) * 1_000
