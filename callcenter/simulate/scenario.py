"""A scenario: one made-up day of a centre, as somebody writes it down before that day comes.

    scenario = read_scenario(Path("monday.toml"))     # ConfigError with every problem, each with its line

The rule: it names a centre's TOML, the one that goes live or the demonstration's, and says what this day has more
or less of: callers, agents, faults. Everything it does not say is as always.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field
from msgspec.structs import replace

from callcenter.errors import ConfigError, Problem, UserError
from callcenter.facts import CentreSetup
from callcenter.resources import demo, scenarios
from callcenter.setup.centre_toml import read_centre
from callcenter.setup.toml_check import nearest
from callcenter.setup.toml_source import Source, read, validate
from callcenter.simulate.faults import CHANCES, MISFORTUNES, Fault, Plan
from callcenter.simulate.words import counted

DEMO = "demo"
OFTEN_IS_AWAY, OFTEN = ("commit_failed", "commit_unknown", "commit_late", "read_failed"), 0.5
YEAR_MIN, YEAR_MAX = 1971, 2100
HOUR_MINUTES = 60

CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
CLOCK_IN_WORDS = '"HH:MM" in quotes, like "07:30"'
DAY_IN_WORDS = "a day without quotes, like 2026-11-25"
SHOWN_AS = {"from": CLOCK_IN_WORDS, "to": CLOCK_IN_WORDS, "day": DAY_IN_WORDS}
"""what people write in ways that TOML can't read"""

Clock = Annotated[str, Meta(pattern=CLOCK, description="HH:MM in the centre's zone")]
Share = Annotated[float, Meta(ge=0, le=1)]
Factor = Annotated[float, Meta(ge=0, le=100)]


