"""A day that went wrong: made as small as it can be, and written down.

The rule: a failure is a day. It is made smaller as long as the same rule breaks in the same words. Whoever reads
its file lives the same day again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

from callcenter.simulate.days import Day, Result
from callcenter.simulate.planned_day import PlannedDay
from callcenter.simulate.random_day import RandomDay
from callcenter.simulate.words import counted

BRIEF_MAX = 300
"""signs of a violation that are shown to whoever lives a scenario"""
FOLDER = Path(".data/storm")

D = TypeVar("D", bound=Day)


class Failure(Struct, frozen=True):
    """What a file of it holds."""

    day: RandomDay | PlannedDay
    violation: str
    commit: str
    entries: int
    calls: int


def briefly(violation: str) -> str:
    """Without the entry at which it was found, and no longer than a sentence may be."""
    what, _, entry = violation.partition("; at Entry(seq=")
    at = f"; at entry {entry.partition(',')[0]}" if entry else ""
    return (what if len(what) <= BRIEF_MAX else f"{what[:BRIEF_MAX]}…") + at


def kind_of(violation: str) -> str:
    """ "I7: leg c#-l# never ends" of "I7: leg c1-l3 never ends; at Entry…": what days that fail alike share."""
    rule, _, rest = violation.partition(": ")
    said = rest.partition("; at ")[0].partition(": ")[0]  # then come an entry, and whole things
    return f"{rule}: {re.sub(r'[0-9]+(, [0-9]+)*', '#', said)}"


def minimised(day: D, result: Result) -> tuple[D, Result]:
    """The smallest day found that fails alike. `result`: what `day` came to."""
    kind, tries, shrinks = kind_of(result.violation), 0, True
    while shrinks:
        shrinks = False
        for way in day.ways(result):
            for less in day.smaller(way, result):
                if (tries := tries + 1) > day.TRIES_MAX:
                    return day, result
                again = less.lived()
                if again.violation and kind_of(again.violation) == kind:
                    day, result, shrinks = less, again, True
                    break
    return day, result


def write(day: RandomDay | PlannedDay, result: Result, commit: str, folder: Path) -> Path:
    """Returns the file, from which `replay` lives the day again."""
    folder.mkdir(parents=True, exist_ok=True)
    failure = Failure(day, result.violation, commit, len(result.entries), result.calls)
    path = folder / f"{day.name}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(failure), indent=2) + b"\n")
    return path


def read(path: Path) -> Failure:
    """Raises OSError or msgspec.MsgspecError."""
    return msgspec.json.decode(path.read_bytes(), type=Failure)


def kept_small(day: RandomDay | PlannedDay, result: Result, commit: str, folder: Path = FOLDER) -> str:
    """Makes it small and keeps it: what there is to say of it."""
    small, less = minimised(day, result)
    path = write(small, less, commit, folder)
    calls, entries = counted(less.calls, "call"), counted(len(less.entries), "entry", "entries")
    return (
        f"made smaller, to {calls} and {entries}: {small.in_words()}\n"
        f"{briefly(less.violation)}\n"
        f'step by step: make simulate ARGS="--replay {path}"'
    )
