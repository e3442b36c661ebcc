"""A day that went wrong, entry by entry, with what each changed.

The rule: it is lived again, not shown from a record: under the commit by which it was found it is the same day, and
under another one it shows whether it still goes wrong.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.errors import UserError
from callcenter.simulate import failure
from callcenter.simulate.days import Day
from callcenter.simulate.storm import commit_of, say
from callcenter.state import Live, State

CONTEXT_STEPS = 12


def replay(path: Path, step: int | None) -> int:
    """Tells the last entries of the day in this file, or those up to `step`; what a process ends with."""
    try:
        kept = failure.read(path)
    except OSError as error:
        raise UserError(f"{path} can't be read: {error.strerror}", KEPT_WHERE) from error
    except msgspec.MsgspecError as error:
        raise UserError(f"{path} is no day that was kept: {error}", KEPT_WHERE) from error
    if (now := commit_of()) != kept.commit:
        say(f"It was found by commit {kept.commit}; this is {now}, under which the day may be another one.")
    say(kept.day.in_words())
    again = kept.day.lived()
    if step is not None and step > len(again.entries):
        say(f"The day has {len(again.entries):,} entries.")
    last = step or len(again.entries)
    first = max(1, last - CONTEXT_STEPS + 1) if step is None else 1
    for one in steps(again.entries[:last]):
        if one.entry.seq >= first:
            _tell(one, kept.day)
    if again.traceback:
        say(f"\n{again.traceback}")
    say(f"\n{again.violation or 'Nothing is wrong with this day now.'}")
    return 1 if again.violation else 0


KEPT_WHERE = f"Name a file that a storm or a scenario has kept, like {failure.FOLDER}/seed-17.json."


class Change(Struct, frozen=True):
    """What became of one part of the state. `fields`: what differs, (before, after), "" where nothing was or is."""

    part: str
    """ "contacts[3]" """
    what: str
    """new, changed or gone"""
    fields: dict[str, tuple[str, str]]


class Step(Struct, frozen=True):
    """One entry, and what it changed."""

    entry: f.Entry
    changes: list[Change]


NOTHING: tuple[Any, ...] = (None, "", 0, False, [], {})
"""what a new part need not say"""


def steps(entries: list[f.Entry]) -> Iterator[Step]:
    """The journal read aloud."""
    live, before = Live(State(1)), dict[str, Any]()
    for entry in entries:
        apply_entry(live, entry)
        after = _parts(live.state)
        yield Step(entry, [*_changes(before, after)])
        before = after


def _changes(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Change]:
    for part in {**before, **after}:
        if part not in after:
            yield Change(part, "gone", {})
        elif part not in before:
            said = {name: ("", _json(value)) for name, value in _items(after[part]) if value not in NOTHING}
            yield Change(part, "new", said)
        elif before[part] != after[part]:
            yield Change(part, "changed", dict(_differences(before[part], after[part], "")))


def _differences(old: Any, new: Any, name: str) -> Iterator[tuple[str, tuple[str, str]]]:
    """Down to the fields of a record within a record: "talk.recording"."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in {**old, **new}:
            yield from _differences(old.get(key), new.get(key), f"{name}.{key}" if name else str(key))
    elif old != new:
        yield name, (_json(old), _json(new))


def _items(part: Any) -> Iterable[tuple[str, Any]]:
    return part.items() if isinstance(part, dict) else [("", part)]


def _json(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _parts(state: State) -> dict[str, Any]:
    """Every contact, leg, agent, offer… by itself."""
    return {
        f"{kind}[{key}]": msgspec.to_builtins(one)
        for kind in ("contacts", "legs", "agents", "offers", "engagements", "look_ups", "todos")
        for key, one in getattr(state, kind).items()
    }


# --- In words ---


def _tell(step: Step, day: Day) -> None:
    entry = step.entry
    say(f"\n{entry.seq}  {day.clock(entry.at)}  {entry.source}\n  {_fact(entry.input)}")
    for decision in entry.decisions:
        say(f"    → {_fact(decision)}")
    for change in step.changes:
        if change.what == "new":
            fields = ", ".join(f"{name} {now}" for name, (_, now) in change.fields.items())
            say(f"      {change.part} new: {fields}")
        elif change.what == "gone":
            say(f"      {change.part} gone")
        else:
            say(f"      {change.part}")
            for name, (was, now) in change.fields.items():
                say(f"        {name}: {was or '–'} → {now or '–'}")


def _fact(fact: f.Fact) -> str:
    return f"{type(fact).__name__}{msgspec.json.encode(msgspec.structs.asdict(fact)).decode()}"
