"""The lives of a contact, a leg, an offer, an engagement and an agent: each an enum and one table.

A state changes only along its table: anything else raises `IllegalTransition` before anything is touched.
The diagrams in `docs/architecture.md` are drawn from these tables by `python -m callcenter diagrams`.

    contact      what a caller goes through, from the first ring to the outcome
    leg          one telephone connection: the caller's, or that of an agent's phone
    offer        a contact put before one agent (a reservation)
    engagement   the work of one agent on one contact: talk, then wrap-up
    routing      what the system holds an agent to be; presence is what the agent chose
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

S = TypeVar("S", bound=StrEnum)
Table = Mapping[S, frozenset[S]]


class IllegalTransition(Exception):
    """A fact asks for a change of state that its table does not know. Always a bug of ours."""


class ContactState(StrEnum):
    DIALLING = "dialling"
    """an agent calls out: a customer, or a colleague"""
    IVR = "ivr"
    WAITING = "waiting"
    OFFERED = "offered"
    TALKING = "talking"
    ENDED = "ended"


class LegState(StrEnum):
    RINGING = "ringing"
    UP = "up"
    ENDING = "ending"
    """we asked for the end, the provider has not confirmed it"""
    ENDED = "ended"


class OfferState(StrEnum):
    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    TIMED_OUT = "timed_out"
    CANCELED = "canceled"
    """the caller left while the desk rang"""
    RESCINDED = "rescinded"
    """taken back by us: the agent left or another one was faster"""
    FAILED = "failed"
    """the agent's phone could not be reached"""


class Direction(StrEnum):
    """Who called whom."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    """we call a customer"""
    INTERNAL = "internal"
    """one of us calls a colleague"""


class OfferKind(StrEnum):
    """What an agent is asked to do by an offer."""

    CONTACT = "contact"
    """take the contact that is first in line"""
    TRANSFER = "transfer"
    """take a contact that a colleague sends to this agent"""
    RECALL = "recall"
    """have a contact back that nobody took from this agent"""
    CONSULT = "consult"
    """advise a colleague whose caller is on hold"""
    INTERNAL = "internal"
    """answer a colleague's call"""


class EngagementState(StrEnum):
    TALKING = "talking"
    WRAPPING = "wrapping"
    DONE = "done"


class EngagementKind(StrEnum):
    """In which part an agent works on a contact."""

    CONTACT = "contact"
    """has it, and codes it"""
    CONSULT = "consult"
    """advises the one who has it; a completed transfer makes it a CONTACT"""
    OUTBOUND = "outbound"
    """called the customer"""
    INTERNAL = "internal"
    """talks to a colleague: outside every service level"""


class Presence(StrEnum):
    OFFLINE = "offline"
    READY = "ready"
    AWAY = "away"


class Routing(StrEnum):
    OFF_QUEUE = "off_queue"
    IDLE = "idle"
    OFFERED = "offered"
    ON_CONTACT = "on_contact"
    WRAP_UP = "wrap_up"
    NOT_RESPONDING = "not_responding"


CONTACT: Table[ContactState] = {
    ContactState.DIALLING: frozenset({ContactState.TALKING, ContactState.ENDED}),
    ContactState.IVR: frozenset({ContactState.WAITING, ContactState.ENDED}),
    # Straight from waiting to talking: a number to which it was transferred has answered.
    ContactState.WAITING: frozenset({ContactState.OFFERED, ContactState.TALKING, ContactState.ENDED}),
    ContactState.OFFERED: frozenset({ContactState.WAITING, ContactState.TALKING, ContactState.ENDED}),
    # Back to waiting: transferred, or the agent's phone was lost in mid-talk.
    ContactState.TALKING: frozenset({ContactState.WAITING, ContactState.ENDED}),
    ContactState.ENDED: frozenset(),
}

LEG: Table[LegState] = {
    LegState.RINGING: frozenset({LegState.UP, LegState.ENDING, LegState.ENDED}),
    LegState.UP: frozenset({LegState.ENDING, LegState.ENDED}),
    LegState.ENDING: frozenset({LegState.ENDED}),
    LegState.ENDED: frozenset(),
}

OFFER: Table[OfferState] = {
    OfferState.PENDING: frozenset(state for state in OfferState if state is not OfferState.PENDING),
    **{state: frozenset() for state in OfferState if state is not OfferState.PENDING},
}

ENGAGEMENT: Table[EngagementState] = {
    EngagementState.TALKING: frozenset({EngagementState.WRAPPING, EngagementState.DONE}),
    EngagementState.WRAPPING: frozenset({EngagementState.DONE}),
    EngagementState.DONE: frozenset(),
}

ROUTING: Table[Routing] = {
    # On contact from off queue or idle: the agent dials, or a supervisor takes over.
    Routing.OFF_QUEUE: frozenset({Routing.IDLE, Routing.OFFERED, Routing.ON_CONTACT}),
    # Not responding from idle: a fault of ours keeps every offer from this agent.
    Routing.IDLE: frozenset({Routing.OFF_QUEUE, Routing.OFFERED, Routing.ON_CONTACT, Routing.NOT_RESPONDING}),
    Routing.OFFERED: frozenset(
        {Routing.IDLE, Routing.OFF_QUEUE, Routing.ON_CONTACT, Routing.NOT_RESPONDING},
    ),
    Routing.ON_CONTACT: frozenset({Routing.WRAP_UP, Routing.IDLE, Routing.OFF_QUEUE}),
    # Offered in wrap-up: the same contact, which nobody took, comes back. On contact: the agent dials.
    Routing.WRAP_UP: frozenset({Routing.IDLE, Routing.OFF_QUEUE, Routing.OFFERED, Routing.ON_CONTACT}),
    Routing.NOT_RESPONDING: frozenset({Routing.IDLE, Routing.OFF_QUEUE}),
}


class Outcome(StrEnum):
    """How a contact ended, exactly one for each (invariant I1)."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """left while waiting or while a desk rang"""
    LEFT_IN_IVR = "left_in_ivr"
    RESOLVED_IN_IVR = "resolved_in_ivr"
    """left, or was let go, after a milestone of self-service"""
    CLOSED = "closed"
    NOT_REACHED = "not_reached"
    """we called, and nobody answered"""
    LOST_BY_SYSTEM = "lost_by_system"
    """our fault: never counted as an abandon"""


def step(table: Table[S], old: S, new: S) -> S:
    """`new`, if the table leads there from `old`; raises `IllegalTransition` otherwise."""
    if new not in table[old]:
        raise IllegalTransition(f"{type(old).__name__}: {old.value} -> {new.value}")
    return new
