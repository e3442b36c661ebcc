"""A day that goes wrong is made small, kept, and lived again; a bug that is planted is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from callcenter.simulate import failure
from callcenter.simulate.bugs import PACKAGE, Bug, bench, bugs, planted
from callcenter.simulate.world import Options, Result, run_day

BUGS = bugs()
SURE = ("acknowledges_before_commit", "no_dedupe")
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


def test_a_place_that_has_moved_is_told() -> None:
    bug = Bug("x", "state.py", "there is no such line", "y")
    with pytest.raises(Exception, match="0 times"):
        planted("text", bug)


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Result:
    """A day on which it is forbidden that a process is started again."""
    monkeypatch.setattr("callcenter.simulate.watch.Watch._recovers", _wrong_when_it_crashes)
    return run_day(11, Options(seconds=60))


def _wrong_when_it_crashes(self) -> None:  # type: ignore[no-untyped-def]
    if self._owner().number > 1:
        self._found("I99: it was started again")


def test_the_smallest_day_still_breaks_the_same_rule(wrong: Result, tmp_path: Path) -> None:
    small = failure.minimised(wrong)
    assert failure.rule_of(small.violation) == failure.rule_of(wrong.violation) == "I99"
    assert len(small.options.faults) < len(wrong.options.faults)
    assert len(small.entries) < len(wrong.entries)
    kept = failure.read(failure.write(small, "abc", tmp_path))
    assert run_day(kept.seed, kept.options).violation == small.violation == kept.violation


def test_a_journal_is_read_aloud_with_what_each_entry_changed() -> None:
    entries = run_day(3, Options(seconds=30, faults={})).entries
    steps = [*failure.steps(entries)]
    assert [step.entry for step in steps] == entries
    arrived = next(step for step in steps if type(step.entry.input).__name__ == "CallArrived")
    (contact,) = [name for name in arrived.changed if name.startswith("contacts[")]
    assert arrived.changed[contact][0] == ""
    assert arrived.changed[contact][1]
