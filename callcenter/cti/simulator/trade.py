"""What people call Harbour Bank about: reasons, the queue where each is dealt with, how long it takes, patience.

The rule: these are shares of a whole, and what a centre doesn't have is left out of it. Of all calls `SELF_SERVED`
and `GIVEN_UP` end in the IVR, the rest want a person; an errand's share is one of those. The queues are the
demonstration's; one of another name gets an even share of callers with any reason, so every centre can be tried.
"""

from __future__ import annotations

from enum import StrEnum
from random import Random

from msgspec import Struct

from callcenter.cti.simulator.curve import MINUTE, SECOND
from callcenter.facts import CentreSetup, QueueSetup
from callcenter.hours import closed_queues

ENGLISH, MANDARIN = "en", "zh"

SELF_SERVED = 0.34
"""of all calls: served by the IVR alone"""
GIVEN_UP = 0.10
"""of all calls: hung up in the IVR with nothing done"""
WITHHELD = 0.06
REFUSE_RECORDING = 0.02
CALLS_IN_VAIN = 0.35
"""of those who would call, how many still do while the queue that they want is closed"""
CALL_BACK = 0.45
"""of those who hung up while they waited; they call again soon"""


class Reason(StrEnum):
    BALANCE = "balance"
    CARD = "card"
    APPOINTMENT = "appointment"
    TRANSFER = "transfer"
    FEE = "fee"
    PIN = "pin"
    LOAN = "loan"
    BREAKDOWN = "breakdown"
    WARRANTY = "warranty"
    OTHER = "other"


class Errand(Struct, frozen=True):
    """Why somebody wants a person, and whom."""

    reason: Reason
    queue: str
    share: float
    """percent of those who want a person"""
    language: str = ENGLISH


class Handling(Struct, frozen=True):
    """How a queue's calls go."""

    handle_ms: int
    """talk and wrap-up together, on average"""
    patience_ms: int
    """on average, from the first music"""


PERSONAL = (
    (Reason.BALANCE, 22),
    (Reason.TRANSFER, 11),
    (Reason.PIN, 8),
    (Reason.CARD, 7),
    (Reason.FEE, 3),
    (Reason.OTHER, 2),
)
"""what is dealt with by whoever knows accounts, in percent"""
PERSONAL_ZH = 17 / 53
"""the share of them who speak Mandarin"""
MANDARIN_SHARE = 0.18
"""of those who need no person"""
BELONGS_TO = {
    Reason.BALANCE: ("lost_card", "loans", "complaints"),
    Reason.TRANSFER: ("complaints", "loans"),
    Reason.CARD: ("lost_card", "accounts", "personal_zh"),
    Reason.PIN: ("lost_card",),
    Reason.FEE: ("complaints", "accounts"),
    Reason.LOAN: ("accounts",),
    Reason.APPOINTMENT: ("roadside",),
    Reason.WARRANTY: ("roadside",),
    Reason.BREAKDOWN: ("car_service",),
    Reason.OTHER: ("complaints", "lost_card"),
}
"""where a call about this turns out to belong, when it came to another queue"""
_CARS = frozenset({"car", "vehicle"})
PRODUCTS_OF = {
    Reason.LOAN: frozenset({"loan", "mortgage"}),
    Reason.CARD: frozenset({"card"}),
    Reason.PIN: frozenset({"card"}),
    Reason.APPOINTMENT: _CARS,
    Reason.WARRANTY: _CARS,
    Reason.BREAKDOWN: _CARS,
}
"""the kinds of product that such a call is about; of the others anybody may call"""

ERRANDS = (
    Errand(Reason.CARD, "lost_card", 6),
    Errand(Reason.CARD, "lost_card", 1, MANDARIN),
    *(Errand(reason, "accounts", share * (1 - PERSONAL_ZH)) for reason, share in PERSONAL),
    *(Errand(reason, "personal_zh", share * PERSONAL_ZH, MANDARIN) for reason, share in PERSONAL),
    Errand(Reason.LOAN, "loans", 8),
    Errand(Reason.BREAKDOWN, "roadside", 8),
    Errand(Reason.APPOINTMENT, "car_service", 12),
    Errand(Reason.WARRANTY, "car_service", 6),
    Errand(Reason.FEE, "complaints", 6),
)

HANDLING = {
    "lost_card": Handling(240 * SECOND, 4 * MINUTE),
    "accounts": Handling(310 * SECOND, 3 * MINUTE),
    "personal_zh": Handling(350 * SECOND, 4 * MINUTE),
    "loans": Handling(540 * SECOND, 4 * MINUTE),
    "roadside": Handling(420 * SECOND, 6 * MINUTE),
    "car_service": Handling(300 * SECOND, 3 * MINUTE),
    "complaints": Handling(720 * SECOND, 6 * MINUTE),
}
OTHERWISE = Handling(300 * SECOND, 3 * MINUTE)
WRAP_UP_SHARE = 0.11
"""of the handling time; the rest is talk"""
WRAP_UP_MS_MAX = 90 * SECOND


def errands_of(setup: CentreSetup) -> tuple[Errand, ...]:
    """The errands that this centre's callers may have."""
    queues = [queue.name for queue in setup.queues]
    known = [errand for errand in ERRANDS if errand.queue in queues]
    named = {errand.queue for errand in known}
    even = sum(errand.share for errand in known) / len(named) if named else 1.0
    others = (Errand(Reason.OTHER, queue, even) for queue in queues if queue not in named)
    return (*known, *others)


def other_queues(setup: CentreSetup, queue: str, reason: Reason, language: str, at: int) -> list[QueueSetup]:
    """Where a call about this may belong after all, at this moment and in this language."""
    fitting = set(BELONGS_TO[reason]) - {queue} - closed_queues(setup, at)
    spoken = {one.queue for one in ERRANDS if one.language == language}
    return [one for one in setup.queues if one.name in fitting & spoken]


def reason_in(queue: str, reason: Reason) -> Reason:
    """What a call is about once it has come to this queue."""
    dealt_with = [errand.reason for errand in ERRANDS if errand.queue == queue]
    return reason if reason in dealt_with or not dealt_with else dealt_with[0]


def handling(queue: str) -> Handling:
    return HANDLING.get(queue, OTHERWISE)


def talk_ms(queue: str, chance: Random) -> int:
    """Most talks are short and some are very long."""
    mean = handling(queue).handle_ms * (1 - WRAP_UP_SHARE)
    return round(min(max(15 * SECOND, long_tailed(chance, mean, TALK_SPREAD)), 7 * mean))


def wrap_up_ms(queue: str, chance: Random) -> int:
    mean = handling(queue).handle_ms * WRAP_UP_SHARE
    return round(min(max(3 * SECOND, long_tailed(chance, mean, TALK_SPREAD)), WRAP_UP_MS_MAX))


def patience_ms(queue: str, chance: Random) -> int:
    """A few had only wanted to hear whether somebody is there."""
    if chance.random() < HANG_UP_AT_ONCE:
        return chance.randrange(SECOND, 5 * SECOND)
    return round(max(4 * SECOND, long_tailed(chance, handling(queue).patience_ms, PATIENCE_SPREAD)))


HANG_UP_AT_ONCE = 0.015
TALK_SPREAD = 0.6
PATIENCE_SPREAD = 0.8


def long_tailed(chance: Random, mean: float, spread: float) -> float:
    """A duration as telephone talks have them: its logarithm is normal."""
    return mean * chance.lognormvariate(-spread * spread / 2, spread)
