"""The intervals of a report: whole days of the centre's zone, each cut into steps from its midnight.

The rule: an interval belongs to one day. Steps are real minutes, so a day on which the clocks change has 23 or 25
hours' worth of them, and the one that the change would carry past midnight ends there.
"""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.history.today import midnight

MINUTE_MS = 60_000
DAY = "day"
STEPS = ("15", "30", "60", DAY)
"""minutes, or the day whole"""


class Grid(Struct, frozen=True):
    """Intervals that lie end to end; each begins at its start and holds no more than the next start."""

    starts: tuple[int, ...]
    end: int

    def __len__(self) -> int:
        return len(self.starts)

    def bounds(self, index: int) -> tuple[int, int]:
        last = index + 1 == len(self.starts)
        return self.starts[index], self.end if last else self.starts[index + 1]

    def index(self, at: int) -> int | None:
        """In which interval this moment lies; None: in none."""
        if not self.starts[0] <= at < self.end:
            return None
        return bisect_right(self.starts, at) - 1


def grid(first: date, last: date, zone: ZoneInfo, step: str) -> Grid:
    """From the midnight that begins `first` to the one that ends `last`, in steps that are one of STEPS."""
    starts = tuple(start for day in _days(first, last) for start in _steps(day, zone, step))
    return Grid(starts, midnight(last + timedelta(days=1), zone))


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def _steps(day: date, zone: ZoneInfo, step: str) -> Iterator[int]:
    start, end = midnight(day, zone), midnight(day + timedelta(days=1), zone)
    if step == DAY:
        yield start
    else:
        yield from range(start, end, int(step) * MINUTE_MS)
