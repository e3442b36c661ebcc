"""The intervals of a report lie end to end, and a day has as many as it has time."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from callcenter.history.grid import Grid, grid
from callcenter.history.today import day_bounds

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("zone", "day", "step", "count"),
    [
        ("America/Los_Angeles", date(2026, 11, 24), "30", 48),
        ("America/Los_Angeles", date(2026, 11, 24), "15", 96),
        ("America/Los_Angeles", date(2026, 11, 24), "day", 1),
        ("America/Los_Angeles", date(2026, 3, 8), "30", 46),  # an hour is missing
        ("America/Los_Angeles", date(2026, 11, 1), "30", 50),  # an hour comes twice
        ("America/Los_Angeles", date(2026, 11, 1), "60", 25),
        ("America/Los_Angeles", date(2026, 11, 1), "day", 1),
        ("America/Havana", date(2026, 3, 8), "60", 23),  # midnight itself is missing
        ("Australia/Lord_Howe", date(2026, 4, 5), "60", 25),  # half an hour comes twice
        ("Asia/Shanghai", date(2026, 3, 8), "30", 48),
    ],
)
def test_a_day_has_as_many_intervals_as_it_has_time(zone: str, day: date, step: str, count: int):
    cut = grid(day, day, ZoneInfo(zone), step)
    assert len(cut) == count
    assert (cut.starts[0], cut.end) == day_bounds(cut.starts[0], ZoneInfo(zone))
    lengths = [end - start for start, end in map(cut.bounds, range(count))]
    assert sum(lengths) == cut.end - cut.starts[0]
    assert all(length == lengths[0] for length in lengths[:-1])


def test_days_follow_each_other_without_a_seam():
    cut = grid(date(2026, 10, 30), date(2026, 11, 2), ZoneInfo("America/Los_Angeles"), "day")
    assert [(end - start) / HOUR for start, end in map(cut.bounds, range(len(cut)))] == [24, 24, 25, 24]
    assert [cut.bounds(n)[1] for n in range(3)] == list(cut.starts[1:])


def test_a_moment_lies_in_the_interval_that_has_begun_and_not_ended():
    cut = Grid((0, 10, 20), 35)
    assert [cut.index(at) for at in (-1, 0, 9, 10, 34, 35)] == [None, 0, 0, 1, 2, None]
