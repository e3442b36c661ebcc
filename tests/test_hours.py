"""Hours of a week on the wall clock of a place."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.facts import CentreSetup, QueueSetup
from callcenter.hours import (
    DAYS,
    WEEK_MINUTES,
    BadHours,
    closed_queues,
    is_in,
    is_open,
    minute_of_week,
    spans,
)

SAN_FRANCISCO = "America/Los_Angeles"


def at(text: str, zone: str = SAN_FRANCISCO) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "open_"),
    [
        ("2026-03-02T07:59:59", False),
        ("2026-03-02T08:00:00", True),
        ("2026-03-02T19:59:59", True),
        ("2026-03-02T20:00:00", False),
        ("2026-03-08T08:00:00", True),  # the clocks went forward this night
        ("2026-03-08T07:59:59", False),
        ("2026-11-01T08:00:00", True),  # and back this one
        ("2026-11-01T19:59:59", True),
    ],
)
def test_hours_are_those_of_the_wall_clock(moment: str, open_: bool):
    assert is_open("08:00-20:00", SAN_FRANCISCO, at(moment)) is open_


def test_another_zone_has_another_time():
    moment = at("2026-03-02T08:00:00")
    assert is_open("08:00-20:00", SAN_FRANCISCO, moment)
    assert not is_open("08:00-16:00", "Europe/Berlin", moment)
    assert minute_of_week("Europe/Berlin", moment) - minute_of_week(SAN_FRANCISCO, moment) == 9 * 60


@pytest.mark.parametrize(
    ("text", "inside", "outside"),
    [
        ("mon-fri 09:00-18:00, sat 09:00-13:00", ["mon 09:00", "fri 17:59", "sat 12:59"], ["sat 13:00"]),
        ("mon-fri 08:00-12:00, 13:00-18:00", ["tue 11:59", "tue 13:00"], ["tue 12:30", "sat 13:00"]),
        ("sat-mon 10:00-11:00", ["sat 10:00", "sun 10:30", "mon 10:59"], ["tue 10:00", "fri 10:00"]),
        ("22:00-06:30", ["mon 22:00", "mon 00:00", "tue 06:29", "sun 23:59"], ["mon 06:30", "sun 21:59"]),
        ("sun 22:00-02:00", ["sun 23:00", "mon 01:59"], ["mon 02:00", "mon 22:00"]),
        ("00:00-24:00", ["mon 00:00", "sun 23:59"], []),
        ("  MON  8:00 - 9:00 ", ["mon 08:30"], ["mon 09:00"]),
    ],
)
def test_what_people_write_is_read(text: str, inside: list[str], outside: list[str]):
    assert [moment for moment in inside if not is_in(text, _minute(moment))] == []
    assert [moment for moment in outside if is_in(text, _minute(moment))] == []


def _minute(moment: str) -> int:
    day, clock = moment.split()
    hour, minute = clock.split(":")
    return DAYS.index(day) * 1440 + int(hour) * 60 + int(minute)


def test_nothing_written_is_round_the_clock():
    assert spans("") == ((0, WEEK_MINUTES),)
    assert spans("00:00-24:00") == ((0, WEEK_MINUTES),)
    assert is_open("", SAN_FRANCISCO, at("2026-03-02T03:00:00"))


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("8-20", '"8-20" is no opening time'),
        ("08:00-20:00,", '"" is no opening time'),
        ("monday 08:00-20:00", '"monday" is no day: one of mon, tue'),
        ("mon-fry 08:00-20:00", '"fry" is no day'),
        ("08:00-25:00", '"25:00" is no time of day'),
        ("24:00-08:00", '"24:00" is no time of day'),
        ("08:60-09:00", '"08:60" is no time of day'),
        ("08:00-08:00", "ends when it begins"),
        ("mon-wed 08:00-12:00, tue 11:00-13:00", "overlap on tue"),
        ("22:00-08:00, 07:00-09:00", "overlap on mon"),
    ],
)
def test_what_is_no_hours_is_told_as_it_stands(text: str, what: str):
    with pytest.raises(BadHours, match=what):
        spans(text)


@given(st.text(alphabet="monfri sat,-:0123456789", max_size=40))
def test_any_text_is_hours_or_is_refused(text: str):
    try:
        found = spans(text)
    except BadHours:
        return
    assert all(0 <= start < end <= WEEK_MINUTES for start, end in found)
    assert all(end < start for (_, end), (start, _) in pairwise(found))


def test_a_centre_tells_which_queues_are_closed():
    queues = (QueueSetup("day", "Day", hours="08:00-20:00"), QueueSetup("always", "Always"))
    setup = CentreSetup("Test", SAN_FRANCISCO, (), queues, (), ())
    assert closed_queues(setup, at("2026-03-02T12:00:00")) == frozenset()
    assert closed_queues(setup, at("2026-03-02T21:00:00")) == {"day"}
