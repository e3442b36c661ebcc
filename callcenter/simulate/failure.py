"""A day that went wrong: made as small as it can be, written down, and lived again step by step.

The rule: a failure is a seed and its options. It is made smaller as long as the same rule breaks: fewer kinds of
fault, fewer callers, fewer agents, a shorter day. Whoever reads it lives the same day again.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.simulate.world import Options, Result, run_day
from callcenter.state import Live, State

TRIES_MAX = 120
"""days lived to make one smaller"""


class Failure(Struct, frozen=True):
    """What a file of it holds."""

    seed: int
    options: Options
    violation: str
    commit: str
    entries: int
    calls: int


def rule_of(violation: str) -> str:
    """ "I7" of "I7: still here…"; of whatever raised, its kind."""
    return violation.partition(":")[0]


def minimised(result: Result) -> Result:
    """The smallest day found in which the same rule breaks."""
    best, tries, shrinks = result, 0, True
    while shrinks:
        shrinks = False
        for options in _smaller(best):
            if (tries := tries + 1) > TRIES_MAX:
                return best
            again = run_day(best.seed, options)
            if again.violation and rule_of(again.violation) == rule_of(result.violation):
                best, shrinks = again, True
                break
    return best


def _smaller(result: Result) -> Iterator[Options]:
    """What to leave out next, the most telling first."""
    options = result.options
    unused = {kind: fault for kind, fault in options.faults.items() if kind in result.struck}
    if len(unused) < len(options.faults):
        yield replace(options, faults=unused)
    for kind in options.faults:
        yield replace(options, faults={one: it for one, it in options.faults.items() if one != kind})
    most = result.calls if options.calls_max is None else options.calls_max
    for calls in sorted({most // 2, most * 3 // 4, most - 1}):
        if 0 < calls < most:
            yield replace(options, calls_max=calls)
    for agent in options.agents:
        if len(options.agents) > 1:
            yield replace(options, agents=tuple(one for one in options.agents if one != agent))
    for seconds in (options.seconds // 2, options.seconds * 3 // 4):
        if seconds >= 10:
            yield replace(options, seconds=seconds)


def write(result: Result, commit: str, folder: Path) -> Path:
    """Returns the file, from which `replay` lives the day again."""
    folder.mkdir(parents=True, exist_ok=True)
    failure = Failure(
        result.seed, result.options, result.violation, commit, len(result.entries), result.calls
    )
    path = folder / f"seed-{result.seed}.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(failure), indent=2) + b"\n")
    return path


def read(path: Path) -> Failure:
    """Raises OSError or msgspec.MsgspecError."""
    return msgspec.json.decode(path.read_bytes(), type=Failure)


class Step(Struct):
    """One entry, and the parts of the state that it changed: name -> (before, after), "" where there is nothing."""

    entry: f.Entry
    changed: dict[str, tuple[str, str]]


def steps(entries: list[f.Entry]) -> Iterator[Step]:
    """The journal read aloud."""
    live, before = Live(State(1)), dict[str, str]()
    for entry in entries:
        apply_entry(live, entry)
        after = _parts(live.state)
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        yield Step(entry, {name: (before.get(name, ""), after.get(name, "")) for name in names})
        before = after


def _parts(state: State) -> dict[str, str]:
    """Every contact, leg, agent, offer… by itself, as text."""
    shown: dict[str, str] = {}
    for kind in ("contacts", "legs", "agents", "offers", "engagements", "look_ups", "todos"):
        for key, one in getattr(state, kind).items():
            shown[f"{kind}[{key}]"] = msgspec.json.encode(one).decode()
    return shown
