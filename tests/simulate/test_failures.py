"""A day that goes wrong is made small, kept, and lived again; a bug that is planted is found."""

from __future__ import annotations

from argparse import Namespace
from collections import Counter
from pathlib import Path

import pytest

from callcenter.simulate import bugs as bench_of_bugs
from callcenter.simulate import command, failure, replay, storm
from callcenter.simulate.bugs import PACKAGE, Bug, bench, bugs, planted
from callcenter.simulate.days import Result
from callcenter.simulate.planned_day import STRANGERS
from callcenter.simulate.random_day import RandomDay, run_day
from callcenter.simulate.world import Options

BUGS = bugs()
SURE = ("acknowledges_before_commit", "requeued_at_the_tail")
"""found within few days: what the others need is told by `make bugs`"""


@pytest.mark.parametrize("name", BUGS)
def test_every_bug_still_has_its_place(name: str) -> None:
    bug = BUGS[name]
    text = planted((PACKAGE / bug.file).read_text(encoding="utf-8"), bug)
    compile(text, bug.file, "exec")


@pytest.mark.parametrize("name", SURE)
def test_a_planted_bug_is_found_by_random_days(name: str) -> None:
    caught = bench(name, BUGS[name], 60)
    assert caught.violation, f"{name} was not found in 60 days"
    assert not caught.broke


