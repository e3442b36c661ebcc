"""What became so on a day that is over: entries of a journal that nobody keeps, and personal values beside them.

The rule: numbers come from the block that the day was given; a day that needs more is a bug, not a collision.
"""

from __future__ import annotations

from msgspec import Struct

from callcenter.facts import Decision, Entry, Input, Ref, Value

NUMBERS_A_DAY = 6_000
"""of each kind; twice what the busiest day of the demonstration takes"""


class OutOfNumbers(Exception):
    """A day had more than NUMBERS_A_DAY of something. Always a bug of ours."""


class Counter(Struct):
    """Gives one kind of number."""

    after: int
    given: int = 0

    def next(self) -> int:
        self.given += 1
        if self.given > NUMBERS_A_DAY:
            raise OutOfNumbers(f"a day needs more than {NUMBERS_A_DAY:,} numbers")
        return self.after + self.given


class Ledger:
    """`name`: what its references begin with. `after`: the numbers above this are the day's, of every kind."""

    def __init__(self, name: str, after: int) -> None:
        self.entries: list[Entry] = []
        self.values: list[Value] = []
        self.contacts, self.offers = Counter(after), Counter(after)
        self.engagements, self.recordings = Counter(after), Counter(after)
        self.name = name

    def put(self, at: int, what: Input, *decisions: Decision) -> None:
        self.entries.append(Entry(len(self.entries) + 1, at, self.name, what, decisions))

    def value(self, name: str, kind: str, text: str) -> Ref:
        """Keeps a personal value; returns its reference."""
        ref = f"{self.name}/{name}"
        self.values.append(Value(ref, kind, text))
        return ref
