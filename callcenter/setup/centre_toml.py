"""The centre's TOML and its IVR trees → the setup that is journalled, and the people who work with it.

The rule: nothing is taken over unless all of it is right. Each unknown key, wrong type, misspelt name of a
queue, skill, tree or zone and each flaw of a tree is told at once, with file, line and the nearest right name.
The file is an import: once applied, the centre's setup lives in its journal. Names and passwords of people are
no part of the setup; they go into tables of their own.
"""

from __future__ import annotations

from collections.abc import Collection
from copy import deepcopy
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from callcenter.errors import ConfigError, Problem
from callcenter.facts import AgentSetup, CentreSetup, QueueSetup, RelaxationStep, SkillLevel, TreeSetup
from callcenter.ivr.checks import check_tree
from callcenter.ivr.paths import Summary
from callcenter.ivr.tree import Tree, read_tree
from callcenter.rights import Role
from callcenter.setup.centre_checks import contradictions
from callcenter.setup.centre_file import GRADES, CentreFile, PersonTable, QueueTable, StepTable
from callcenter.setup.toml_check import departures
from callcenter.setup.toml_source import Source, read, validate
from callcenter.store.people import PersonSetup

T = TypeVar("T")

SIMULATED_AGENTS_FROM = 1001


class Centre(Struct, frozen=True):
    setup: CentreSetup
    people: tuple[PersonSetup, ...]
    summaries: tuple[tuple[str, Summary], ...]
    """what was proven of each tree"""


def load_centre(path: Path) -> tuple[CentreSetup, tuple[PersonSetup, ...]]:
    """The setup, its trees still without versions of their own (see `with_versions`), and the people.

    Raises ConfigError with every problem of the file and of the trees that it names."""
    centre = read_centre(path)
    return centre.setup, centre.people


def read_centre(path: Path) -> Centre:
    """As `load_centre`, with what was proven of the trees."""
    source = read(path)
    problems: list[Problem] = []
    trees = _Trees(source, problems)
    file = _valid(source, CentreFile, problems)
    if file is not None:
        problems += contradictions(source, file, trees.read)
    if problems:
        raise ConfigError(problems)
    assert file is not None
    return Centre(_setup(file, trees.setups), tuple(map(_person, file.people)), tuple(trees.summaries))


def with_versions(setup: CentreSetup, running: CentreSetup | None) -> CentreSetup:
    """The setup with the version of each tree: the running one for the same text, else a new number.

    A running call keeps the tree that it began with, so the same number must never mean another text. New
    numbers are higher than those of all running trees, so that a tree that went and came back gets one too."""
    old = {(tree.name, tree.source): tree for tree in running.trees} if running else {}
    new = max((tree.version for tree in old.values()), default=0) + 1
    trees = (old.get((tree.name, tree.source), replace(tree, version=new)) for tree in setup.trees)
    return replace(setup, trees=tuple(trees))


def with_simulated_agents(setup: CentreSetup, count: int) -> CentreSetup:
    """The setup with `count` more agents on the simulator; each knows two neighbouring queues and all languages.

    The same count gives the same agents."""
    languages = sorted({language for tree in setup.trees for language in read_tree(tree.source).prompts})
    agents = tuple(_simulated(setup, index, languages) for index in range(count))
    return replace(setup, agents=setup.agents + agents)


def with_doors_open(setup: CentreSetup) -> CentreSetup:
    """The setup as at the busiest hour: every queue takes callers, and nobody keeps to a shift."""
    queues = tuple(replace(queue, hours="") for queue in setup.queues)
    agents = tuple(replace(agent, shift="", lunch="") for agent in setup.agents)
    return replace(setup, queues=queues, agents=agents)


def simulated_people(count: int) -> tuple[PersonSetup, ...]:
    """The names on screen of `with_simulated_agents`; nobody can sign in as one."""
    return tuple(
        PersonSetup(
            _simulated_login(index), f"Simulated {index + 1}", Role.AGENT, SIMULATED_AGENTS_FROM + index
        )
        for index in range(count)
    )


def simulated_count(setup: CentreSetup | None) -> int:
    """How many of its agents are those of `with_simulated_agents`."""
    agents = setup.agents if setup is not None else ()
    return sum(agent.login == _simulated_login(agent.agent - SIMULATED_AGENTS_FROM) for agent in agents)


# --- Reading ---


