"""Days of the demonstration's bank, lived through once for all tests of a module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.demo_show import Show, show_of
from callcenter.history.records import Engagement, Interaction, Row, Segment
from callcenter.past.day import Bank, Lived
from callcenter.past.plan import numbers_after, plan_until
from callcenter.store.imported import Plan

R = TypeVar("R", bound=Struct)

ZONE = ZoneInfo("America/Los_Angeles")
TODAY = date(2026, 11, 26)  # a Thursday
YESTERDAY = date(2026, 11, 25)
MONDAY = date(2026, 11, 16)
NOON_TODAY = round(datetime(2026, 11, 26, 12, 0, tzinfo=ZONE).timestamp()) * 1_000


def plan(days: int = 12) -> Plan:
    return plan_until(NOON_TODAY, ZONE, days=days, seed=4)


def bank(show: Show | None = None) -> Bank:
    return (show or show_of()).past(plan())


def lived(day: date, made: Bank | None = None) -> Lived:
    return (made or bank()).live_through(day, numbers_after(plan(), day), NOON_TODAY)


class Told:
    """A day's records, the last word on each."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.interactions = {row.contact: row for row in rows if isinstance(row, Interaction)}
        self.engagements = {row.engagement: row for row in rows if isinstance(row, Engagement)}
        self.segments: dict[int, list[Segment]] = defaultdict(list)
        for row in rows:
            if isinstance(row, Segment):
                self.segments[row.contact].append(row)

    def of(self, kind: type[R]) -> Iterator[R]:
        return (row for row in self.rows if isinstance(row, kind))