class Surge(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """So many times as many callers between two times."""

    from_: Clock
    to: Clock
    factor: Factor


class CallersTable(Struct, frozen=True, forbid_unknown_fields=True):
    factor: Factor = 1.0
    """times the curve of that day of the week"""
    per_hour: Annotated[float, Meta(ge=0, le=100_000)] | None = None
    """the same at any hour, instead of the curve and its factor"""
    surges: tuple[Surge, ...] = ()


class AgentsTable(Struct, frozen=True, forbid_unknown_fields=True):
    ill: Share | Annotated[int, Meta(ge=0)] | tuple[str, ...] = 0.0
    """who don't come: a share of the agents (0.05; 1.0 is all of them), so many of them (3), or their logins"""
    more: Annotated[int, Meta(ge=0, le=500)] = 0
    """made-up ones beside the centre's own"""


class FaultTable(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    chance: Share | None = None
    """of each event, command, commit or look-up"""
    per_hour: Annotated[float, Meta(ge=0, le=3600)] | None = None
    from_: Clock | None = None
    to: Clock | None = None


class Scenario(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """What a file of it holds."""

    title: Annotated[str, Meta(min_length=1, max_length=100)]
    day: date
    about: Annotated[str, Meta(max_length=1000)] = ""
    centre: Annotated[str, Meta(min_length=1)] = DEMO
    """a centre's TOML, beside this file or with its whole path; "demo": Harbour Bank"""
    from_: Clock = "07:00"
    to: Clock = "22:30"
    seed: Annotated[int, Meta(ge=0)] = 1
    callers: CallersTable = CallersTable()
    agents: AgentsTable = AgentsTable()
    faults: dict[str, FaultTable] = field(default_factory=dict)


class Planned(Struct, frozen=True):
    """A scenario that makes sense in its centre."""

    scenario: Scenario
    centre: CentreSetup
    name: str

    @property
    def begin_minute(self) -> int:
        return minute(self.scenario.from_)

    @property
    def seconds(self) -> int:
        return (minute(self.scenario.to) - self.begin_minute) * 60

    @property
    def plan(self) -> Plan:
        """Minutes of it are those since the day began."""
        return {kind: self._fault(table) for kind, table in self.scenario.faults.items()}

    def _fault(self, table: FaultTable) -> Fault:
        begin = self.begin_minute
        return Fault(
            chance=table.chance or 0.0,
            per_hour=table.per_hour or 0.0,
            from_minute=max(0, minute(table.from_) - begin) if table.from_ else 0,
            to_minute=max(0, minute(table.to) - begin) if table.to else None,
        )


def minute(clock: str) -> int:
    """Of the day."""
    hours, minutes = clock.split(":")
    return int(hours) * HOUR_MINUTES + int(minutes)


def find(name: str) -> Path:
    """A scenario's file: by its path, or one of ours by its name. Raises UserError when there is neither."""
    path = Path(name)
    if path.suffix == ".toml" or path.exists():
        return path
    ours = scenarios() / f"{name}.toml"
    if not ours.exists():
        close = nearest(name, names())
        meant = f"Did you mean {close!r}? " if close else ""
        raise UserError(
            f"There is no scenario {name!r}.", f"{meant}Name a TOML file, or one of: {', '.join(names())}."
        )
    return ours


def names() -> list[str]:
    """Those of ours."""
    return sorted(path.stem for path in scenarios().glob("*.toml"))


def read_scenario(path: Path) -> Planned:
    """Raises ConfigError with every problem of the file; one of its centre's when that is wrong."""
    try:
        source = read(path)
        scenario = validate(source, Scenario)
    except ConfigError as error:
        raise ConfigError([_in_words(problem, path) for problem in error.problems]) from None
    problems = [*_contradictions(source, scenario)]
    centre = demo() / "centre.toml" if scenario.centre == DEMO else path.parent / scenario.centre
    if not centre.exists():
        beside = f'"{DEMO}", or a TOML beside this one'
        problems.append(source.problem(("centre",), f"there is no file {centre}", expected=beside))
        raise ConfigError(problems)
    setup = read_centre(centre).setup
    problems += _ill_problems(source, scenario, setup)
    if problems:
        raise ConfigError(sorted(problems, key=lambda problem: problem.line))
    return Planned(scenario, setup, path.stem)


def _in_words(problem: Problem, path: Path) -> Problem:
    """Times and days are told as people write them, not as a pattern; unquoted ones are no TOML at all."""
    key = problem.where.rpartition(".")[2]
    if not problem.where and problem.line:
        line = path.read_text(encoding="utf-8").splitlines()[problem.line - 1]
        written = re.search(r"\b(from|to|day)\s*=\s*[0-9]", line)
        key = written[1] if written else ""
    return replace(problem, expected=SHOWN_AS[key]) if key in SHOWN_AS else problem


def _contradictions(source: Source, scenario: Scenario) -> Iterator[Problem]:
    if not YEAR_MIN <= scenario.day.year <= YEAR_MAX:
        what = f"no centre was or will be open in {scenario.day.year}"
        yield source.problem(("day",), what, expected=f"a year from {YEAR_MIN} to {YEAR_MAX}")
    if minute(scenario.to) <= minute(scenario.from_):
        yield source.problem(("to",), "the day ends before it begins", expected=f"after {scenario.from_}")
        return  # no window can lie in it
    if {"per_hour", "factor"} <= source.data.get("callers", {}).keys():
        what = "per_hour takes the place of the curve, and factor is times the curve"
        yield source.problem(("callers", "factor"), what, expected="one of them")
    for index, surge in enumerate(scenario.callers.surges):
        yield from _window_problems(source, ("callers", "surges", index), surge.from_, surge.to, scenario)
    for kind, table in scenario.faults.items():
        yield from _fault_problems(source, kind, table, scenario.faults)
        yield from _window_problems(source, ("faults", kind), table.from_, table.to, scenario)


def _window_problems(
    source: Source, where: tuple[str | int, ...], from_: str | None, to: str | None, scenario: Scenario
) -> Iterator[Problem]:
    """Part of a day, from its beginning or to its end where nothing is said."""
    day = f"a time from {scenario.from_} to {scenario.to}, as the day is"
    from_is_outside = from_ is not None and not scenario.from_ <= from_ < scenario.to
    to_is_outside = to is not None and not scenario.from_ < to <= scenario.to
    if from_is_outside:
        yield source.problem((*where, "from"), f"{from_} is outside the day", expected=day)
    if to_is_outside:
        yield source.problem((*where, "to"), f"{to} is outside the day", expected=day)
    if from_ and to and to <= from_ and not (from_is_outside or to_is_outside):
        yield source.problem((*where, "to"), "it ends before it begins", expected=f"after {from_}")


def _fault_problems(
    source: Source, kind: str, table: FaultTable, kinds: Collection[str]
) -> Iterator[Problem]:
    where = ("faults", kind)
    if kind not in {**CHANCES, **MISFORTUNES}:
        yield source.unknown(where, "fault", kind, [*CHANCES, *MISFORTUNES])
        return
    wanted, other = ("chance", "per_hour") if kind in CHANCES else ("per_hour", "chance")
    if getattr(table, wanted) is None or getattr(table, other) is not None:
        yield source.problem(where, f'"{kind}" is told by its {wanted}', expected=f"{wanted} = a number")
    elif kind in OFTEN_IS_AWAY and (table.chance or 0) > OFTEN:
        what = "a database that fails as often as this is away"
        yield source.problem((*where, "chance"), what, expected=f"{OFTEN} at most, or `database_away`")
    elif kind == "event_lost" and "cut" not in kinds:
        what = "what is lost is told again when the connection is mended, which it never is on this day"
        yield source.problem(where, what, expected="cut = { per_hour = 20 } with it")


def _ill_problems(source: Source, scenario: Scenario, centre: CentreSetup) -> Iterator[Problem]:
    where, ill = ("agents", "ill"), scenario.agents.ill
    logins = [agent.login for agent in centre.agents if agent.queues]
    if isinstance(ill, int) and ill > len(logins):
        some = counted(len(logins), "agent")
        yield source.problem(where, f"the centre has {some} with a queue", expected="no more")
    if isinstance(ill, tuple):
        for index, login in enumerate(ill):
            if login not in logins:
                yield source.unknown((*where, index), "agent with a queue", login, logins)


def json_schema() -> bytes:
    """What `schemas/scenario.schema.json` holds."""
    schema = msgspec.json.schema(Scenario, ref_template="#/$defs/{name}")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A scenario", **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(json_schema())
