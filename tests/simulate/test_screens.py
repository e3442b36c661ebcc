"""Screens in the box: they are looked at, and what befalls them is no excuse."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.screens.topic import Rows, Topic
from callcenter.simulate import screens
from callcenter.simulate.command import run
from callcenter.simulate.days import Result
from callcenter.simulate.faults import BAD_LUCK, Fault
from callcenter.simulate.random_day import run_day
from callcenter.simulate.scenario import read_scenario
from callcenter.simulate.screen import Screen
from callcenter.simulate.world import Options

MANY = {kind: Fault(per_hour=600) for kind in screens.KINDS}
BANK = """
title = "A quarter of an hour"
day = 2026-11-23
from = "10:00"
to = "10:15"
[faults]
screen_reloads = { per_hour = 200 }
screen_stops_reading = { per_hour = 200 }
screen_opens_twice = { per_hour = 100 }
crash = { per_hour = 8 }
"""


def day(seed: int) -> Result:
    return run_day(seed, Options(faults={**BAD_LUCK, **MANY}))


def test_screens_that_come_and_go_all_the_time_show_what_is_so() -> None:
    for seed in range(1, 5):
        result = day(seed)
        assert not result.violation, f"seed {seed}"
        assert all(result.struck[kind] > 3 for kind in screens.KINDS)


def test_a_screen_that_sleeps_for_long_is_cut_off_and_comes_back(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, str]] = []
    before = Screen.told_to_leave
    monkeypatch.setattr(Screen, "told_to_leave", lambda self, *why: (told.append(why), before(self, *why))[1])
    for seed in range(1, 20):
        day(seed)
        if (1013, "too slow") in told:
            return
    raise AssertionError("on none of these days somebody slept for long")


def test_the_screens_of_a_bank_show_what_is_so(tmp_path: Path) -> None:
    path = tmp_path / "quarter.toml"
    path.write_text(BANK, encoding="utf-8")
    report = run(read_scenario(path))
    assert report.violation == ""
    assert all(report.struck[kind] > 10 for kind in screens.KINDS)


def test_a_row_that_is_not_told_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agent's desk is deaf to changes, in the best of connections."""
    publish = Topic.publish

    def deaf(self: Topic, rows: Rows) -> None:
        publish(self, {key: row for key, row in rows.items() if key != "me" or key not in self._shown})

    monkeypatch.setattr(Topic, "publish", deaf)
    result = run_day(3, Options(faults={"screen_reloads": Fault(per_hour=1)}))
    assert result.violation.startswith("I9: screen")
    assert "desk:" in result.violation


def test_without_anything_that_befalls_screens_nobody_looks_at_any() -> None:
    faults = {kind: fault for kind, fault in BAD_LUCK.items() if kind not in screens.KINDS}
    sources = {entry.source for entry in run_day(3, Options(faults=faults)).entries}
    assert not any(source.startswith("desk:") for source in sources)
