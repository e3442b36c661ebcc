"""The agents who are ready, by how long they have been idle.

The rule: the longest idle first, equals by number. Asked for the first of a set, it looks at its few members, or
walks the line until it meets one of its many: whichever is shorter.
"""

from bisect import bisect_left, insort

FEW = 12
"""members of a set that are looked at one by one"""

Idle = tuple[int, int, int]
"""(idle since, agent, the agent's bit)"""


class Ready:
    def __init__(self) -> None:
        self.bits = 0
        """of all of them"""
        self._line: list[Idle] = []
        self._of: dict[int, Idle] = {}
        self._by_bit: dict[int, Idle] = {}

    def __contains__(self, agent: int) -> bool:
        return agent in self._of

    def add(self, agent: int, bit: int, idle_since: int) -> None:
        self.discard(agent)
        idle = idle_since, agent, bit
        insort(self._line, idle)
        self._of[agent] = self._by_bit[bit] = idle
        self.bits |= bit

    def discard(self, agent: int) -> None:
        idle = self._of.pop(agent, None)
        if idle is not None:
            del self._line[bisect_left(self._line, idle)], self._by_bit[idle[2]]
            self.bits ^= idle[2]

    def first(self, of: int) -> Idle | None:
        """Of the ready ones in this set the one who has been idle longest."""
        of &= self.bits
        if of.bit_count() <= FEW:
            return min(self._each(of), default=None)
        return next(idle for idle in self._line if idle[2] & of)

    def _each(self, of: int) -> list[Idle]:
        found = []
        while of:
            bit = of & -of
            found.append(self._by_bit[bit])
            of ^= bit
        return found
