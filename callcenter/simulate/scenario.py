"""A scenario: one made-up day of a centre, as somebody writes it down before that day comes.

    scenario = read_scenario(Path("monday.toml"))     # ConfigError with every problem, each with its line

The rule: it names a centre's TOML, the one that goes live or the demonstration's, and says what this day has more
or less of: callers, agents, faults. Everything it does not say is as always.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct, field

from callcenter.errors import ConfigError, Problem, UserError
from callcenter.resources import demo, scenarios
from callcenter.setup.toml_source import Source, read, validate
from callcenter.simulate.faults import CHANCES, MISFORTUNES, Fault, Plan

DEMO = "demo"
HOUR_MINUTES = 60

Clock = Annotated[
    str, Meta(pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM in the centre's zone")
]
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
    """the same at any hour, instead of the curve"""
    surges: tuple[Surge, ...] = ()


class AgentsTable(Struct, frozen=True, forbid_unknown_fields=True):
    ill: Share = 0.0
    """of the agents, who don't come"""
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
    """A scenario that makes sense, and where its centre is."""

    scenario: Scenario
    centre: Path
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
        raise UserError(f"There is no scenario {name!r}.", f"A file, or one of: {', '.join(names())}.")
    return ours


def names() -> list[str]:
    """Those of ours."""
    return sorted(path.stem for path in scenarios().glob("*.toml"))


def read_scenario(path: Path) -> Planned:
    """Raises ConfigError with every problem of the file; its centre is read elsewhere."""
    source = read(path)
    scenario = validate(source, Scenario)
    if problems := [*_contradictions(source, scenario)]:
        raise ConfigError(problems)
    centre = demo() / "centre.toml" if scenario.centre == DEMO else path.parent / scenario.centre
    return Planned(scenario, centre, path.stem)


def _contradictions(source: Source, scenario: Scenario) -> Iterator[Problem]:
    if minute(scenario.to) <= minute(scenario.from_):
        yield source.problem(("to",), "the day ends before it begins", expected=f"after {scenario.from_}")
    for index, surge in enumerate(scenario.callers.surges):
        if minute(surge.to) <= minute(surge.from_):
            yield source.problem(("callers", "surges", index, "to"), "it ends before it begins")
    for kind, table in scenario.faults.items():
        yield from _fault_problems(source, kind, table)


def _fault_problems(source: Source, kind: str, table: FaultTable) -> Iterator[Problem]:
    where = ("faults", kind)
    if kind not in {**CHANCES, **MISFORTUNES}:
        yield source.unknown(where, "fault", kind, [*CHANCES, *MISFORTUNES])
        return
    wanted, other = ("chance", "per_hour") if kind in CHANCES else ("per_hour", "chance")
    if getattr(table, wanted) is None or getattr(table, other) is not None:
        yield source.problem(where, f'"{kind}" is told by its {wanted}', expected=f"{wanted} = a number")


def json_schema() -> bytes:
    """What `schemas/scenario.schema.json` holds."""
    schema = msgspec.json.schema(Scenario, ref_template="#/$defs/{name}")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A scenario", **schema}
    return msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n"


if __name__ == "__main__":
    sys.stdout.buffer.write(json_schema())
