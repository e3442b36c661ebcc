"""Who calls on a day that is over: the simulator's public, by the curve, and those to whom something was promised.

The rule: the bank's own customers are few among very many, so one of them calls some times a month and not some
times a day. To whom something was promised does not call between that day and now: the promise is the last that is
known of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.cti.simulator.curve import HOUR, Curve
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.drawn import Public
from callcenter.cti.simulator.people import Caller, Known
from callcenter.cti.simulator.shifts import Stretch
from callcenter.cti.simulator.trade import Errand, Reason, errands_of
from callcenter.facts import CentreSetup
from callcenter.hours import closed_queues

KNOWN_PAST = 0.07
SPREAD = 0.04
"""of a day's volume around its usual one"""
PROMISED_ABOUT = (
    (Reason.FEE, ("fee", "refund")),
    (Reason.TRANSFER, ("transfer",)),
    (Reason.PIN, ("pin ",)),
    (Reason.WARRANTY, ("workshop", "spare part", "warranty")),
    (Reason.LOAN, ("loan", "mortgage", "instalment")),
    (Reason.CARD, ("card",)),
    (Reason.BALANCE, ("statement", "balance")),
)
"""by which words in a promise its call is one of this reason; the first that fits"""


class Promise(Struct, frozen=True):
    """Something that was promised to a customer on a day."""

    customer: int
    day: date
    promised: str
    promised_zh: str = ""


class Call(Struct, frozen=True):
    at: int
    caller: Caller
    promised: str = ""
    """in this call"""


class PastPublic:
    """Everybody who may have called this centre."""

    def __init__(
        self,
        setup: CentreSetup,
        directions: Directions,
        customers: Sequence[Known],
        promises: Sequence[Promise],
    ) -> None:
        self._setup = setup
        self._directions = directions
        self._customers = tuple(customers)
        self._promises = tuple(promises)
        self._zone = ZoneInfo(setup.time_zone)

    def calls(self, day: date, span: Stretch, chance: Random, *, volume: float = 1.0) -> list[Call]:
        """Those of one day, by time. `volume`: how many times as many as usual."""
        due = {promise.customer for promise in self._promises if promise.day <= day}
        free = [one for one in self._customers if one.customer not in due]
        public = Public(self._setup, self._directions, free, KNOWN_PAST)
        curve, times = Curve(self._zone), max(0.8, chance.gauss(volume, SPREAD))
        calls = [Call(at, public.caller(chance, at)) for at in _moments(curve, span, chance, times)]
        calls += self._promising(day, span, public, chance)
        return sorted(calls, key=lambda call: call.at)

    def _promising(self, day: date, span: Stretch, public: Public, chance: Random) -> Iterator[Call]:
        for promise in self._promises:
            known = next((one for one in self._customers if one.customer == promise.customer), None)
            if promise.day != day or known is None:
                continue
            at = span.from_at + chance.randrange(10 * HOUR, 16 * HOUR)
            errand = self._errand(promise, known.language, at)
            if errand is not None and at < span.to_at:
                patient = public.wants_person(chance, errand, known)
                in_chinese = promise.promised_zh if known.language == "zh" else ""
                yield Call(at, _sure(patient, known), in_chinese or promise.promised)

    def _errand(self, promise: Promise, language: str, at: int) -> Errand | None:
        text = promise.promised.lower()
        reason = next(
            (one for one, words in PROMISED_ABOUT if any(word in text for word in words)), Reason.OTHER
        )
        closed = closed_queues(self._setup, at)
        usable = [one for one in errands_of(self._setup) if one.queue not in closed]
        spoken = [one for one in usable if one.language == language] or usable
        fitting = [one for one in spoken if one.reason is reason] or spoken
        return max(fitting, key=lambda one: one.share) if fitting else None


def _sure(caller: Caller, known: Known) -> Caller:
    """They show their number, make no mistake and wait until somebody answers."""
    secrets = (known.pin,) if known.pin else ()
    return Caller(
        number=known.number,
        wish=caller.wish,
        secrets=secrets,
        account=known.account,
        patience_ms=HOUR,
        talk_ms=caller.talk_ms,
        about=caller.about,
        customer=known.customer,
    )


def _moments(curve: Curve, span: Stretch, chance: Random, times: float) -> Iterator[int]:
    """When the telephone rings: at random, by the rate of each half-hour."""
    begin = span.from_at
    while begin < span.to_at:
        per_hour, until = curve.per_hour(begin)
        assert until is not None
        at = begin + chance.expovariate(per_hour * times / HOUR)
        while at < min(until, span.to_at):
            yield int(at)
            at += chance.expovariate(per_hour * times / HOUR)
        begin = until
