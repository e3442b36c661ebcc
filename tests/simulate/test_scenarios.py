"""Scenarios: what people write, what is wrong with it, and what its day comes to."""

from __future__ import annotations

import json
from argparse import Namespace
from collections import Counter
from pathlib import Path

import pytest

from callcenter import facts as f
from callcenter import resources
from callcenter.demo_show import known, show_of
from callcenter.errors import ConfigError, UserError
from callcenter.simulate import scenario as scenarios
from callcenter.simulate.bank import staffed
from callcenter.simulate.command import run, simulate
from callcenter.simulate.failure import briefly
from callcenter.simulate.planned_day import STRANGERS, Public
from callcenter.simulate.report import Report, in_words
from callcenter.simulate.scenario import find, names, read_scenario

CUSTOMERS = show_of().customers
BANK = Public(CUSTOMERS, known(CUSTOMERS))
HOUR = """
title = "An hour"
day = 2026-11-23
from = "10:00"
to = "11:00"
"""


def planned(folder: Path, text: str) -> scenarios.Planned:
    path = folder / "hour.toml"
    path.write_text(text, encoding="utf-8")
    return read_scenario(path)


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> Report:
    faults = "[faults]\ncrash = { per_hour = 4 }\nevent_doubled = { chance = 0.05 }\n"
    return run(planned(tmp_path_factory.mktemp("hour"), HOUR + faults), BANK)


@pytest.mark.parametrize("name", names())
def test_every_scenario_of_ours_can_be_read(name: str) -> None:
    assert read_scenario(find(name)).centre.name == "Harbour Bank"


def test_an_hour_of_the_bank_holds_every_invariant(hour: Report) -> None:
    assert hour.violation == ""
    assert hour.calls > 200
    assert sum(hour.outcomes.values()) == hour.calls
    assert hour.total.answered > 50
    assert hour.lives > 1
    assert hour.struck["event_doubled"] > 10


def test_the_report_adds_up(hour: Report) -> None:
    for name in ("answered", "abandoned", "answered_in_threshold"):
        by_queue = sum(getattr(one.figures, name) for one in hour.queues.values())
        assert by_queue == sum(getattr(one.figures, name) for one in hour.slots) == getattr(hour.total, name)
    assert sum(one.calls for one in hour.slots) == hour.calls
    told = in_words(hour)
    assert f"{hour.calls:,} calls" in told
    assert "all hold" in told
    assert f"{hour.lives} processes" in told
    assert sum(one.struck["event_doubled"] for one in hour.slots) == hour.struck["event_doubled"]
    assert sum((one.offers for one in hour.slots), Counter()) == hour.offers
    assert max(one.busy_ms for one in hour.slots) > 0


def test_the_same_seed_gives_the_same_hour(tmp_path: Path) -> None:
    short = HOUR.replace("11:00", "10:10")
    one, same = (run(planned(tmp_path, short), BANK) for _ in range(2))
    other = run(planned(tmp_path, short + "seed = 2\n"), BANK)
    assert (one.outcomes, one.entries) == (same.outcomes, same.entries)
    assert one.entries != other.entries


def test_a_surge_brings_more_callers_and_ill_agents_answer_fewer(tmp_path: Path) -> None:
    short = HOUR.replace("11:00", "10:20")
    usual = run(planned(tmp_path, short))
    surge = '[callers]\nsurges = [{ from = "10:10", to = "10:15", factor = 4 }]\n'
    more = run(planned(tmp_path, short + surge))
    assert more.calls > usual.calls * 1.4
    ill = run(planned(tmp_path, short + "[agents]\nill = 0.6\n"))
    assert ill.agents < usual.agents
    assert ill.total.answered < usual.total.answered


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('to = "09:00"', "ends before it begins"),
        ("[faults]\nevent_los = { chance = 0.1 }", "event_lost"),
        ("[faults]\nevent_lost = { per_hour = 3 }", "told by its chance"),
        ("[faults]\ncrash = { chance = 0.3 }", "told by its per_hour"),
        ("[faults]\nevent_lost = { chance = 3 }", "chance"),
        ('[callers]\nsurges = [{ from = "10:40", to = "10:30", factor = 2 }]', "ends before it begins"),
        ("[agents]\nsick = 0.3", "sick"),
        ('from = "7 o\'clock"', 'expected "HH:MM" in quotes, like "07:30"'),
        ("from = 10:00", 'expected "HH:MM" in quotes, like "07:30"'),
        ('day = "25.11.2026"', "expected a day without quotes, like 2026-11-25"),
        ("day = 25.11.2026", "expected a day without quotes, like 2026-11-25"),
        ('[faults]\nevent_late = { chance = 0.1, from = "9:30" }', 'like "07:30"'),
        ('[faults]\nevent_late = { chance = 0.1, from = "09:30" }', "09:30 is outside the day"),
        ('[faults]\nevent_late = { chance = 0.1, to = "11:30" }', "a time from 10:00 to 11:00"),
        (
            '[faults]\nevent_late = { chance = 0.1, from = "10:30", to = "10:20" }',
            "faults.event_late.to: it ends before it begins; expected after 10:30",
        ),
        ('[callers]\nsurges = [{ from = "09:00", to = "10:30", factor = 2 }]', "09:00 is outside the day"),
        ("[callers]\nper_hour = 60\nfactor = 2", "callers.factor: per_hour takes the place of the curve"),
        ("[agents]\nill = 1.5", "a number from 0 to 1 or a whole number from 0 or an array"),
        ("[agents]\nill = 99", "the centre has 30 agents with a queue"),
        ('[agents]\nill = ["ana"]', "did you mean 'anna'?"),
        ('centre = "nowhere.toml"', "there is no file"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    key = text.split(" ")[0]
    kept = "\n".join(line for line in HOUR.splitlines() if not line.startswith(f"{key} "))
    with pytest.raises(ConfigError) as caught:
        planned(tmp_path, f"{kept}\n{text}\n")
    assert said in str(caught.value)
    assert "hour.toml:" in str(caught.value)


def test_all_that_is_wrong_is_told_in_the_order_of_its_lines(tmp_path: Path) -> None:
    wrong = '[agents]\nill = ["bem"]\n[faults]\ncrahs = { per_hour = 1 }\n'
    with pytest.raises(ConfigError) as caught:
        planned(tmp_path, HOUR + wrong)
    assert [problem.nearest for problem in caught.value.problems] == ["ben", "crash"]


def test_a_name_that_is_no_scenario_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UserError, match="Did you mean 'monday-morning'"):
        find("monday-mornin")


