"""What the router answers, found by looking at everybody each time: the definition that it must agree with.

The rule: nothing is kept in any order. Tests hold the router to it, and benchmarks tell what the router's indexes
are worth.
"""

from __future__ import annotations

from collections.abc import Mapping

from callcenter.facts import AgentChoice, AgentSetup
from callcenter.queue.choice import NO_CHOICES, Choices, Merit, choice_of, order_of
from callcenter.queue.order import Rules, Standing, rank
from callcenter.queue.requirement import Requirement, Serves, Steps, preference
from callcenter.queue.routing import EARLIER_STEP, PREFERRED_PHONE, Choice


class Scan:
    """Is asked what `Router` is asked, and answers alike."""

    def __init__(
        self,
        serves: Serves | None = None,
        rules: Mapping[str, Rules] | None = None,
        steps: Steps | None = None,
        choices: Choices = NO_CHOICES,
    ) -> None:
        self.waiting: dict[int, tuple[Standing, Requirement]] = {}
        self.free: dict[int, tuple[Merit, AgentSetup]] = {}
        self._known: dict[int, AgentSetup] = {}
        self._serves = serves or {}
        self._rules = rules or {}
        self._steps = steps or {}
        self._choices = choices

    def wait(self, standing: Standing, requirement: Requirement) -> None:
        self.waiting[standing.place] = standing, requirement

    def leave(self, place: int) -> None:
        self.waiting.pop(place, None)

    def learn(self, agent: int, setup: AgentSetup) -> None:
        self._known[agent] = setup

    def ready(self, agent: int, setup: AgentSetup, merit: Merit) -> None:
        self._known[agent] = setup
        self.free[agent] = merit, setup

    def busy(self, agent: int) -> None:
        self.free.pop(agent, None)

    def is_ready(self, agent: int) -> bool:
        return agent in self.free

    def is_waiting(self, place: int) -> bool:
        return place in self.waiting

    def agent_for(self, place: int) -> Choice | None:
        need = self.waiting[place][1]
        best = self._best(need, self.free)
        if not best:
            return None
        first = best[0]
        way = self._preference(need, first)[0]
        alike = [agent for agent in best if self._preference(need, agent)[0] == way]
        if self._order(need, first) == min(self._order(need, one) for one in best):
            rule = self._choice(need).value
        elif self._order(need, first) == min(self._order(need, one) for one in alike):
            rule = EARLIER_STEP
        else:
            rule = PREFERRED_PHONE
        return Choice(first, best[1] if len(best) > 1 else None, rule)

    def contact_for(self, agent: int, at: int) -> int | None:
        setup = self._known[agent]
        may = [
            (rank(standing, self._rules.get(need.queue, Rules()), at), place)
            for place, (standing, need) in self.waiting.items()
            if preference(need, setup, self._serves, self._steps) is not None
        ]
        return min(may)[1] if may else None

    def pairs(self, at: int) -> list[tuple[int, int]]:
        """The first in line takes the best who is left, and so on."""
        free, found = dict(self.free), []
        for place in self.order(at):
            best = self._best(self.waiting[place][1], free)
            if best:
                found.append((place, best[0]))
                del free[best[0]]
        return found

    def order(self, at: int) -> list[int]:
        """All who wait, the first one first."""
        return sorted(self.waiting, key=lambda place: self._rank(place, at))

    def _choice(self, need: Requirement) -> AgentChoice:
        return choice_of(need, self._choices)

    def _order(self, need: Requirement, agent: int) -> tuple[int, ...]:
        merit, setup = self.free[agent]
        return order_of(self._choice(need), need, setup, merit)

    def _preference(self, need: Requirement, agent: int) -> tuple[int, int]:
        found = preference(need, self.free[agent][1], self._serves, self._steps)
        assert found is not None
        return found

    def _rank(self, place: int, at: int) -> tuple[int, ...]:
        standing, need = self.waiting[place]
        return rank(standing, self._rules.get(need.queue, Rules()), at)

    def _best(self, need: Requirement, free: Mapping[int, tuple[Merit, AgentSetup]]) -> list[int]:
        found = [
            (preferred, order_of(self._choice(need), need, setup, merit), agent)
            for agent, (merit, setup) in free.items()
            if (preferred := preference(need, setup, self._serves, self._steps)) is not None
        ]
        return [agent for *_, agent in sorted(found)]
