"""What of a queue's order and of its steps of relaxation can't take effect.

The rule: a ceiling is one that somebody reaches, and each step adds somebody or gains points; what a step gives up
was asked for before, and no language is given up.
"""

from __future__ import annotations

from collections.abc import Iterator

from callcenter.errors import Problem
from callcenter.facts import RelaxationStep, SkillLevel
from callcenter.ivr.tree import LANGUAGES
from callcenter.queue.requirement import Requirement, suits, ways
from callcenter.setup.centre_file import CentreFile, PersonTable, QueueTable, StepTable
from callcenter.setup.toml_source import Source

Where = tuple[str | int, ...]


def order_problems(source: Source, where: Where, queue: QueueTable, file: CentreFile) -> Iterator[Problem]:
    """Points that count for nothing, or a ceiling under which somebody waits for ever."""
    if queue.ceiling is None:
        return
    best, points = max(file.grades.items(), key=lambda grade: grade[1], default=("", 0))
    if points >= queue.ceiling:
        what = f"grade {best} has {points} points from its first second on: only age would count"
        yield source.problem((*where, "ceiling"), what, expected=f"more than {points}")
    elif not queue.ageing_per_minute:
        what = "nobody ever reaches it, because who waits gains no points"
        yield source.problem((*where, "ceiling"), what, expected="`ageing_per_minute` with it")


def step_problems(source: Source, name: str, queue: QueueTable, file: CentreFile) -> Iterator[Problem]:
    asked, before = dict(queue.skills), 0
    for index, step in enumerate(queue.steps):
        where = ("queues", name, "steps", index)
        if step.after_seconds <= before:
            what = f"comes at {step.after_seconds} seconds, and the step before it at {before}"
            yield source.problem((*where, "after_seconds"), what, expected="later steps after earlier ones")
        yield from _given_up(source, where, step, asked)
        for at, other in enumerate(step.agents_of):
            if other not in file.queues:
                yield source.unknown((*where, "agents_of", at), "queue", other, file.queues)
            elif other == name:
                what = "is this queue itself, whose agents serve it anyway"
                yield source.problem((*where, "agents_of", at), what)
        if step.anyone and index < len(queue.steps) - 1:
            what = "nothing is left for the steps after it"
            yield source.problem((*where, "anyone"), what, expected="only in the last step")
        asked |= {skill: min(level, asked.get(skill, level)) for skill, level in step.lower.items()}
        asked = {skill: level for skill, level in asked.items() if skill not in step.drop}
        before = step.after_seconds
        if not step.points and not _adds_somebody(name, queue, index, file):
            what = "adds nobody who could not serve before, and no points"
            yield source.problem(where, what, expected="a step that changes something")


def served_at_last(name: str, queue: QueueTable, file: CentreFile) -> list[PersonTable]:
    """Whoever may serve this queue when all of its steps are taken."""
    return [person for person in file.people if _may_serve(person, name, queue, len(queue.steps))]


def _given_up(source: Source, where: Where, step: StepTable, asked: dict[str, int]) -> Iterator[Problem]:
    given: list[tuple[str, Where]] = [(skill, ("lower", skill)) for skill in step.lower]
    given += [(skill, ("drop", at)) for at, skill in enumerate(step.drop)]
    for skill, key in given:
        if skill in LANGUAGES:
            what = f'"{skill}" is a language: nobody is given an agent whom they do not understand'
            yield source.problem((*where, *key), what)
        elif skill not in asked:
            yield source.unknown((*where, *key), "skill that is asked for by then", skill, asked)
        elif step.lower.get(skill, 0) >= asked[skill]:
            what = f"{skill} is asked for at level {asked[skill]} by then"
            yield source.problem((*where, *key), what, expected="a lower one")


def _adds_somebody(name: str, queue: QueueTable, index: int, file: CentreFile) -> bool:
    return any(
        _may_serve(person, name, queue, index + 1) and not _may_serve(person, name, queue, index)
        for person in file.people
    )


def _may_serve(person: PersonTable, name: str, queue: QueueTable, taken: int) -> bool:
    """By the requirement itself, or by one of so many steps."""
    skills = tuple(SkillLevel(skill, level) for skill, level in queue.skills.items())
    steps = tuple(
        RelaxationStep(
            one.after_seconds,
            tuple(SkillLevel(skill, level) for skill, level in one.lower.items()),
            one.drop,
            one.agents_of,
            anyone=one.anyone,
        )
        for one in queue.steps
    )
    ways_by_then = ways(Requirement(name, skills, "", taken), {name: steps})
    return any(suits(way, person.skills, person.queues) for way in ways_by_then)
