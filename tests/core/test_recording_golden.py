"""Journals of every release are read by today's code."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from callcenter import __version__
from callcenter import facts as f
from callcenter import state as states
from callcenter.apply import apply_entry
from callcenter.history.fold import History
from callcenter.history.records import Interaction
from callcenter.lifecycles import Outcome
from callcenter.simulate.invariants import check_journal
from callcenter.state import Live, State
from callcenter.store.journal import row_of
from callcenter.store.upcasts import UPCASTS
from tests.golden import EVERY_KIND, days, entry_of, releases, rows_of

ofeach = pytest.mark.parametrize("release", releases(), ids=lambda release: release.stem)


def tags(kinds: Any) -> set[str]:
    return {str(kind.__struct_config__.tag) for kind in get_args(kinds)}


def test_there_are_bytes_of_this_release() -> None:
    assert __version__ in [release.stem for release in releases()], "run python -m tests.golden"


@ofeach
def test_every_row_of_a_release_is_read(release: Path) -> None:
    rows = rows_of(release)
    assert len(rows) > 50
    for row in rows:
        assert entry_of(row).seq == row.seq


def holds(now: Any, was: Any) -> bool:
    """Whether all that was written is still said, be it beside something new."""
    if isinstance(was, dict):
        return isinstance(now, dict) and all(key in now and holds(now[key], was[key]) for key in was)
    if isinstance(was, list):
        return isinstance(now, list) and len(now) == len(was) and all(map(holds, now, was))
    return bool(now == was)


@ofeach
def test_what_needed_no_lifting_is_written_as_it_was(release: Path) -> None:
    for row in rows_of(release):
        if not any(f'"{tag}"' in row.input + row.decisions for tag in UPCASTS):
            again = row_of(entry_of(row))
            for now, was in ((again.input, row.input), (again.decisions, row.decisions)):
                assert holds(msgspec.json.decode(now), msgspec.json.decode(was))


def test_a_talk_of_the_first_release_is_one_of_two_members() -> None:
    rows = rows_of(next(release for release in releases() if release.stem == "0.1.0"))
    talks = [fact for row in rows for fact in entry_of(row).decisions if isinstance(fact, f.Bridged)]
    members = (
        f.Member("phone:1", f.Part.TALKS, staff=False),
        f.Member("c1-l2", f.Part.TALKS, staff=True),
    )
    assert f.Bridged(1, 1, members, recording=1) in talks


@ofeach
def test_the_call_of_a_release_recovers_as_it_went(release: Path) -> None:
    live = Live(State(1))
    call = [entry_of(row) for row in rows_of(release) if not row.source.startswith(EVERY_KIND)]
    for entry in call:
        apply_entry(live, entry)
    ended = [fact for entry in call for fact in entry.decisions if isinstance(fact, f.ContactEnded)]
    assert ended == [f.ContactEnded(1, Outcome.ANSWERED)]
    assert (live.state.contacts, live.state.legs, live.state.engagements) == ({}, {}, {})
    assert live.state.counters.offer == 2


def test_there_is_a_day_of_this_release() -> None:
    assert __version__ in [day.stem for day in days()], "run python -m tests.golden"


@pytest.mark.parametrize("day", days(), ids=lambda day: day.stem)
def test_a_day_of_a_release_recovers_from_any_snapshot_and_breaks_no_rule(day: Path) -> None:
    entries = [entry_of(row) for row in rows_of(day)]
    check_journal(entries, everybody_gone=True)
    live, joined = Live(State(1)), Live(State(1))
    for number, entry in enumerate(entries):
        apply_entry(live, entry)
        apply_entry(joined, entry)
        if number % 50 == 0:
            joined = Live(states.decode(states.encode(joined.state)))
    assert states.encode(joined.state) == states.encode(live.state)
    left = live.state
    assert (left.contacts, left.legs, left.offers, left.engagements) == ({}, {}, {}, {})


@pytest.mark.parametrize("day", days(), ids=lambda day: day.stem)
def test_a_day_of_a_release_has_a_history(day: Path) -> None:
    """Every contact that it opened is an interaction with the outcome that its journal tells."""
    entries = [entry_of(row) for row in rows_of(day)]
    facts = [fact for entry in entries for fact in entry.decisions]
    ended = {fact.contact: fact.outcome for fact in facts if isinstance(fact, f.ContactEnded)}
    history = History()
    told = {
        row.contact: row.outcome
        for entry in entries
        for row in history.fold(entry)
        if isinstance(row, Interaction)
    }
    assert len(ended) > 20
    assert told == ended


def test_every_kind_of_today_is_in_the_newest_bytes() -> None:
    newest = rows_of(next(release for release in releases() if release.stem == __version__))
    inputs = {msgspec.json.decode(row.input)["type"] for row in newest}
    decisions = {fact["type"] for row in newest for fact in msgspec.json.decode(row.decisions)}
    assert inputs == tags(f.Input)
    assert decisions == tags(f.Decision)


def test_a_stored_name_belongs_to_one_kind_and_has_a_version() -> None:
    kinds = [*get_args(f.Input), *get_args(f.Decision)]
    names = [str(kind.__struct_config__.tag) for kind in kinds]
    assert len(set(names)) == len(names)
    assert all(name.rpartition(".")[2].isdigit() for name in names)
