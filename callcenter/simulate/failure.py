"""A day that went wrong: made as small as it can be, written down, and lived again step by step.

The rule: a failure is a seed and its options. It is made smaller as long as the same rule breaks in the same words:
fewer kinds of fault, fewer callers, fewer agents, a shorter day. Whom some callers need stays, or the day would go
wrong without any bug. Whoever reads it lives the same day again.
"""

from __future__ import annotations

import asyncio
import re
import traceback
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter import facts as f
from callcenter.apply import apply_entry
from callcenter.simulate.centres import BASE
from callcenter.simulate.loop import VirtualLoop
from callcenter.simulate.words import counted
from callcenter.simulate.world import BEGIN_MS, Options, Result, SmallTown, worse
from callcenter.state import Live, State

BRIEF_MAX = 300
"""signs of a violation that are shown to whoever lives a scenario"""
TRIES_MAX = 400
"""days lived to make one smaller: a sixth of a second each, at first"""
SECONDS_MIN = 10
RAISED = "raised "


class Failure(Struct, frozen=True):
    """What a file of it holds."""

    seed: int
    options: Options
    violation: str
    commit: str
    entries: int
    calls: int


def briefly(violation: str) -> str:
    """Without the entry at which it was found, and no longer than a sentence may be."""
    what, _, entry = violation.partition("; at Entry(seq=")
    at = f"; at entry {entry.partition(',')[0]}" if entry else ""
    return (what if len(what) <= BRIEF_MAX else f"{what[:BRIEF_MAX]}…") + at


def lived(seed: int, options: Options) -> Result:
    """A day whatever becomes of it: what it raises is its violation, and what was durable until then is there."""
    towns: list[SmallTown] = []

    async def day() -> None:
        towns.append(SmallTown(seed, options))
        await towns[0].box.run(options.seconds)

    raised = ""
    try:
        with asyncio.Runner(loop_factory=VirtualLoop.beginning_at(BEGIN_MS)) as runner:
            runner.run(day())
    except Exception as error:
        raised = _in_a_line(error)
    if not towns:
        return Result(seed, options, 0, [], 0, Counter(), raised)
    town, box = towns[0], towns[0].box
    violation = box.violation or raised
    return Result(seed, options, town.calls, box.disk.entries(), len(box.lives), box.dice.struck, violation)


def _in_a_line(error: BaseException) -> str:
    while isinstance(error, BaseExceptionGroup):  # the tasks of a group tell all that ended them
        error = error.exceptions[0]
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{RAISED}{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"


# --- Smaller ---


def kind_of(violation: str) -> str:
    """ "I7: leg c#-l# never ends" of "I7: leg c1-l3 never ends; at Entry…": what days that fail alike share."""
    rule, _, rest = violation.partition(": ")
    said = rest.partition("; at ")[0].partition(": ")[0]  # then come an entry, and whole things
    return f"{rule}: {re.sub(r'[0-9]+(, [0-9]+)*', '#', said)}"


def minimised(result: Result) -> Result:
    """The smallest day found that fails alike."""
    best, kind, tries, shrinks = result, kind_of(result.violation), 0, True
    while shrinks:
        shrinks = False
        for way in _ways(best):
            for options in _smaller(best, way):
                if (tries := tries + 1) > TRIES_MAX:
                    return best
                again = lived(best.seed, options)
                if again.violation and kind_of(again.violation) == kind:
                    best, shrinks = again, True
                    break
    return best


def _ways(result: Result) -> list[str | int]:
    """What may be less, the most telling first: kinds of fault by name, agents by number."""
    options = result.options
    return ["unused", *options.faults, "calls", *options.agents, "seconds"]


def _smaller(result: Result, way: str | int) -> Iterator[Options]:
    """In this one way, the boldest first."""
    options = result.options
    if way == "unused":
        used = {kind: fault for kind, fault in options.faults.items() if kind in result.struck}
        if len(used) < len(options.faults):
            yield replace(options, faults=used)
    elif way == "calls":
        most = result.calls if options.calls_max is None else options.calls_max
        for calls in sorted({most // 2, most * 3 // 4, most - 1}):
            if 0 < calls < most:
                yield replace(options, calls_max=calls)
    elif way == "seconds":
        for seconds in (options.seconds // 2, options.seconds * 3 // 4):
            if seconds >= SECONDS_MIN:
                yield replace(options, seconds=seconds)
    elif isinstance(way, int):
        others = tuple(agent for agent in options.agents if agent != way)
        if others and _served(others) == _served(options.agents):
            yield replace(options, agents=others)
    elif way in options.faults:
        yield replace(options, faults={kind: it for kind, it in options.faults.items() if kind != way})


def _served(agents: Collection[int]) -> set[tuple[str, str]]:
    """(queue, skill) for which somebody of these is there: a caller may want anybody, or one of that language."""
    able: set[tuple[str, str]] = set()
    for setup in BASE.agents:
        levels = {skill.skill: skill.level for skill in setup.skills}
        for queue in BASE.queues:
            knows = all(levels.get(skill.skill, 0) >= skill.level for skill in queue.skills)
            if setup.agent in agents and queue.name in setup.queues and knows:
                able |= {(queue.name, skill) for skill in levels}
    return able


# --- Kept ---


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


def in_words(seed: int, options: Options) -> str:
    """The day's options in lines, each kind of fault with the rate that this seed makes of it."""
    kinds: dict[str, list[str]] = {}
    for kind, fault in worse(seed, options.faults).items():
        rate = f"{fault.chance * 100:g} %" if fault.chance else f"{fault.per_hour:g} an hour"
        kinds.setdefault(rate, []).append(kind)
    most = "" if options.calls_max is None else f", at most {counted(options.calls_max, 'call')}"
    agents = ", ".join(str(agent) for agent in options.agents)
    day = (
        f"{counted(options.seconds, 'second')}{most}, agents {agents}, {'faults:' if kinds else 'no faults'}"
    )
    return "\n".join([day, *(f"    {rate}: {', '.join(those)}" for rate, those in kinds.items())])


# --- Step by step ---


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
