"""Reports to the centre: each with a source id of its own, repeated until it is acknowledged.

The rule: a report is kept from the moment it is made until `acknowledge`. What was handed out before the
connection was cut and is not acknowledged comes again, with the same source id, after `Reconnected`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from callcenter.cti.provider import Reconnected
from callcenter.facts import Input, Received, Value


class Reports:
    """`wake` is called whenever there is something to take."""

    __slots__ = ("_kept", "_outbox", "_prefix", "_wake", "number")

    def __init__(self, prefix: str, wake: Callable[[], None]) -> None:
        self._prefix = prefix
        self._wake = wake
        self.number = 0
        """of the last report made; sources end with it"""
        self._outbox: deque[Received | Reconnected] = deque()
        self._kept: dict[str, Received] = {}

    def __len__(self) -> int:
        """How many are not acknowledged."""
        return len(self._kept)

    def add(self, what: Input, *values: Value) -> None:
        self.number += 1
        received = Received(f"{self._prefix}:{self.number}", what, values)
        self._kept[received.source] = received
        self._outbox.append(received)
        self._wake()

    def take(self) -> Received | Reconnected | None:
        """The next one, None if there is none just now."""
        return self._outbox.popleft() if self._outbox else None

    def acknowledge(self, source: str) -> Input | None:
        """What is durable now; None if that was known."""
        received = self._kept.pop(source, None)
        return received.input if received is not None else None

    def repeat(self) -> None:
        """The connection was lost and is back (or is there for the first time)."""
        self._outbox = deque((Reconnected(), *self._kept.values()))
        self._wake()
