"""The page of a simulated day: complete, by itself, and readable on a telephone."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from callcenter.simulate.command import run
from callcenter.simulate.page import charts, page
from callcenter.simulate.report import Report
from callcenter.simulate.scenario import read_scenario
from tests.browser.one_browser import lent

DAY = """
title = "Half an hour"
day = 2026-11-23
from = "10:00"
to = "10:40"
[faults]
event_doubled = { chance = 0.05, from = "10:10", to = "10:25" }
crash = { per_hour = 6 }
"""
TOO_WIDE = """
() => [...document.querySelectorAll("td, th, h1, h2, .legend span, .plot span")]
    .filter(one => one.offsetParent && one.getBoundingClientRect().right > innerWidth - 14)
    .map(one => one.textContent)
"""
SMALLEST = """
() => Math.min(...[...document.querySelectorAll(".plot span")]
    .map(one => parseFloat(getComputedStyle(one).fontSize)))
"""


@pytest.fixture(scope="module")
def days(tmp_path_factory: pytest.TempPathFactory) -> tuple[Report, Report]:
    """With faults, and without."""
    path = tmp_path_factory.mktemp("page") / "half.toml"
    path.write_text(DAY, encoding="utf-8")
    planned = read_scenario(path)
    return run(planned), run(replace(planned, scenario=replace(planned.scenario, faults={})))


def test_everything_is_drawn_over_time(days: tuple[Report, Report]) -> None:
    drawn = {chart.title: chart for chart in charts(days[0])}
    assert [*drawn] == [
        *("Arrivals in the queues", "Service level, %", "Average wait until answered, s"),
        *("Agents at work", "Occupancy of the agents, %", "Offers", "Faults"),
    ]
    assert drawn["Service level, %"].targets == [pytest.approx(20), pytest.approx(10)]
    assert "target 80 %, 90 %" in [kind.name for kind in drawn["Service level, %"].legend]
    assert drawn["Occupancy of the agents, %"].curve.startswith("M")
    assert "event doubled" in drawn["Faults"].slots[0].about
    assert all(0 <= bar.y <= 100 and bar.height <= 100 for chart in drawn.values() for bar in chart.bars)


def test_when_faults_may_strike_is_shaded_on_every_chart(days: tuple[Report, Report]) -> None:
    for chart in charts(days[0]):
        (window,) = chart.windows
        whole_ms = len(chart.slots) * 1_800_000
        assert window.width == pytest.approx(100 * 15 * 60_000 / whole_ms)
        assert window.about == "10:10–10:25: event doubled"


def test_a_day_without_faults_is_a_dashed_line_beside_it(days: tuple[Report, Report]) -> None:
    alone, beside = page(days[0]), page(*days)
    assert "What the faults cost" in beside
    assert beside.count('<path class="ghost"') == 6
    assert "What the faults cost" not in alone
    assert '<path class="ghost"' not in alone


def test_a_page_needs_nothing_from_anywhere(days: tuple[Report, Report]) -> None:
    shown = page(*days)
    assert "http" not in shown
    assert "Every invariant holds." in shown
    assert shown.count("<svg") == 7
    assert "<td>All queues</td>" in shown


def test_one_process_is_told_as_one(days: tuple[Report, Report]) -> None:
    assert "processes" not in page(replace(days[0], lives=1))
    assert f"{days[0].lives} processes, one after the other." in page(days[0])


async def test_nothing_is_cut_or_too_small_on_a_telephone(
    days: tuple[Report, Report], tmp_path: Path
) -> None:
    path = tmp_path / "day.html"
    path.write_text(page(*days), encoding="utf-8")
    async with lent() as browser:
        telephone = await browser.new_page(viewport={"width": 390, "height": 844})
        await telephone.goto(path.as_uri())
        assert await telephone.evaluate("document.documentElement.scrollWidth") == 390
        assert await telephone.evaluate(TOO_WIDE) == []
        assert await telephone.evaluate(SMALLEST) >= 12
