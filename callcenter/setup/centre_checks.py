"""What is wrong with a centre although every key for itself is right.

The rule: every name that is used is one that is declared, nothing bears the same name twice, what has names in
two languages has as many in both, and for each queue and language there is somebody who can take the call.
"""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Iterator, Mapping

from callcenter.errors import Problem
from callcenter.ivr.prompts import BUILT_IN
from callcenter.ivr.tree import Tree
from callcenter.setup.centre_file import CentreFile, PersonTable
from callcenter.setup.centre_order import order_problems, served_at_last, step_problems
from callcenter.setup.centre_times import staffing_problem, time_problems
from callcenter.setup.toml_check import nearest
from callcenter.setup.toml_source import Source

Where = tuple[str | int, ...]


def contradictions(source: Source, file: CentreFile, trees: Mapping[str, Tree]) -> list[Problem]:
    problems = [
        *_setting_problems(source, file),
        *_queue_problems(source, file, trees),
        *_people_problems(source, file),
        *time_problems(source, file),
        *_language_problems(source, file, trees),
    ]
    return sorted(problems, key=lambda problem: problem.line)


def _setting_problems(source: Source, file: CentreFile) -> Iterator[Problem]:
    zones = zoneinfo.available_timezones()
    if file.time_zone not in zones:
        close = nearest(file.time_zone, zones)
        what = f'there is no time zone "{file.time_zone}"'
        yield source.problem(("time_zone",), what, expected="one like Europe/Berlin", nearest=close)
    for number, tree in file.entries.items():
        if tree not in file.trees:
            yield source.unknown(("entries", number), "tree", tree, file.trees)
    for key in ("skills", "break_reasons"):
        yield from _repeated(source, (key,), getattr(file, key))
    yield from _untranslated(source, ("break_reasons_zh",), file.break_reasons, file.break_reasons_zh)
    yield from _untranslated(source, ("skills_zh",), file.skills, file.skills_zh)


def _queue_problems(source: Source, file: CentreFile, trees: Mapping[str, Tree]) -> Iterator[Problem]:
    prompts = set(BUILT_IN["en"])
    if trees:  # a contact waits with the words of the tree that it came through
        prompts |= set.intersection(*({*tree.prompts[tree.language]} for tree in trees.values()))
    for name, queue in file.queues.items():
        where = ("queues", name)
        yield from _unknown_skills(source, (*where, "skills"), queue.skills, file)
        yield from _repeated(source, (*where, "dispositions"), queue.dispositions)
        yield from _untranslated(
            source, (*where, "dispositions_zh"), queue.dispositions, queue.dispositions_zh
        )
        if queue.hold_prompt not in prompts:
            yield source.unknown((*where, "hold_prompt"), "prompt of every tree", queue.hold_prompt, prompts)
        yield from order_problems(source, where, queue, file)
        yield from step_problems(source, name, queue, file)
        serving = served_at_last(name, queue, file)
        if not serving:
            what = "nobody serves this queue: callers would wait for ever"
            yield source.problem(where, what, expected="an agent with this queue and its skills")
        else:
            yield from staffing_problem(source, file, name, serving)


def _people_problems(source: Source, file: CentreFile) -> Iterator[Problem]:
    stations = sorted({station for served in file.serves.values() for station in served})
    logins: set[str] = set()
    agents: set[int] = set()
    for index, person in enumerate(file.people):
        where = ("people", index)
        if person.login in logins:
            yield source.problem((*where, "login"), f'"{person.login}" is another person\'s login already')
        if person.login in stations:  # asks of simulated desks go by this name
            what = f'"{person.login}" is the name of a provider, whose desks would all be this person\'s'
            yield source.problem((*where, "login"), what, expected="another login")
        if person.agent is not None and person.agent in agents:
            yield source.problem((*where, "agent"), f"{person.agent} is another agent's number already")
        logins.add(person.login)
        if person.agent is not None:
            agents.add(person.agent)
        if person.role != "agent":
            yield from _not_an_agent(source, where, person)
            continue
        if person.agent is None:
            yield source.problem((*where, "agent"), "missing", expected="a number that no other agent has")
        yield from _unknown_skills(source, (*where, "skills"), person.skills, file)
        for at, queue in enumerate(person.queues):
            if queue not in file.queues:
                yield source.unknown((*where, "queues", at), "queue", queue, file.queues)
        if person.station not in stations:
            yield source.unknown((*where, "station"), "provider in `serves`", person.station, stations)


def _not_an_agent(source: Source, where: Where, person: PersonTable) -> Iterator[Problem]:
    """Somebody who leads may have a number all the same: a phone to listen in with."""
    if person.role == "display" and person.agent is not None:
        yield source.problem((*where, "agent"), "a display has no phone", expected="no number")
    for key in ("queues", "skills", "shift", "lunch"):
        if getattr(person, key):
            yield source.problem(
                (*where, key), f"a {person.role} takes no calls", expected="only with agents"
            )


def _language_problems(source: Source, file: CentreFile, trees: Mapping[str, Tree]) -> Iterator[Problem]:
    """A caller's language is a skill that the agent needs, so somebody has to have it."""
    for name, tree in trees.items():
        for language in tree.prompts:
            if language not in file.skills:
                what = f'lacks "{language}", which callers of the tree {name} speak'
                yield source.problem(("skills",), what)
            elif not any(language in person.skills for person in file.people):
                yield source.problem(
                    ("people",), f"nobody has the skill {language} of the tree {name}'s callers"
                )


def _untranslated(
    source: Source, where: Where, english: tuple[str, ...], chinese: tuple[str, ...]
) -> Iterator[Problem]:
    if chinese and len(chinese) != len(english):
        what = f"has {len(chinese)} entries beside {len(english)} English ones"
        yield source.problem(where, what, expected="one for each, in the same order")
    yield from _repeated(source, where, chinese)


def _unknown_skills(
    source: Source, where: Where, skills: Collection[str], file: CentreFile
) -> Iterator[Problem]:
    for skill in skills:
        if skill not in file.skills:
            yield source.unknown((*where, skill), "skill", skill, file.skills)


def _repeated(source: Source, where: Where, items: tuple[str, ...]) -> Iterator[Problem]:
    for index, item in enumerate(items):
        if item in items[:index]:
            yield source.problem((*where, index), f'"{item}" stands here twice')
