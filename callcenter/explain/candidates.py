"""Every agent of the centre at one moment, with the reason why it was this one or was not.

The rule: the first thing that stands in the way is told: that they may not serve it, that they were not free, that
somebody else went before them. Whoever serves no queue at all is not listed.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from callcenter.facts import AgentChoice, AgentSetup
from callcenter.lifecycles import Presence, Routing
from callcenter.queue.choice import order_of
from callcenter.queue.requirement import Requirement, Serves, Steps, Way, preference, stations_for, ways
from callcenter.state import Agent, Live


class Verdict(StrEnum):
    CHOSEN = "chosen"
    LATER = "later"
    """free, and somebody went before them"""
    NOT_FREE = "not_free"
    NOT_ABLE = "not_able"


class Missing(Struct, frozen=True):
    """A skill that is asked for; `has` 0: none of it."""

    skill: str
    asked: int
    has: int


class Candidate(Struct, frozen=True, omit_defaults=True):
    agent: int
    verdict: Verdict
    why: str = ""
    """of who is later: step, phone, idle, or the choice of the queue; not free: offline, away, offered, on_contact,
    wrap_up, not_responding, no_phone, listening; not able: queue, skill, phone"""
    reason: str = ""
    """of a break, or why an offer passed"""
    missing: tuple[Missing, ...] = ()
    idle_ms: int | None = None
    """of whoever was free: for how long they had been"""


def candidates(live: Live, requirement: Requirement, chosen: int, at: int) -> list[Candidate]:
    """The chosen one, who else was free in the order in which they would have been asked, who was not free, who may
    not serve it."""
    setup = live.state.setup
    assert setup is not None, "an offer was made in a centre"
    queue = live.queues.get(requirement.queue)
    choice = queue.choice if queue is not None else AgentChoice.LONGEST_IDLE
    steps = {one.name: one.steps for one in setup.queues}
    moment = _Moment(live, requirement, dict(setup.serves), steps, choice, chosen, at)
    agents = [live.state.agents[number] for number in sorted(live.staff) if number in live.state.agents]
    return [one for _, one in sorted(moment.judged(agents), key=lambda judged: judged[0])]


_ORDER = {verdict: place for place, verdict in enumerate(Verdict)}
_Place = tuple[int, tuple[int, int], tuple[int, ...], int]
"""verdict, preference, turn by the queue's choice, agent"""


class _Moment(Struct, frozen=True):
    live: Live
    requirement: Requirement
    serves: Serves
    steps: Steps
    choice: AgentChoice
    chosen: int
    at: int

    def judged(self, agents: list[Agent]) -> Iterator[tuple[_Place, Candidate]]:
        for agent in agents:
            if agent.setup.queues:
                its = self._judge(agent)
                gladly, turn = (0, 0), tuple[int, ...]()
                if its.verdict is Verdict.LATER:
                    gladly, turn = self._gladly(agent.setup) or gladly, self._turn(agent)
                yield (_ORDER[its.verdict], gladly, turn, agent.agent), its

    def _judge(self, agent: Agent) -> Candidate:
        number = agent.agent
        idle_ms = self.at - agent.idle_since if self.live.router.is_ready(number) else None
        if number == self.chosen:
            return Candidate(number, Verdict.CHOSEN, idle_ms=idle_ms)
        gladly = self._gladly(agent.setup)
        if gladly is None:
            why, missing = self._lacks(agent.setup)
            return Candidate(number, Verdict.NOT_ABLE, why, missing=missing)
        if idle_ms is None:
            return Candidate(number, Verdict.NOT_FREE, _not_free(agent), agent.reason)
        return Candidate(number, Verdict.LATER, self._later(agent, gladly), idle_ms=idle_ms)

    def _gladly(self, setup: AgentSetup) -> tuple[int, int] | None:
        return preference(self.requirement, setup, self.serves, self.steps)

    def _turn(self, agent: Agent) -> tuple[int, ...]:
        return order_of(self.choice, self.requirement, agent.setup, agent.merit)

    def _later(self, agent: Agent, gladly: tuple[int, int]) -> str:
        chosen = self.live.state.agents[self.chosen]
        first = self._gladly(chosen.setup) or (0, 0)
        if gladly != first:
            return "step" if gladly[0] != first[0] else "phone"
        return "idle" if self._turn(agent)[:-1] == self._turn(chosen)[:-1] else self.choice.value

    def _lacks(self, setup: AgentSetup) -> tuple[str, tuple[Missing, ...]]:
        """By the way that asks least of them."""
        levels = {skill.skill: skill.level for skill in setup.skills}
        open_ways = [
            way
            for way in ways(self.requirement, self.steps)
            if any(queue in setup.queues for queue in way.queues)
        ]
        if not open_ways:
            return "queue", ()
        missing = min((_missing(way, levels) for way in open_ways), key=len)
        if missing:
            return "skill", missing
        assert setup.station not in stations_for(self.requirement, self.serves)
        return "phone", ()


def _missing(way: Way, levels: dict[str, int]) -> tuple[Missing, ...]:
    return tuple(
        Missing(need.skill, need.level, levels.get(need.skill, 0))
        for need in way.skills
        if levels.get(need.skill, 0) < need.level
    )


def _not_free(agent: Agent) -> str:
    if agent.routing is Routing.OFF_QUEUE:
        return "offline" if agent.presence is Presence.OFFLINE else "away"
    if agent.routing is not Routing.IDLE:
        return agent.routing.value
    return "no_phone" if not agent.has_station else "listening"
