"""People drawn from a seed: the public that calls, and agents with habits.

The rule: all chance is here and in what is drawn for it (`habits`, `notes`, `trade`). The same seed gives the same
people, whatever the centre does with them in between.

Callers come at random (exponential gaps around the wanted rate), some with a customer's number, some unknown, some
withheld. They know why they call and in which language, choose in the menu, key a PIN rightly or wrongly or nothing
at all, refuse to be recorded now and then, wait as long as their patience lasts, talk, and hang up. Agents answer
after a moment or miss the call, sometimes end it first, take breaks, and some forget to code their work.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from callcenter.cti.simulator import habits
from callcenter.cti.simulator.curve import HOUR, MINUTE, SECOND
from callcenter.cti.simulator.directions import Directions, Wish
from callcenter.cti.simulator.people import About, Caller, Habits, Hold, Known, WrapUp
from callcenter.cti.simulator.trade import (
    CALL_BACK,
    CALLS_IN_VAIN,
    ENGLISH,
    GIVEN_UP,
    MANDARIN,
    MANDARIN_SHARE,
    PRODUCTS_OF,
    REFUSE_RECORDING,
    SELF_SERVED,
    WITHHELD,
    Errand,
    Reason,
    errands_of,
    patience_ms,
    talk_ms,
)
from callcenter.facts import CentreSetup, LegId
from callcenter.hours import closed_queues

T = TypeVar("T")

KNOWN_LIVE = 0.4
"""of those who want a person: customers of whom we have a record, so that desks are worth looking at"""
SELF_SERVICE_FOR_CUSTOMERS = 1.5
"""how much oftener than that somebody who serves themselves is one of them"""
STRANGERS_AREAS = (
    *(206, 209, 213, 310, 408, 424, 503, 530, 559, 562, 602, 619, 626, 650, 661),
    *(702, 707, 714, 760, 775, 805, 808, 818, 831, 858, 909, 916, 925, 949, 951),
)
"""their 555-01xx numbers are kept free for fiction; none of our customers has one there"""


class Public:
    """Whoever may call this centre. `known`: which share of those who want a person is one of the customers."""

    def __init__(
        self,
        setup: CentreSetup,
        directions: Directions,
        customers: Sequence[Known] = (),
        known: float = KNOWN_LIVE,
    ) -> None:
        self._setup = setup
        self._errands = errands_of(setup)
        self._shares: dict[frozenset[str], list[float]] = {}
        self._for_anybody = directions.open_milestones
        self._for_customers = directions.customers_milestones
        self._customers = tuple(customers)
        self._known = known
        self._fitting: dict[tuple[Reason, str], tuple[Known, ...]] = {}

    def caller(self, chance: Random, at: int) -> Caller:
        """Somebody who calls at this moment."""
        kind = chance.random()
        if kind < GIVEN_UP:
            return self._gives_up(chance)
        if kind < GIVEN_UP + SELF_SERVED and (self._for_anybody or self._for_customers):
            return self._serves_themselves(chance)
        shares = self._shares_when(closed_queues(self._setup, at))
        return self.wants_person(chance, chance.choices(self._errands, shares)[0])

    def wants_person(self, chance: Random, errand: Errand, known: Known | None = None) -> Caller:
        """`known`: this customer, and nobody else."""
        known = known or (self._some(chance, errand) if chance.random() < self._known else None)
        queue = errand.queue
        wish = Wish(queue, language=errand.language, unrecorded=chance.random() < REFUSE_RECORDING)
        slip = (chance.randrange(2), chance.choice(("7", "8", ""))) if _one_in(chance, 15) else None
        return Caller(
            number=_number(chance, known),
            wish=wish,
            slip=slip,
            secrets=_secrets(chance, known),
            account=_account(chance, known),
            listens_percent=chance.choice((30, 60, 100, 100)),
            think_ms=chance.randint(400, 2_500),
            patience_ms=patience_ms(queue, chance),
            talk_ms=talk_ms(queue, chance),
            away_ms=chance.randint(1 * SECOND, 25 * SECOND) if _one_in(chance, 50) else 0,
            again_ms=chance.randint(1 * MINUTE, 20 * MINUTE) if chance.random() < CALL_BACK else 0,
            about=About(queue, errand.reason, errand.language),
            customer=known.customer if known else 0,
        )

    def _shares_when(self, closed: frozenset[str]) -> list[float]:
        """Most people know when the bank is closed; a card is lost at any hour."""
        if closed not in self._shares:
            self._shares[closed] = [
                one.share * (CALLS_IN_VAIN if one.queue in closed else 1) for one in self._errands
            ]
        return self._shares[closed]

    def _serves_themselves(self, chance: Random) -> Caller:
        language = _language(chance)
        share = self._known * SELF_SERVICE_FOR_CUSTOMERS if self._for_anybody else 1.0
        known = self._some(chance, Errand(Reason.BALANCE, "", 0, language), pin=True)
        if not self._for_customers or chance.random() >= share:
            known = None
        milestones = self._for_customers if known else self._for_anybody
        if not milestones:
            return self._gives_up(chance)
        return Caller(
            number=_number(chance, known),
            wish=Wish(milestone=chance.choice(milestones), language=known.language if known else language),
            secrets=(known.pin,) if known else (),
            account=known.account if known else "",
            listens_percent=chance.choice((60, 100, 100)),
            think_ms=chance.randint(400, 2_500),
            about=About("", Reason.BALANCE, language),
            customer=known.customer if known else 0,
        )

    def _gives_up(self, chance: Random) -> Caller:
        """Had expected a person, or something else."""
        key = "2" if _language(chance) == MANDARIN else "1"
        return Caller(
            number=_number(chance, None),
            choices=(key,) if _one_in(chance, 2) else (),
            listens_percent=chance.choice((30, 60, 100)),
            think_ms=chance.randint(400, 2_500),
        )

    def _some(self, chance: Random, errand: Errand, *, pin: bool = False) -> Known | None:
        """A customer who may have this errand."""
        asked = (errand.reason, errand.language)
        if asked not in self._fitting:
            self._fitting[asked] = _fitting(self._customers, *asked)
        found = self._fitting[asked]
        with_pin = tuple(one for one in found if one.pin) if pin else found
        return chance.choice(with_pin) if with_pin else None


class Drawn:
    """A population with chance in it: the public of a centre, and agents with habits."""

    def __init__(
        self, chance: Random, setup: CentreSetup, directions: Directions, customers: Sequence[Known] = ()
    ) -> None:
        self._chance = chance
        self._customers = tuple(customers)
        self._public = Public(setup, directions, self._customers)
        self._seed = chance.getrandbits(64)

    def follow(self, setup: CentreSetup, directions: Directions) -> None:
        self._public = Public(setup, directions, self._customers)

    def gap_ms(self, calls_per_hour: float) -> float:
        return self._chance.expovariate(calls_per_hour / HOUR)

    def caller(self, at: int) -> Caller:
        return self._public.caller(self._chance, at)

    def adopted(self, leg: LegId, at: int) -> Caller:
        return self._public.caller(Random(f"{self._seed}/{leg}"), at)

    def habits(self, agent: int) -> Habits:
        return DrawnHabits(Random(f"{self._seed}/agent-{agent}"))


class DrawnHabits:
    def __init__(self, chance: Random) -> None:
        self._chance = chance

    def sign_in_ms(self) -> int:
        return self._chance.randrange(5 * SECOND)

    def answer_ms(self) -> int | None:
        return habits.answer_ms(self._chance)

    def talk_ms(self) -> int | None:
        """Now and then somebody has said it all and the caller has not."""
        return self._chance.randint(3 * MINUTE, 15 * MINUTE) if _one_in(self._chance, 12) else None

    def hold(self) -> Hold | None:
        return habits.hold(self._chance)

    def sends_on_ms(self) -> int | None:
        return self._chance.randint(40 * SECOND, 3 * MINUTE) if habits.is_elsewhere(self._chance) else None

    def wrap_up(self, about: About, dispositions: Sequence[str]) -> WrapUp | None:
        return habits.wrap_up(about, dispositions, self._chance)

    def notice_ms(self) -> int:
        return habits.notice_ms(self._chance)

    def work_ms(self) -> int | None:
        return self._chance.randint(35 * MINUTE, 110 * MINUTE)

    def break_ms(self) -> int:
        return self._chance.randint(4 * MINUTE, 12 * MINUTE)


def _fitting(customers: Sequence[Known], reason: Reason, language: str) -> tuple[Known, ...]:
    """By language and product; where nobody has such a product, by language alone."""
    speaking = [one for one in customers if one.language == language]
    words = PRODUCTS_OF.get(reason, frozenset())
    owning = [one for one in speaking if not words.isdisjoint(one.kinds)]
    return tuple(owning or speaking)


def _number(chance: Random, known: Known | None) -> str | None:
    if chance.random() < WITHHELD:
        return None
    if known is not None:
        return known.number
    return f"+1{chance.choice(STRANGERS_AREAS)}55501{chance.randrange(100):02}"


def _secrets(chance: Random, known: Known | None) -> tuple[str, ...]:
    if known is None or not known.pin:
        return ("", "")
    wrong = f"{(int(known.pin) + 1) % 10 ** len(known.pin):0{len(known.pin)}}"
    tries = ((known.pin,), (wrong, known.pin), ("", known.pin), ("",))
    return chance.choices(tries, (80, 10, 5, 5))[0]


def _account(chance: Random, known: Known | None) -> str:
    """Most strangers have no number at hand, some key one of another bank."""
    if known is not None:
        return known.account
    return f"{chance.randrange(100_000):05}" if _one_in(chance, 4) else ""


def _language(chance: Random) -> str:
    return MANDARIN if chance.random() < MANDARIN_SHARE else ENGLISH


def _one_in(chance: Random, n: int) -> bool:
    return chance.randrange(n) == 0
