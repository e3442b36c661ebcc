"""What a contact asks of an agent, what an agent can do, and whether the one meets the other.

The rule: a requirement is a queue, skills that are all needed at least at their levels, the provider of the call
and the steps of relaxation that its queue has taken. Who may serve it by fewer steps goes before who may by more,
whatever else; among those the preferred kind of phone decides. A language is given up by no step. `preference` is
the definition; the roster answers the same for everybody at once.
"""

from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct

from callcenter.facts import AgentSetup, RelaxationStep, SkillLevel


class Requirement(Struct, frozen=True, cache_hash=True):
    """What an agent needs to serve a contact."""

    queue: str
    skills: tuple[SkillLevel, ...]
    provider: str
    step: int = 0
    """so many steps of the queue are taken"""
    language: str = ""
    """the one of these skills that is never given up"""


Serves = Mapping[str, tuple[str, ...]]
"""a call's provider -> providers of the phones that it can be connected to, the preferred first"""
Steps = Mapping[str, Sequence[RelaxationStep]]
"""queue -> its steps; queues that are not named have none"""


NO_STEPS: Steps = {}


class Way(Struct, frozen=True):
    """One of the ways to be able to serve a requirement."""

    queues: tuple[str, ...]
    """one of them,"""
    skills: tuple[SkillLevel, ...]
    """and all of these"""


def ways(requirement: Requirement, steps: Steps) -> list[Way]:
    """That of the requirement itself, then that of each step which asks for anything else."""
    needs = {need.skill: need.level for need in requirement.skills}
    queues: tuple[str, ...] = (requirement.queue,)
    found = [Way(queues, requirement.skills)]
    for step in steps.get(requirement.queue, ())[: requirement.step]:
        for lower in step.lower:
            needs[lower.skill] = min(needs.get(lower.skill, 0), lower.level)
        dropped = needs.keys() if step.anyone else step.drop
        needs = {
            skill: needs[skill] for skill in needs if skill not in dropped or skill == requirement.language
        }
        queues += tuple(queue for queue in step.agents_of if queue not in queues)
        way = Way(queues, tuple(SkillLevel(skill, level) for skill, level in needs.items() if level))
        if way != found[-1]:
            found.append(way)
    return found


def stations_for(requirement: Requirement, serves: Serves) -> tuple[str, ...]:
    """Where an agent's phone may be, the preferred place first."""
    return serves.get(requirement.provider, (requirement.provider,))


def preference(
    requirement: Requirement, agent: AgentSetup, serves: Serves, steps: Steps = NO_STEPS
) -> tuple[int, int] | None:
    """How gladly this agent serves this requirement, (0, 0) best: by which way, at which kind of phone; None: the
    agent may not."""
    stations = stations_for(requirement, serves)
    if agent.station not in stations:
        return None
    for index, way in enumerate(ways(requirement, steps)):
        if may_serve(way, agent):
            return index, stations.index(agent.station)
    return None


def may_serve(way: Way, agent: AgentSetup) -> bool:
    return suits(way, {skill.skill: skill.level for skill in agent.skills}, agent.queues)


def suits(way: Way, levels: Mapping[str, int], queues: Collection[str]) -> bool:
    """Whether somebody of these skills (name -> level) who serves these queues may serve it."""
    able = all(levels.get(need.skill, 0) >= need.level for need in way.skills)
    return able and any(queue in queues for queue in way.queues)
