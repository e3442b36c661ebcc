"""Which day a fast day is, and from when to when."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from callcenter.demo_show import Show, show_of
from callcenter.fast_day import begin_at, end_at

ZONE = ZoneInfo("America/Los_Angeles")


def at(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1_000


@pytest.mark.parametrize(
    ("last", "wall", "begins"),
    [
        pytest.param("", "2026-11-25 03:10", "2026-11-23 07:00", id="the first is the last Monday"),
        pytest.param("", "2026-11-23 03:10", "2026-11-23 07:00", id="also when that is today"),
        pytest.param("2026-11-23 13:20", "2026-11-25 09:00", "2026-11-23 13:20", id="it goes on"),
        pytest.param("2026-11-23 22:31", "2026-11-25 09:00", "2026-11-24 07:00", id="the next day"),
        pytest.param("2026-11-24 02:00", "2026-11-25 09:00", "2026-11-24 07:00", id="after its night"),
        pytest.param("2026-11-27 23:00", "2026-11-25 09:00", "2026-11-30 07:00", id="no weekend"),
        pytest.param("2026-11-28 12:00", "2026-11-25 09:00", "2026-11-30 07:00", id="left on a Saturday"),
    ],
)
def test_a_fast_day_begins(last: str, wall: str, begins: str):
    assert begin_at(at(last) if last else 0, at(wall), ZONE) == at(begins)


def test_it_ends_in_the_evening_of_its_day():
    assert end_at(at("2026-11-23 07:00"), ZONE) == at("2026-11-23 22:30")
    assert end_at(at("2026-11-23 13:20"), ZONE) == at("2026-11-23 22:30")


def test_at_speed_60_it_takes_a_quarter_of_an_hour():
    begin = at("2026-11-23 07:00")
    assert (end_at(begin, ZONE) - begin) / 60 / 60_000 == 15.5


def test_on_a_fast_day_simulated_people_sit_at_every_desk() -> None:
    def stations(show: Show) -> set[str]:
        return {agent.station for agent in show.setup.agents if agent.queues}

    assert stations(show_of(speed=60)) == {"simulator"}
    assert stations(show_of()) == {"simulator", "browser"}
    assert all(agent.shift for agent in show_of(speed=60).setup.agents if agent.queues)
