"""What is due when.

The rule: nothing here knows a clock. Whoever owns the agenda tells it the time; then everything that became
due happens in order, each at the moment for which it was planned, so a late wake-up or a jump of a whole
day changes no result. Nothing is taken off: an act looks for itself whether it has gone stale.
"""

from __future__ import annotations

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Any

Act = Callable[..., None]


class Agenda:
    """Times are integer milliseconds of an arbitrary origin. `sooner` is called when `next_due` has become
    another than it was when `advance` ended."""

    __slots__ = ("_acts", "_advancing", "_planned", "_sooner", "now")

    def __init__(self, now: int, sooner: Callable[[], None]) -> None:
        self.now = now
        self._sooner = sooner
        self._acts: list[tuple[int, int, Act, tuple[Any, ...]]] = []
        self._planned = 0
        self._advancing = False

    @property
    def next_due(self) -> int | None:
        return self._acts[0][0] if self._acts else None

    def at(self, due: int, act: Act, *args: object) -> None:
        """Let `act(*args)` happen at `due`; acts due at the same moment happen in the order of planning."""
        self._planned += 1
        heappush(self._acts, (due, self._planned, act, args))
        if not self._advancing and self._acts[0][1] == self._planned:
            self._sooner()

    def after(self, wait_ms: int, act: Act, *args: object) -> None:
        self.at(self.now + wait_ms, act, *args)

    def advance(self, now: int) -> None:
        """It is `now`: do what is due."""
        acts = self._acts
        self._advancing = True
        try:
            while acts and acts[0][0] <= now:
                due, _, act, args = heappop(acts)
                if due > self.now:
                    self.now = due
                act(*args)
            if now > self.now:
                self.now = now
        finally:  # whatever one act raised, the rest of the day still comes
            self._advancing = False
            if acts:
                self._sooner()
