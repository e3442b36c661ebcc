"""What rows are made from, and what several kinds of rows say alike."""

from typing import Protocol

from msgspec import Struct

from callcenter.customer_record import CustomerRecord
from callcenter.facts import Ref
from callcenter.lifecycles import Routing
from callcenter.queue.service_level import QueueFigures
from callcenter.screens.view_crowd import Crowd
from callcenter.state import Agent, Live


class Names(Protocol):
    """What is known of people at this moment; what isn't is "" or None, and the row is drawn again later."""

    def agent(self, agent: int) -> str: ...

    def lines_of(self, agent: int) -> frozenset[str]:
        """The business lines that this agent is confined to; empty: all."""
        ...

    def value(self, ref: Ref) -> str: ...

    def customer(self, customer: int) -> str: ...

    def record(self, customer: int) -> CustomerRecord | None: ...


class Today(Protocol):
    """The figures since midnight, over visits that are over."""

    def queue(self, name: str, /) -> QueueFigures: ...

    def handled_by(self, agent: int, /) -> int: ...


class Eyes(Struct, frozen=True):
    """All that rows are made from."""

    live: Live
    names: Names
    today: Today
    crowd: Crowd


def title(eyes: Eyes, queue: str) -> str:
    setup = eyes.live.queues.get(queue)
    return setup.title if setup is not None else queue


def title_zh(eyes: Eyes, queue: str) -> str:
    """ "" where the centre gave no Chinese one."""
    setup = eyes.live.queues.get(queue)
    return setup.title_zh if setup is not None else ""


def dispositions(eyes: Eyes, queue: str) -> tuple[str, ...]:
    setup = eyes.live.queues.get(queue)
    return setup.dispositions if setup is not None else ()


def dispositions_zh(eyes: Eyes, queue: str) -> tuple[str, ...]:
    setup = eyes.live.queues.get(queue)
    return setup.dispositions_zh if setup is not None else ()


def disposition_zh(eyes: Eyes, queue: str, disposition: str) -> str:
    """ "" where the centre gave no Chinese word."""
    words = dict(zip(dispositions(eyes, queue), dispositions_zh(eyes, queue), strict=False))
    return words.get(disposition, "")


def customer_name(eyes: Eyes, customer: int | None) -> str:
    return eyes.names.customer(customer) if customer is not None else ""


def routing_shown(agent: Agent) -> Routing:
    """What keeps somebody from an incoming call is shown as what they do: who listens in is in a call too."""
    watches = agent.watching is not None and agent.routing is Routing.IDLE
    return Routing.ON_CONTACT if watches else agent.routing
