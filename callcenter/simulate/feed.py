"""Production's feed in the box: everybody it may show is at hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import count

from callcenter.customer_record import CustomerRecord
from callcenter.facts import Ref
from callcenter.queue.service_level import QueueFigures
from callcenter.rights import Actor
from callcenter.screens import views, wire
from callcenter.screens.book import Book
from callcenter.screens.feed import Feed
from callcenter.screens.listener import Submit
from callcenter.screens.view_crowd import Crowd
from callcenter.screens.view_eyes import Eyes
from callcenter.state import Live


class Everybody:
    """`People` of a feed: all of them are at hand."""

    def agent_name(self, agent: int) -> str:
        return f"Agent {agent}"

    def lines_of(self, agent: int) -> frozenset[str]:
        return frozenset()

    def record_at_hand(self, customer: int) -> CustomerRecord | None:
        return CustomerRecord(customer, f"Customer {customer}", "A", "en", ())

    def value_at_hand(self, ref: Ref) -> str | None:
        return f"value of {ref}"

    async def record(self, customer: int) -> CustomerRecord | None:
        return self.record_at_hand(customer)

    async def names(self, customers: Sequence[int]) -> Mapping[int, str]:
        return {}

    async def values(self, refs: Sequence[Ref]) -> Mapping[Ref, str]:
        return {}


class NoFigures:
    """`Today` of a feed: the figures of a day are the history's, which nobody writes here."""

    def queue(self, name: str, /) -> QueueFigures:
        return QueueFigures()

    def handled_by(self, agent: int, /) -> int:
        return 0


def feed_before(submit: Submit, now: Callable[[], int], process: str) -> Feed:
    """The feed of this process, of which connections have names that follow from the seed."""
    numbers = count(1)
    return Feed(
        submit,
        Everybody(),
        NoFigures(),
        oversight=Trusting(),
        now=now,
        build="box",
        name_connection=lambda: f"{process}:{next(numbers)}",
    )


class Trusting:
    """`Oversight` of a feed: nobody asks for anything over these connections."""

    async def end_sessions(self, login: str) -> None:
        """There are none."""

    async def note_refused(self, actor: Actor, ask: wire.Supervision, refused: str) -> None:
        """Nothing was."""


def rows(live: Live, topic: str) -> dict[str, wire.Row]:
    """What the feed of this state shows to whoever comes now."""
    return views.rows(Eyes(live, Book(Everybody()), NoFigures(), Crowd(live)), topic)
