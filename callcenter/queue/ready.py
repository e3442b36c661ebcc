"""The agents who are ready, in the order in which it is their turn by one way to choose.

The rule: the lowest turn first, equals by number. Asked for the first of a set, it looks at its few members, or
walks the line until it meets one of its many: whichever is shorter.
"""

from bisect import bisect_left, insort

FEW = 12
"""members of a set that are looked at one by one"""

Turn = tuple[int, ...]
"""(what counts before others, …, agent, the agent's bit)"""


class Ready:
    def __init__(self) -> None:
        self.bits = 0
        """of all of them"""
        self._line: list[Turn] = []
        self._of: dict[int, Turn] = {}
        self._by_bit: dict[int, Turn] = {}

    def __contains__(self, agent: int) -> bool:
        return agent in self._of

    def add(self, agent: int, bit: int, turn: tuple[int, ...]) -> None:
        """`turn`: as many numbers for everybody."""
        self.discard(agent)
        its = *turn, agent, bit
        insort(self._line, its)
        self._of[agent] = self._by_bit[bit] = its
        self.bits |= bit

    def discard(self, agent: int) -> None:
        turn = self._of.pop(agent, None)
        if turn is not None:
            del self._line[bisect_left(self._line, turn)], self._by_bit[turn[-1]]
            self.bits ^= turn[-1]

    def first(self, of: int) -> Turn | None:
        """Of the ready ones in this set the one whose turn it is."""
        of &= self.bits
        if of.bit_count() <= FEW:
            return min(self._each(of), default=None)
        return next(turn for turn in self._line if turn[-1] & of)

    def _each(self, of: int) -> list[Turn]:
        found = []
        while of:
            bit = of & -of
            found.append(self._by_bit[bit])
            of ^= bit
        return found
