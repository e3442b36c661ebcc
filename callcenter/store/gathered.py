"""Questions to the database that are asked together: one statement for many.

    by_number = Gathered(find)                   # find(numbers) -> {number: found}
    found = await by_number.ask("+14155550101")  # None: there was no answer to it

The rule: whoever asks while nothing is under way asks at once; what is asked meanwhile is asked together in the
next statement. So a question alone waits no longer than ever, and the more there are, the less each costs.

It needs no task of its own: the first of those who wait asks for all of them. An error is everybody's. Whoever is
cancelled while asking leaves the others waiting, and the next of them asks again: so asking twice changes nothing.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from itertools import islice
from typing import Generic, TypeAlias, TypeVar

QUESTIONS_MAX = 100
"""in one statement"""

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")

Outcome: TypeAlias = Mapping[Q, A] | Exception


class _Asker(Generic[Q, A]):
    def __init__(self, question: Q) -> None:
        self.question = question
        self.told: asyncio.Future[Outcome[Q, A] | None] = asyncio.get_running_loop().create_future()
        """what came of it, or None: it is our turn to ask"""


class Gathered(Generic[Q, A]):
    """`ask_all` gets different questions, and leaves out those that have no answer."""

    def __init__(self, ask_all: Callable[[Sequence[Q]], Awaitable[Mapping[Q, A]]]) -> None:
        self._ask_all = ask_all
        self._waiting: deque[_Asker[Q, A]] = deque()
        """whoever has not been told, also while their question is under way"""
        self._asking: _Asker[Q, A] | None = None

    async def ask(self, question: Q) -> A | None:
        """Raises what the statement raised."""
        asker: _Asker[Q, A] = _Asker(question)
        self._waiting.append(asker)
        if self._asking is None:
            self._next_asks()
        try:
            outcome = await asker.told
            if outcome is None:
                outcome = await self._ask_for_all()
        finally:
            if self._asking is asker:
                self._next_asks()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome.get(question)

    async def _ask_for_all(self) -> Outcome[Q, A]:
        askers = list(islice(self._waiting, QUESTIONS_MAX))
        outcome: Outcome[Q, A]
        try:
            outcome = await self._ask_all(list({asker.question: None for asker in askers}))
        except Exception as error:  # each of them waits, and is told what it was
            outcome = error
        for asker in askers:
            self._waiting.popleft()
            if not asker.told.done():
                asker.told.set_result(outcome)
        return outcome

    def _next_asks(self) -> None:
        while self._waiting and self._waiting[0].told.done():  # who asked, and whoever was cancelled
            self._waiting.popleft()
        self._asking = self._waiting[0] if self._waiting else None
        if self._asking is not None:
            self._asking.told.set_result(None)