@pytest.mark.parametrize(
    ("ill", "count"), [("0.0", 0), ("1.0", 30), ("1", 1), ("3", 3), ('["anna", "wei"]', 2)]
)
def test_who_is_ill_is_told_by_a_share_a_number_or_by_name(tmp_path: Path, ill: str, count: int) -> None:
    day = planned(tmp_path, f"{HOUR}[agents]\nill = {ill}\n")
    absent = {one.login for one in staffed(day.centre, day.scenario).agents if one.station == "ill"}
    assert len(absent) == count
    assert absent == {"anna", "wei"} or "[" not in ill


def test_the_schema_is_the_one_that_is_kept() -> None:
    kept = (resources.schemas() / "scenario.schema.json").read_bytes()
    assert json.loads(kept) == json.loads(scenarios.json_schema()), "python -m callcenter.simulate.scenario"


def test_the_same_day_without_faults_stands_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "minutes.toml"
    faults = '[faults]\ncarrier_dies = { per_hour = 60, to = "10:10" }\n'
    path.write_text(HOUR.replace("11:00", "10:20") + faults, encoding="utf-8")
    options = Namespace(scenario=str(path), replay=None, step=None, seed=None, report=None, compare=True)
    assert simulate(options, STRANGERS) == 0
    told = capsys.readouterr().out
    assert "carrier dies" in told
    row = next(line for line in told.splitlines() if line.startswith("Calls lost by our fault"))
    with_faults, without, difference = row.split()[-3:]
    assert int(with_faults) > 0
    assert (int(without), difference) == (0, f"+{with_faults}")
    path.write_text(HOUR, encoding="utf-8")
    with pytest.raises(UserError, match="has no faults"):
        simulate(options, STRANGERS)


def test_the_same_people_call_whatever_goes_wrong(tmp_path: Path) -> None:
    """All of them: what a dead carrier takes from a day is told by nothing else."""
    short = HOUR.replace("11:00", "10:20")
    calm = run(planned(tmp_path, short))
    bad = run(
        planned(tmp_path, short + "[faults]\ncommit_slow = { chance = 0.2 }\ncut = { per_hour = 30 }\n")
    )
    assert bad.struck["commit_slow"] > 10
    assert abs(bad.calls - calm.calls) <= calm.calls * 0.03


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("commit_failed = { chance = 0.8 }", "a database that fails as often as this is away"),
        ("event_lost = { chance = 0.1 }", "told again when the connection is mended"),
    ],
)
def test_faults_that_no_centre_could_stand_are_refused_with_what_is_meant(
    tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "day.toml"
    path.write_text(f'title = "A day"\nday = 2026-11-25\n[faults]\n{text}\n')
    with pytest.raises(ConfigError, match=told):
        read_scenario(path)


def test_a_day_is_of_a_year_in_which_somebody_telephones(tmp_path: Path) -> None:
    path = tmp_path / "day.toml"
    path.write_text('title = "A day"\nday = 1066-11-24\n')
    with pytest.raises(ConfigError, match="no centre was or will be open in 1066"):
        read_scenario(path)


def test_what_went_wrong_is_told_briefly() -> None:
    entry = f.Entry(7, 1, "x", f.OwnerStarted(0), ())
    assert briefly(f"I3: contact 1 goes before 2; at {entry}") == "I3: contact 1 goes before 2; at entry 7"
    assert len(briefly("I7: " + "x" * 5_000)) < 400


def test_whoever_is_cut_off_calls_again(tmp_path: Path) -> None:
    half = HOUR.replace("11:00", "10:30")
    faults = "[faults]\ncarrier_dies = { per_hour = 12 }\n"
    calm, cut_off = run(planned(tmp_path, half), BANK), run(planned(tmp_path, half + faults), BANK)
    lost = cut_off.outcomes["lost_by_system"]
    assert cut_off.violation == ""
    assert cut_off.struck["carrier_dies"] > 2
    assert lost > 20
    assert cut_off.calls > calm.calls + lost // 2