def test_a_bug_with_which_no_day_can_be_lived_is_not_caught(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    half = Bug("half a line", "center.py", "DECIDED_UPON = frozenset(_RULES)", "DECIDED_UPON = (")
    moved = Bug("it was here once", "center.py", "there is no such line", "")
    monkeypatch.setattr(bench_of_bugs, "bugs", lambda: {"half": half, "moved": moved})
    assert bench_of_bugs.main(["--seeds", "2", "--cores", "1"]) == 1
    half_told, moved_told, sum_told = capsys.readouterr().out.splitlines()
    assert "THE BENCH BROKE: SyntaxError" in half_told
    assert "THE BENCH BROKE: center.py has the place of this bug 0 times" in moved_told
    assert sum_told.startswith("caught 0 of 2")
    assert sum_told.endswith("the bench broke on 2")


def test_what_a_day_raises_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    call = "        self._call()\n\n    def settle"
    raises = Bug("a name that is not there", "simulate/world.py", call, call.replace("_call()", "_call(now)"))
    caught = bench("a_name", raises, 2)
    assert caught.violation.startswith("raised NameError: name 'now' is not defined (world.py:")
    assert (caught.days, caught.broke) == (1, "")


def test_a_bug_that_is_not_there_is_told_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench_of_bugs.main(["no_dedup"])
    assert "there is no bug 'no_dedup'; did you mean 'no_dedupe'?" in capsys.readouterr().err


def test_a_place_that_has_moved_is_told() -> None:
    bug = Bug("x", "state/live.py", "there is no such line", "y")
    with pytest.raises(Exception, match="0 times"):
        planted("text", bug)


@pytest.fixture
def forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process may be started again."""
    monkeypatch.setattr("callcenter.simulate.watch.Watch._recovers", _wrong_when_it_crashes)


def _wrong_when_it_crashes(self) -> None:  # type: ignore[no-untyped-def]
    if self._owner().number > 1:
        self._found("I99: it was started again")


@pytest.mark.usefixtures("forbidden")
def test_the_smallest_day_fails_alike(tmp_path: Path) -> None:
    day = RandomDay(11, Options(seconds=60))
    wrong = day.lived()
    small, less = failure.minimised(day, wrong)
    assert failure.kind_of(less.violation) == failure.kind_of(wrong.violation) == "I99: it was started again"
    assert len(small.options.faults) < len(day.options.faults)
    assert len(less.entries) < len(wrong.entries)
    kept = failure.read(failure.write(small, less, "abc", tmp_path))
    assert kept.day == small
    assert kept.day.lived().violation == less.violation == kept.violation


@pytest.mark.usefixtures("forbidden")
def test_the_day_of_a_scenario_is_made_small_kept_and_lived_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(failure.PlannedDay, "TRIES_MAX", 12)
    monkeypatch.chdir(tmp_path)
    scenario = tmp_path / "bad.toml"
    scenario.write_text(BAD_HOUR, encoding="utf-8")
    day = Namespace(scenario=str(scenario), replay=None, step=None, report=None, compare=False, seed=None)
    assert command.simulate(day, STRANGERS) == 1
    told = capsys.readouterr().out
    assert "invariants: VIOLATED: I99: it was started again. The day stopped there, at 10:" in told
    assert "bad, seed 1: 09:00 to 11:00, callers 1 x, 30 agents, faults: crash, event_doubled" in told
    kept = failure.read(failure.FOLDER / "bad-1.json")
    assert isinstance(kept.day, failure.PlannedDay)
    small = kept.day.planned.scenario
    assert f"made smaller, to {kept.calls} calls and {kept.entries} entries: {kept.day.in_words()}" in told
    assert [*small.faults] == ["crash"]
    assert small.from_ > "09:00"
    assert kept.calls < 50
    assert command.simulate(asked(failure.FOLDER / "bad-1.json"), STRANGERS) == 1
    assert capsys.readouterr().out.splitlines()[-1] == kept.violation


BAD_HOUR = """
title = "A bad hour"
day = 2026-11-23
from = "09:00"
to = "11:00"
[faults]
crash = { per_hour = 60, from = "10:00" }
event_doubled = { chance = 0.05 }
"""


@pytest.mark.parametrize(
    ("violation", "kind"),
    [
        ("I3: agent 4 is not first of [4, 17, 5]; at Entry(seq=7)", "I3: agent # is not first of [#]"),
        ("I7: ('dial', 'c1-l3') was due 5078 ms ago; at Entry()", "I7: ('dial', 'c#-l#') was due # ms ago"),
        ("I7: still here long after all is well: ({4: Contact()})", "I7: still here long after all is well"),
        ("raised KeyError: 17 (owner.py:112)", "raised KeyError: # (owner.py:#)"),
    ],
)
def test_days_fail_alike_when_the_same_is_said_of_other_numbers(violation: str, kind: str) -> None:
    assert failure.kind_of(violation) == kind


def test_a_day_that_breaks_the_same_rule_otherwise_is_not_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    other = Result(9, [], 1, Counter(), "I7: leg c1-l3 never ends")
    monkeypatch.setattr(RandomDay, "lived", lambda day: other)
    day, wrong = RandomDay(1, Options()), Result(9, [], 1, Counter(), "I7: agent 2 was due 6 ms ago")
    assert failure.minimised(day, wrong) == (day, wrong)


def test_who_can_serve_some_caller_alone_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the agents only 1 and 5 speak Chinese and know both queues: one of them is enough, and none too few."""
    always = Result(1, [], 1, Counter(), "I7: somebody waits")
    monkeypatch.setattr(RandomDay, "lived", lambda day: always)
    small, _ = failure.minimised(RandomDay(1, Options()), always)
    assert small.options.agents == (5,)


def test_a_world_of_one_able_agent_is_well_without_faults() -> None:
    for seed in range(1, 6):
        assert not run_day(seed, Options(seconds=60, agents=(5,), faults={})).violation, f"seed {seed}"


def asked(file: Path) -> Namespace:
    """`callcenter simulate --replay`."""
    return Namespace(replay=file, scenario=None, step=None, report=None, compare=False, seed=None)


def test_a_day_that_raises_is_kept_and_lived_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def raises(self: object) -> None:
        raise KeyError(17)

    monkeypatch.setattr("callcenter.simulate.watch.Watch._recovers", raises)
    monkeypatch.setattr(RandomDay, "TRIES_MAX", 3)
    day = ["--seeds", "1", "--seconds", "30", "--cores", "1", "--folder", str(tmp_path)]
    assert storm.main(day) == 1
    told = capsys.readouterr().out
    assert "\n  raised KeyError: 17 (test_failures.py:" in told
    assert "seed 1: 30 seconds, agents 1, 2, 3, 4, 5, 6, faults:\n    " in told
    assert "1 day of commit" in told
    kept = tmp_path / "seed-1.json"
    assert f"--replay {kept}" in told
    assert command.simulate(asked(kept), STRANGERS) == 1
    again = capsys.readouterr().out
    assert "→" in again
    assert "Traceback (most recent call last)" in again
    assert "raised KeyError: 17" in again.splitlines()[-1]


def test_a_journal_is_read_aloud_with_what_each_entry_changed() -> None:
    entries = run_day(3, Options(seconds=30, faults={})).entries
    steps = [*replay.steps(entries)]
    assert [step.entry for step in steps] == entries
    arrived = next(step for step in steps if type(step.entry.input).__name__ == "CallArrived")
    (contact,) = [change for change in arrived.changes if change.part.startswith("contacts[")]
    assert contact.what == "new"
    assert contact.fields["state"] == ("", '"ivr"')
    changed = [change for step in steps for change in step.changes if change.what == "changed"]
    states = [
        change.fields["state"]
        for change in changed
        if change.part == contact.part and "state" in change.fields
    ]
    assert states[0][0] == '"ivr"'
    assert all(was != now for change in changed for was, now in change.fields.values())
    assert any(change == replay.Change(contact.part, "gone", {}) for step in steps for change in step.changes)
