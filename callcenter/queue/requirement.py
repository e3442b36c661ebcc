"""What a contact asks of an agent, what an agent can do, and whether the one meets the other.

The rule: a requirement is a queue, skills that are all needed at least at their levels, and the provider of the
call; a profile is queues, skills with levels, and the provider of the phone. `preference` is the definition; the
roster answers the same for everybody at once.
"""

from collections.abc import Mapping

from msgspec import Struct

from callcenter.facts import AgentSetup, SkillLevel


class Requirement(Struct, frozen=True, cache_hash=True):
    """What an agent needs to serve a contact."""

    queue: str
    skills: tuple[SkillLevel, ...]
    provider: str


Serves = Mapping[str, tuple[str, ...]]
"""a call's provider -> providers of the phones that it can be connected to, the preferred first"""


def stations_for(requirement: Requirement, serves: Serves) -> tuple[str, ...]:
    """Where an agent's phone may be, the preferred place first."""
    return serves.get(requirement.provider, (requirement.provider,))


def preference(requirement: Requirement, agent: AgentSetup, serves: Serves) -> int | None:
    """How gladly this agent serves this requirement, 0 best; None: the agent may not."""
    if requirement.queue not in agent.queues:
        return None
    levels = {skill.skill: skill.level for skill in agent.skills}
    if any(levels.get(need.skill, 0) < need.level for need in requirement.skills):
        return None
    stations = stations_for(requirement, serves)
    return stations.index(agent.station) if agent.station in stations else None