class _Trees:
    """The trees that a centre's file names, read and proven even when the file itself is wrong elsewhere."""

    def __init__(self, source: Source, problems: list[Problem]) -> None:
        self.setups: list[TreeSetup] = []
        self.summaries: list[tuple[str, Summary]] = []
        self.read: dict[str, Tree] = {}
        queues = _table(source, "queues")
        grades = _table(source, "grades") if "grades" in source.data else GRADES
        self._limited = {
            name for name, queue in queues.items() if isinstance(queue, dict) and queue.get("hours")
        }
        for name, file in _table(source, "trees").items():
            if isinstance(file, str):
                self._add(name, Path(source.name).parent / file, queues, grades, problems)

    def _add(
        self,
        name: str,
        path: Path,
        queues: Collection[str],
        grades: Collection[str],
        problems: list[Problem],
    ) -> None:
        try:
            source = read(path)
        except ConfigError as error:
            problems += error.problems
            return
        tree = _valid(source, Tree, problems)
        if tree is None:
            return
        report = check_tree(source, tree, queues=queues, grades=grades, limited=self._limited)
        problems += report.problems
        self.setups.append(TreeSetup(name, 1, source.text))
        self.read[name] = tree
        if report.summary is not None:
            self.summaries.append((name, report.summary))


def _table(source: Source, key: str) -> dict[str, Any]:
    table = source.data.get(key)
    return table if isinstance(table, dict) else {}


def _valid(source: Source, kind: type[T], problems: list[Problem]) -> T | None:
    try:
        return validate(source, kind)
    except ConfigError as error:
        problems += error.problems
        return _what_is_left(source, kind)


def _what_is_left(source: Source, kind: type[T]) -> T | None:
    """The file without what was found wrong in it, if that is whole: so that what is wrong elsewhere is told in the
    same breath."""
    left = deepcopy(source.data)
    for departure in departures(kind, left):
        table: Any = left
        for key in departure.where[:-1]:
            table = table[key]
        if isinstance(table, dict):
            table.pop(departure.where[-1], None)
    try:
        return msgspec.convert(left, kind)
    except msgspec.ValidationError:
        return None


# --- Building ---


def _setup(file: CentreFile, trees: list[TreeSetup]) -> CentreSetup:
    return CentreSetup(
        name=file.name,
        time_zone=file.time_zone,
        entries=tuple(file.entries.items()),
        queues=tuple(_queue(name, queue) for name, queue in file.queues.items()),
        agents=tuple(_agent(person, person.agent) for person in file.people if person.agent is not None),
        trees=tuple(trees),
        break_reasons=file.break_reasons,
        grades=tuple(file.grades.items()),
        serves=tuple(file.serves.items()),
        name_zh=file.name_zh,
        break_reasons_zh=file.break_reasons_zh,
        skills_zh=tuple(zip(file.skills, file.skills_zh, strict=False)),
    )


def _queue(name: str, queue: QueueTable) -> QueueSetup:
    steps = tuple(_step(one) for one in queue.steps)
    fields = msgspec.structs.asdict(queue) | {"skills": _levels(queue.skills), "steps": steps}
    return QueueSetup(name=name, **fields)


def _step(step: StepTable) -> RelaxationStep:
    return RelaxationStep(**(msgspec.structs.asdict(step) | {"lower": _levels(step.lower)}))


def _agent(person: PersonTable, agent: int) -> AgentSetup:
    return AgentSetup(
        agent,
        person.login,
        _levels(person.skills),
        person.queues,
        person.station,
        person.may_reject,
        person.shift,
        person.lunch,
    )


def _person(person: PersonTable) -> PersonSetup:
    role, password = Role(person.role), person.demo_password
    return PersonSetup(person.login, person.name, role, person.agent, password, person.business_lines)


def _levels(skills: dict[str, int]) -> tuple[SkillLevel, ...]:
    return tuple(SkillLevel(skill, level) for skill, level in sorted(skills.items()))


def _simulated(setup: CentreSetup, index: int, languages: Collection[str]) -> AgentSetup:
    first = index % len(setup.queues)
    served = {setup.queues[first].name: setup.queues[first]}
    second = setup.queues[(first + 1) % len(setup.queues)]
    served.setdefault(second.name, second)
    # Each round over the queues brings agents of another level, never below what a queue asks for.
    level = 3 + index // len(setup.queues) % 3
    skills = dict.fromkeys(languages, 5)
    for queue in served.values():
        for need in queue.skills:
            skills[need.skill] = max(skills.get(need.skill, 0), need.level, level)
    agent = SIMULATED_AGENTS_FROM + index
    return AgentSetup(agent, _simulated_login(index), _levels(skills), tuple(served), station="simulator")


def _simulated_login(index: int) -> str:
    return f"simulated-{index + 1}"
