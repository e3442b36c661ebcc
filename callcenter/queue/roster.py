"""Everybody who works here, as sets of bits: who may serve a requirement is answered for all of them at once.

The rule: an agent has a bit; a queue, a phone's provider and each level of a skill are the bits of those who have
it. Whoever may serve a requirement is what these have in common. A Python integer of a thousand bits is compared in
the time of a few dictionary look-ups.
"""

from collections.abc import Iterable

from callcenter.facts import AgentSetup
from callcenter.queue.choice import BY_SKILL, Choices, choice_of, skill_of
from callcenter.queue.requirement import Requirement, Serves, Steps, stations_for, ways


class Roster:
    def __init__(self, serves: Serves, steps: Steps, choices: Choices) -> None:
        self.version = 0
        """rises when somebody can do something else than before"""
        self._serves = serves
        self._steps = steps
        self._choices = choices
        self._setups: dict[int, AgentSetup] = {}
        self._bits: dict[int, int] = {}
        self._queues: dict[str, int] = {}
        self._stations: dict[str, int] = {}
        self._skills: dict[tuple[str, int], int] = {}
        """(skill, level) -> those who have it at this level or above"""

    def learn(self, agent: int, setup: AgentSetup) -> int:
        """Returns the agent's bit. What is known already costs nothing."""
        known = self._setups.get(agent)
        if known is setup:
            return self._bits[agent]
        bit = self._bits.setdefault(agent, 1 << len(self._bits))
        self._setups[agent] = setup
        if known is None or not _is_alike(known, setup):
            for traits, key in () if known is None else self._traits(known):
                traits[key] &= ~bit
            for traits, key in self._traits(setup):
                traits[key] = traits.get(key, 0) | bit
            self.version += 1
        return bit

    def bit_of(self, agent: int) -> int:
        return self._bits[agent]

    def tiers(self, requirement: Requirement) -> list[tuple[int, int]]:
        """Those who may serve it, the preferred ones first: (by which way, their bits). Nobody is in two."""
        tiers, earlier = list[tuple[int, int]](), 0
        stations = stations_for(requirement, self._serves)
        phones = [self._stations.get(station, 0) for station in stations]
        for index, way in enumerate(ways(requirement, self._steps)):
            able = 0
            for queue in way.queues:
                able |= self._queues.get(queue, 0)
            for need in way.skills:
                able &= self._skills.get((need.skill, need.level), 0)
            able &= ~earlier
            earlier |= able
            for phone in phones:
                tiers += [(index, alike) for alike in self.by_skill(able & phone, requirement)]
        return tiers

    def by_skill(self, able: int, requirement: Requirement) -> list[int]:
        """These parted by how skilled they are, where the queue chooses by that: the first ones first."""
        choice = choice_of(requirement, self._choices)
        if choice not in BY_SKILL or not able:
            return [able] if able else []
        parts: dict[int, int] = {}
        for agent, bit in self._bits.items():
            if bit & able:
                skill = skill_of(choice, requirement, self._setups[agent])
                parts[skill] = parts.get(skill, 0) | bit
        return [parts[skill] for skill in sorted(parts)]

    def _traits(self, setup: AgentSetup) -> Iterable[tuple[dict, object]]:  # type: ignore[type-arg]
        """Where this agent's bit stands: (set of bits, its key)."""
        for queue in setup.queues:
            yield self._queues, queue
        yield self._stations, setup.station
        for skill in setup.skills:
            for level in range(1, skill.level + 1):
                yield self._skills, (skill.skill, level)


def _is_alike(one: AgentSetup, other: AgentSetup) -> bool:
    """For all that matters here."""
    return (one.queues, one.skills, one.station) == (other.queues, other.skills, other.station)
