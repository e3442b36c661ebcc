"""Those who wait in queues of the same rules, by what they ask of an agent.

The rule: who asks for the same stands in one line, in each of the two bands of `order`; of every line only the
first is looked at, in their order, until one is found that an agent may serve. When somebody reaches the ceiling
is noticed when the next one is asked for: nothing happens before.
"""

from bisect import bisect_left, insort
from collections.abc import Iterator
from heapq import heappop, heappush

from callcenter.queue.line import Key, Line
from callcenter.queue.order import CEILING, CLIMBING, Rules, Standing, band, ceiling_at, key_in
from callcenter.queue.requirement import Requirement
from callcenter.queue.roster import Roster


class Class:
    """All who ask for the same."""

    __slots__ = ("_able", "_skilled", "_tiers", "_version", "heads", "lines", "requirement")

    def __init__(self, requirement: Requirement) -> None:
        self.requirement = requirement
        self.lines = (Line(), Line())
        """of the two bands"""
        self.heads: list[Key | None] = [None, None]
        """the keys of their first, as they are known outside"""
        self._version = -1
        self._tiers: list[tuple[int, int]] = []
        self._able = 0
        self._skilled: list[int] = []

    def tiers(self, roster: Roster) -> list[tuple[int, int]]:
        """Those who may serve it, the preferred ones first: (by which way, their bits)."""
        if self._version != roster.version:
            self._version, self._tiers, self._able = roster.version, roster.tiers(self.requirement), 0
            for _, tier in self._tiers:
                self._able |= tier
            self._skilled = roster.by_skill(self._able, self.requirement)
        return self._tiers

    def able(self, roster: Roster) -> int:
        """All who may serve it."""
        if self._version != roster.version:
            self.tiers(roster)
        return self._able

    def by_skill(self, roster: Roster) -> list[int]:
        """All who may serve it, parted by skill where the queue chooses by that: the first ones first."""
        if self._version != roster.version:
            self.tiers(roster)
        return self._skilled


class Waiting:
    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self._classes: dict[Requirement, Class] = {}
        self._heads: tuple[list[tuple[Key, Class]], ...] = ([], [])
        """of each band the first of each class, in their order; no two keys are equal"""
        self._standing: dict[int, tuple[Standing, Class]] = {}
        self._reaching: list[tuple[int, int]] = []
        """(when, who) reaches the ceiling, a heap; who has left is passed over"""

    def add(self, standing: Standing, requirement: Requirement) -> Class:
        its = self._classes.get(requirement)
        if its is None:
            its = self._classes[requirement] = Class(requirement)
        self._standing[standing.place] = standing, its
        reaches_at = ceiling_at(standing, self.rules)
        if reaches_at is not None:
            heappush(self._reaching, (reaches_at, standing.place))
        its.lines[CLIMBING].add(key_in(standing, self.rules, CLIMBING), standing.place)
        self._look(its, CLIMBING)
        return its

    def discard(self, place: int) -> None:
        _, its = self._standing.pop(place)
        for one in (CEILING, CLIMBING):
            if place in its.lines[one]:
                its.lines[one].discard(place)
                self._look(its, one)
        if not its.lines[CEILING] and not its.lines[CLIMBING]:
            del self._classes[its.requirement]

    def firsts(self, bit: int, roster: Roster, at: int) -> Iterator[Standing]:
        """Of each band the first whom the agent with this bit may serve."""
        self._lift_to_the_ceiling(at)
        for heads in self._heads:
            for key, its in heads:
                if its.able(roster) & bit:
                    yield self._standing[key[-1]][0]
                    break

    def all_that(self, may: int, roster: Roster) -> Iterator[tuple[Standing, Class]]:
        """Those whom one of these agents may serve, in no order."""
        for standing, its in self._standing.values():
            if its.able(roster) & may:
                yield standing, its

    def _lift_to_the_ceiling(self, at: int) -> None:
        while self._reaching and self._reaching[0][0] <= at:
            _, place = heappop(self._reaching)
            standing, its = self._standing.get(place, (None, None))
            if standing is None or its is None or place not in its.lines[CLIMBING]:
                continue
            if band(standing, self.rules, at) == CEILING:  # else it has left and come back since
                its.lines[CLIMBING].discard(place)
                its.lines[CEILING].add(key_in(standing, self.rules, CEILING), place)
                self._look(its, CLIMBING)
                self._look(its, CEILING)

    def _look(self, its: Class, one: int) -> None:
        """Whether somebody else is the first of this line now."""
        first, known = its.lines[one].first(), its.heads[one]
        key = first[0] if first is not None else None
        if key == known:
            return
        heads = self._heads[one]
        if known is not None:
            del heads[bisect_left(heads, (known,))]
        if key is not None:
            insort(heads, (key, its), key=_key)
        its.heads[one] = key


def _key(head: tuple[Key, Class]) -> Key:
    return head[0]
