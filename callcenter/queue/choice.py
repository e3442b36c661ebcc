"""Whom of several who may serve a contact equally gladly: the choice of its queue.

The rule: what an agent is chosen by does not change while they are ready, so they stand in one order until they
are busy again. Equals go by how long they have been idle, then by number. `order_of` is the definition; the router
keeps a line for each choice that is not of skills, and parts those who differ in skill beforehand.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct

from callcenter.facts import AgentChoice, AgentSetup
from callcenter.queue.requirement import Requirement

Choices = Mapping[str, AgentChoice]
"""queue -> how it chooses; others choose who has been idle longest"""


class Merit(Struct, frozen=True):
    """What agents are told apart by, as it stands while they are ready."""

    idle_since: int
    contacts: int = 0
    """taken since they signed in"""
    busy_permille: int = 0
    """of their time at work since they signed in: on contacts and in wrap-up"""
    last_offer: int = 0
    """the number of the last one from a queue; 0: none yet"""


NO_CHOICES: Choices = {}


def choice_of(requirement: Requirement, choices: Choices) -> AgentChoice:
    return choices.get(requirement.queue, AgentChoice.LONGEST_IDLE)


def turn_of(choice: AgentChoice, merit: Merit) -> tuple[int, ...]:
    """The lowest goes first; skills are left out."""
    counts = TURNS.get(choice)
    return (merit.idle_since,) if counts is None else (counts(merit), merit.idle_since)


TURNS: dict[AgentChoice, Callable[[Merit], int]] = {
    AgentChoice.FEWEST_CONTACTS: lambda merit: merit.contacts,
    AgentChoice.LEAST_OCCUPIED: lambda merit: merit.busy_permille,
    AgentChoice.ROUND_ROBIN: lambda merit: merit.last_offer,
}
"""what counts before how long somebody has been idle"""
BY_SKILL = {AgentChoice.MOST_SKILLED: -1, AgentChoice.LEAST_SKILLED: 1}
"""what a level counts for who goes first"""


def skill_of(choice: AgentChoice, requirement: Requirement, agent: AgentSetup) -> int:
    """By the levels of the skills that were asked for at first, without the language; the lowest goes first."""
    sign = BY_SKILL.get(choice, 0)
    if not sign:
        return 0
    levels = {skill.skill: skill.level for skill in agent.skills}
    asked = (need.skill for need in requirement.skills if need.skill != requirement.language)
    return sign * sum(levels.get(skill, 0) for skill in asked)


def order_of(
    choice: AgentChoice, requirement: Requirement, agent: AgentSetup, merit: Merit
) -> tuple[int, ...]:
    """Compares two who may serve it equally gladly; the lowest goes first."""
    return skill_of(choice, requirement, agent), *turn_of(choice, merit)
