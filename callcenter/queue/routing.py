"""Who meets whom: the contact that stands first meets the best of the agents who may serve it.

The rule: an agent takes, of everybody whom they may serve in any of their queues, the first by `order`; a contact
gets, of all who may serve it, one who may by the fewest steps of relaxation, then one at the preferred kind of
phone, then whom its queue chooses. The cost of a decision grows with the number of different requirements, never
with the crowd.
"""

from collections.abc import Mapping

from msgspec import Struct

from callcenter.facts import AgentChoice, AgentSetup
from callcenter.queue.choice import NO_CHOICES, TURNS, Choices, Merit, choice_of, turn_of
from callcenter.queue.order import Rank, Rules, Standing, rank
from callcenter.queue.ready import Ready, Turn
from callcenter.queue.requirement import Requirement, Serves, Steps
from callcenter.queue.roster import Roster
from callcenter.queue.waiting import Class, Waiting

LONGEST_IDLE = AgentChoice.LONGEST_IDLE.value
"""as each choice of a queue, the name of the rule by which an agent was chosen"""
PREFERRED_PHONE = "preferred_phone"
"""by the queue's choice it was somebody else's turn, at a phone that this call is less gladly connected to"""
EARLIER_STEP = "earlier_step"
"""by the queue's choice it was somebody else's turn, who may serve this contact only because it has waited"""

NO_RULES = Rules()


class Choice(Struct, frozen=True):
    """The agent for a contact, and who would have been next."""

    agent: int
    runner_up: int | None
    rule: str = LONGEST_IDLE


class Router:
    """Holds only what can be rebuilt from contacts and agents; never stored. `rules`, `steps`, `choices`: of queues
    that have some."""

    def __init__(
        self,
        serves: Serves | None = None,
        rules: Mapping[str, Rules] | None = None,
        steps: Steps | None = None,
        choices: Choices = NO_CHOICES,
    ) -> None:
        self._rules = rules or {}
        self._roster = Roster(serves or {}, steps or {}, choices)
        self._choices = choices
        self._ready = Ready()
        """by who has been idle longest"""
        self._turns = {choice: Ready() for choice in TURNS if choice in choices.values()}
        """the same agents, in the order of each other choice"""
        self._lines: dict[Rules, Waiting] = {}
        """queues of the same rules stand together: their contacts are in one order at every moment"""
        self._where: dict[int, tuple[Waiting, Class]] = {}

    # --- Who waits, who is ready ---

    def wait(self, standing: Standing, requirement: Requirement) -> None:
        """Takes its place, or another one."""
        self.leave(standing.place)
        rules = self._rules.get(requirement.queue, NO_RULES)
        line = self._lines.get(rules)
        if line is None:
            line = self._lines[rules] = Waiting(rules)
        self._where[standing.place] = line, line.add(standing, requirement)

    def leave(self, place: int) -> None:
        where = self._where.pop(place, None)
        if where is not None:
            where[0].discard(place)

    def learn(self, agent: int, setup: AgentSetup) -> None:
        """What somebody can do who is not ready yet: known ahead, it costs nothing when they are."""
        self._roster.learn(agent, setup)

    def ready(self, agent: int, setup: AgentSetup, merit: Merit) -> None:
        bit = self._roster.learn(agent, setup)
        self._ready.add(agent, bit, turn_of(AgentChoice.LONGEST_IDLE, merit))
        for choice, line in self._turns.items():
            line.add(agent, bit, turn_of(choice, merit))

    def busy(self, agent: int) -> None:
        self._ready.discard(agent)
        for line in self._turns.values():
            line.discard(agent)

    def is_ready(self, agent: int) -> bool:
        return agent in self._ready

    def is_waiting(self, place: int) -> bool:
        return place in self._where

    # --- Who meets whom ---

    def agent_for(self, place: int) -> Choice | None:
        """The best ready agent for one who stands in line."""
        its = self._where[place][1]
        best, runner_up = self._two(its, self._ready.bits)
        if best is None:
            return None
        return Choice(best[-2], runner_up[-2] if runner_up is not None else None, self._rule(its, best))

    def contact_for(self, agent: int, at: int) -> int | None:
        """The place that this agent should take next."""
        bit, best = self._roster.bit_of(agent), None
        for rules, line in self._lines.items():
            for standing in line.firsts(bit, self._roster, at):
                its = rank(standing, rules, at)
                if best is None or its < best:
                    best = its
        return None if best is None else best[-1]

    def pairs(self, at: int) -> list[tuple[int, int]]:
        """Everyone who could be brought together now, (place, agent) each; after a change of the setup."""
        free, order = self._ready.bits, list[tuple[Rank, Class]]()
        for rules, line in self._lines.items() if free else ():
            for standing, its in line.all_that(free, self._roster):
                order.append((rank(standing, rules, at), its))
        found = []
        for its_rank, its in sorted(order, key=lambda one: one[0]):
            best, _ = self._two(its, free)
            if best is not None:
                free ^= best[-1]
                found.append((its_rank[-1], best[-2]))
            if not free:
                break
        return found

    def _two(self, its: Class, free: int) -> tuple[Turn | None, Turn | None]:
        """The best of these agents for this class, and the best of the others."""
        best, ready = None, self._line(its)
        for _, tier in its.tiers(self._roster):
            able = tier & free
            if best is None and able:
                best = ready.first(able)
                assert best is not None
                able ^= best[-1]
            if able:
                return best, ready.first(able)
        return best, None

    def _rule(self, its: Class, best: Turn) -> str:
        """The choice of the queue, if it is this one's turn among all who may serve it; else what went before."""
        tiers = its.tiers(self._roster)
        if len(tiers) == 1 or self._is_first(best, its.able(self._roster), its):
            return self._choice(its).value
        way = next(index for index, tier in tiers if tier & best[-1])
        alike = 0
        for index, tier in tiers:
            alike |= tier if index == way else 0
        return EARLIER_STEP if self._is_first(best, alike, its) else PREFERRED_PHONE

    def _is_first(self, best: Turn, of: int, its: Class) -> bool:
        """Of these by the choice of the queue, or equal to who is."""
        ready = self._line(its)
        for skilled in its.by_skill(self._roster):
            first = ready.first(skilled & of)
            if first is not None:
                return bool(skilled & best[-1]) and first[:-2] == best[:-2]
        return False

    def _line(self, its: Class) -> Ready:
        return self._turns.get(self._choice(its), self._ready)

    def _choice(self, its: Class) -> AgentChoice:
        return choice_of(its.requirement, self._choices)
