"""Opening hours and shifts: what a person writes, asked with a place's zone and a moment.

The rule: hours are those of a week on the wall clock of the place, so summer time moves no opening. The same
text gives the same answer for the same moment, whoever asks.

    08:00-20:00                              every day
    mon-fri 09:00-18:00, sat 09:00-13:00     days carry over: "mon-fri 08:00-12:00, 13:00-18:00"
    22:00-06:30                              into the next morning
    (empty)                                  round the clock
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.facts import CentreSetup

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_MINUTES = 24 * 60
WEEK_MINUTES = 7 * DAY_MINUTES
HOURS_CHARACTERS_MAX = 100
LIKE = '"08:00-20:00" or "mon-fri 09:00-18:00, sat 09:00-13:00"'
_CACHED_MAX = 1_000

_PART = re.compile(r"(?:([a-z]+)(?:\s*-\s*([a-z]+))?\s+)?(\d{1,2}):(\d\d)\s*-\s*(\d{1,2}):(\d\d)")


class BadHours(ValueError):
    """This text isn't hours; the message says why."""


class Part(Struct, frozen=True):
    """The same span on some days. `end` is at most 24:00 later than `start`, so it may lie in the next day."""

    days: tuple[int, ...]
    """0 Monday to 6 Sunday, as written"""
    start: int
    end: int
    """minutes since the day's midnight"""


@lru_cache(maxsize=_CACHED_MAX)
def parts(text: str) -> tuple[Part, ...]:
    """What stands there, in its order; () for round the clock. Raises BadHours."""
    found: list[Part] = []
    days = tuple(range(7))
    for one in text.split(",") if text.strip() else ():
        days, start, end = _part(one.strip().lower(), days)
        found.append(Part(days, start, end))
    return tuple(found)


@lru_cache(maxsize=_CACHED_MAX)
def spans(text: str) -> tuple[tuple[int, int], ...]:
    """(from, to) in minutes of the week that begins on Monday at midnight, sorted, what touches joined. Raises
    BadHours."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(span for part in parts(text) for span in _week_spans(part)):
        before = found[-1][1] if found else -1
        if start < before:
            raise BadHours(f"has times that overlap on {DAYS[start // DAY_MINUTES]}")
        if start == before:
            start, _ = found.pop()
        found.append((start, end))
    return tuple(found) or ((0, WEEK_MINUTES),)


def minute_of_week(zone: str, at: int) -> int:
    """Which minute of the week the clocks in `zone` (of the IANA list) show at `at`."""
    local = datetime.fromtimestamp(at // 1000, ZoneInfo(zone))
    return local.weekday() * DAY_MINUTES + local.hour * 60 + local.minute


def is_in(text: str, minute: int) -> bool:
    return any(start <= minute < end for start, end in spans(text))


def is_open(text: str, zone: str, at: int) -> bool:
    return not text or is_in(text, minute_of_week(zone, at))


def closed_queues(setup: CentreSetup, at: int) -> frozenset[str]:
    """The queues that nobody new may join at this moment."""
    limited = [queue for queue in setup.queues if queue.hours]
    if not limited:
        return frozenset()
    minute = minute_of_week(setup.time_zone, at)
    return frozenset(queue.name for queue in limited if not is_in(queue.hours, minute))


def _part(text: str, days: tuple[int, ...]) -> tuple[tuple[int, ...], int, int]:
    match = _PART.fullmatch(text)
    if match is None:
        raise BadHours(f'"{text}" is no opening time')
    first, last, *numbers = match.groups()
    if first is not None:
        days = _days(first, last or first)
    start, end = _minute(*numbers[:2], latest=DAY_MINUTES - 1), _minute(*numbers[2:], latest=DAY_MINUTES)
    if start == end:
        raise BadHours(f'"{text}" ends when it begins; leave hours out for round the clock')
    return days, start, end if end > start else end + DAY_MINUTES


def _days(first: str, last: str) -> tuple[int, ...]:
    for name in (first, last):
        if name not in DAYS:
            raise BadHours(f'"{name}" is no day: one of {", ".join(DAYS)}')
    begin = DAYS.index(first)
    return tuple((begin + step) % 7 for step in range((DAYS.index(last) - begin) % 7 + 1))


def _minute(hour: str, minute: str, *, latest: int) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > latest:
        raise BadHours(f'"{hour}:{minute}" is no time of day')
    return found


def _week_spans(part: Part) -> Iterator[tuple[int, int]]:
    """What goes over Sunday's midnight goes on at the beginning of the week."""
    for day in part.days:
        start, end = (day * DAY_MINUTES + minute for minute in (part.start, part.end))
        yield start, min(end, WEEK_MINUTES)
        if end > WEEK_MINUTES:
            yield 0, end - WEEK_MINUTES
