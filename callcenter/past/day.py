"""One day of the past, lived through: a date in, the rows of its history and its personal values out.

The rule: the day is a function of the bank and the date. It begins at midnight in the bank's zone and ends at the
next one, or where the present begins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct

from callcenter.cti.simulator.agenda import Agenda
from callcenter.cti.simulator.directions import Directions
from callcenter.cti.simulator.people import Known
from callcenter.cti.simulator.shifts import Stretch
from callcenter.facts import CentreSetup, Value
from callcenter.history.fold import History
from callcenter.history.records import Row
from callcenter.hours import closed_queues
from callcenter.past.callers import Call, PastPublic, Promise
from callcenter.past.contacts import Arrival
from callcenter.past.floor import ILL, turns
from callcenter.past.ledger import Ledger
from callcenter.past.switchboard import Switchboard
from callcenter.past.ways import Kind, Ways, secrets_of

ILL_ON_THE_BAD_DAY = 0.2
VOLUME_OF_THE_BAD_DAY = 1.1
KEYED_MS = 1_200
"""on average, to think and to press"""


class Lived(Struct, frozen=True):
    """What is left of a day."""

    rows: Sequence[Row]
    values: Sequence[Value]


class Bank:
    """A centre as it was: its setup, customers, what was promised to them, and a seed."""

    def __init__(
        self,
        setup: CentreSetup,
        customers: Sequence[Known] = (),
        promises: Sequence[Promise] = (),
        *,
        seed: int = 1,
        bad_day: date | None = None,
    ) -> None:
        self.zone = ZoneInfo(setup.time_zone)
        self._setup = setup
        self._seed = seed
        self._bad_day = bad_day
        self._public = PastPublic(setup, Directions(setup), customers, promises)
        self._ways = Ways(setup)
        self._by_customer = {known.customer: known for known in customers}
        self._matches = _matches(customers)

    def live_through(self, day: date, after: int, until_at: int | None = None) -> Lived:
        """The day, under numbers above `after`; only until this moment, if one is given."""
        span = span_of(day, self.zone, until_at)
        chance = Random(f"{self._seed}/{day.isoformat()}")
        bad = day == self._bad_day
        ledger, agenda = Ledger(f"past:{day.isoformat()}", after), Agenda(span.from_at, _nothing)
        board = Switchboard(self._setup, self._ways.name, ledger, agenda, span.to_at, chance)
        ill = ILL_ON_THE_BAD_DAY if bad else ILL
        board.desks.plan(turns(self._setup, span, self.zone, chance, ill=ill))
        for call in self._public.calls(day, span, chance, volume=VOLUME_OF_THE_BAD_DAY if bad else 1.0):
            agenda.at(call.at, board.arrive, self._arrival(call, chance))
        agenda.advance(span.to_at)
        history = History()
        rows = [row for entry in ledger.entries for row in history.fold(entry)]
        return Lived(rows, ledger.values)

    def _arrival(self, call: Call, chance: Random) -> Arrival:
        caller = call.caller
        known = self._by_customer.get(caller.customer)
        way = self._ways.of(
            Kind(
                wish=caller.wish,
                choices=caller.choices if caller.wish is None else (),
                slip=caller.slip,
                secrets=secrets_of(caller, known.pin) if known else (),
                withheld=caller.number is None,
                matches=self._matches.get(caller.number or "", 0),
                account="own" if known and known.account else "other" if caller.account else "",
                grade=known.grade if known else "",
                language=known.language if known else "",
                closed=closed_queues(self._setup, call.at),
            )
        )
        listened_ms = way.heard_ms * caller.listens_percent // 100
        way_ms = round((listened_ms + way.asked * KEYED_MS) * chance.uniform(0.9, 1.15))
        return Arrival(
            caller,
            way,
            way_ms,
            grade=known.grade if known else "",
            language=known.language if known else "",
            promised=call.promised,
        )


def span_of(day: date, zone: ZoneInfo, until_at: int | None = None) -> Stretch:
    """From midnight to midnight, or to the moment until which it is lived."""
    from_at, to_at = (_midnight(day + timedelta(days=n), zone) for n in (0, 1))
    return Stretch(from_at, min(to_at, max(from_at, until_at)) if until_at is not None else to_at)


def _midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).timestamp()) * 1_000


def _matches(customers: Sequence[Known]) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for known in customers:
        found[known.number] = found.get(known.number, 0) + 1
    return found


def _nothing() -> None:
    """The agenda is advanced in one go: nobody waits for it."""
